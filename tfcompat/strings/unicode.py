"""Strings in Unicode encodings: characters, code points and transcoding."""

from __future__ import annotations

import codecs
from typing import Any, cast

import numpy as np
import torch

from tfcompat._arrays.captures import as_one_node
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import Invalid, Value
from tfcompat.strings.elements import array, as_strings, choice, each, filled, string_op
from tfcompat.strings.scripts import expect_code_points
from tfcompat.strings.splitting import cut_each

_OUTPUTS = {"UTF-8": "utf-8", "UTF-16-BE": "utf-16-be", "UTF-32-BE": "utf-32-be"}
_ERRORS = ("replace", "ignore", "strict")


class _Policy:
    """What becomes of bytes that are no characters, and of control characters."""

    def __init__(self, errors: str, replacement_char: int, replace_control_characters: bool = False) -> None:
        self.errors = choice(errors, "errors", _ERRORS)
        if not _is_character(replacement_char):
            raise Invalid("replacement_char out of unicode codepoint range")
        self.replacement, self.controls = chr(replacement_char), replace_control_characters

    def decoded(self, text: bytes, codec: str) -> list[tuple[str, int]]:
        """The characters, and at which byte each begins."""
        decoder = codecs.getincrementaldecoder(codec)(errors="strict")
        found: list[tuple[str, int]] = []
        start = at = 0  # where the character begins that the byte at `at` belongs to
        while at < len(text):
            try:
                part = decoder.decode(text[at : at + 1])
            except UnicodeDecodeError as e:
                decoder.reset()
                self._invalid(found, start)
                # What comes after the bytes that are wrong may begin another character.
                start = at = start + max(e.end, 1)
                continue
            at += 1
            for c in part:
                self._add(found, c, start)
            if part:
                start = at
        if start < len(text):  # the text ends in the midst of a character
            self._invalid(found, start)
        return found

    def _invalid(self, found: list[tuple[str, int]], at: int) -> None:
        if self.errors == "strict":
            raise Invalid("Invalid formatting on input string")
        if self.errors == "replace":
            found.append((self.replacement, at))

    def _add(self, found: list[tuple[str, int]], c: str, at: int) -> None:
        if not self.controls or not (ord(c) < 32 or 127 <= ord(c) < 160):
            found.append((c, at))
        elif self.errors != "ignore":
            found.append((self.replacement, at))

    def encoded(self, code: int) -> str:
        """The character of a code point."""
        if _is_character(code):
            return chr(code)
        if self.errors == "strict":
            raise Invalid("Code point is out of range for Unicode, or is a surrogate.")
        return self.replacement if self.errors == "replace" else ""


def _is_character(code: int) -> bool:
    return 0 <= code <= 0x10FFFF and not 0xD800 <= code < 0xE000


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise Invalid(f"Could not create converter for input encoding: {name}") from None


@string_op("UnicodeTranscode")
def _transcode(
    input: Value, source: str, target: str, errors: str, replacement: int, controls: bool, name: str | None = None
) -> Any:
    codec, out = _codec(source), _OUTPUTS[choice(target, "output_encoding", tuple(_OUTPUTS))]
    policy = _Policy(errors, replacement, controls)
    return each(lambda v: "".join(c for c, _ in policy.decoded(v, codec)).encode(out), array(input))


def unicode_transcode(
    input: Any,
    input_encoding: str,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Any:
    """The strings in another encoding: "UTF-8", "UTF-16-BE" or "UTF-32-BE" (tf.strings.unicode_transcode).

    input_encoding: any that Python knows. errors: what is no character is replaced by `replacement_char` ("replace"),
    left out ("ignore") or an InvalidArgumentError ("strict"). replace_control_characters: so are U+0000 to U+001F.
    """
    args = (input_encoding, output_encoding, errors, replacement_char, replace_control_characters)
    return _transcode(as_strings(input), *args, name)


def _cut(input: Any, encoding: str, policy: _Policy, as_code: bool) -> tuple[Any, Any]:
    """The characters of each string, as code points or strings of the same encoding, and their byte offsets."""
    try:
        codec = _codec(encoding)
        characters, offsets = cut_each(input, lambda flat: _characters(flat, codec, policy, as_code))
    except Invalid as e:
        raise e.error(None, None, str(e)) from None
    return characters, offsets


def _characters(flat: np.ndarray, codec: str, policy: _Policy, as_code: bool) -> tuple[list[Any], list[int]]:
    rows = [policy.decoded(v, codec) for v in flat]
    every = [pair for row in rows for pair in row]
    if as_code:
        values: Any = torch.tensor([ord(c) for c, _ in every], dtype=torch.int32)
    else:
        values = filled([c.encode(codec) for c, _ in every], (len(every),))
    return [values, torch.tensor([at for _, at in every], dtype=torch.int64)], [len(row) for row in rows]


@as_one_node("UnicodeDecode")
def unicode_decode(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Any:
    """The int32 code points of each string: a vector for a scalar, else a tf.RaggedTensor.

    For the other arguments see `unicode_transcode`. (tf.strings.unicode_decode)
    """
    return unicode_decode_with_offsets(
        input, input_encoding, errors, replacement_char, replace_control_characters, name
    )[0]


@as_one_node("UnicodeDecodeWithOffsets")
def unicode_decode_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> tuple[Any, Any]:
    """As `unicode_decode`, and the int64 position of each character's first byte.

    (tf.strings.unicode_decode_with_offsets)
    """
    policy = _policy(errors, replacement_char, replace_control_characters)
    return _cut(input, input_encoding, policy, as_code=True)


def _policy(*args: Any) -> _Policy:
    try:
        return _Policy(*args)
    except Invalid as e:
        raise e.error(None, None, str(e)) from None


@as_one_node("UnicodeSplit")
def unicode_split(
    input: Any, input_encoding: str, errors: str = "replace", replacement_char: int = 65533, name: str | None = None
) -> Any:
    """The characters of each string, as strings in its encoding; as `unicode_decode` (tf.strings.unicode_split)."""
    return unicode_split_with_offsets(input, input_encoding, errors, replacement_char, name)[0]


@as_one_node("UnicodeSplitWithOffsets")
def unicode_split_with_offsets(
    input: Any, input_encoding: str, errors: str = "replace", replacement_char: int = 65533, name: str | None = None
) -> tuple[Any, Any]:
    """As `unicode_split`, and the int64 position of each character's first byte.

    (tf.strings.unicode_split_with_offsets)
    """
    return _cut(input, input_encoding, _policy(errors, replacement_char), as_code=False)


@string_op("UnicodeEncode")
def _encode(
    input: Value, lengths: Any, shape: Any, target: str, errors: str, replacement: int, name: Any = None
) -> Any:
    expect_code_points(input)
    out = _OUTPUTS[choice(target, "output_encoding", tuple(_OUTPUTS))]
    policy = _Policy(errors, replacement)
    codes, at, found = input.reshape(-1).tolist(), 0, []
    for n in lengths:
        found.append("".join(map(policy.encoded, codes[at : at + n])).encode(out))
        at += n
    return filled(found, shape)


@as_one_node("UnicodeEncode")
def unicode_encode(
    input: Any, output_encoding: str, errors: str = "replace", replacement_char: int = 65533, name: str | None = None
) -> Any:
    """The strings spelt by code points along the last dimension of a tensor or tf.RaggedTensor.

    output_encoding: "UTF-8", "UTF-16-BE" or "UTF-32-BE". errors, replacement_char: as `unicode_transcode`, for code
    points that are no characters. InvalidArgumentError for other dtypes than int32. (tf.strings.unicode_encode)
    """
    options = (output_encoding, errors, replacement_char, name)
    if hasattr(input, "nested_row_splits"):
        splits = input.nested_row_splits[-1].numpy()
        lengths = (splits[1:] - splits[:-1]).tolist()
        encoded = _encode(input.flat_values, lengths, (len(lengths),), *options)
        return _outer(input, encoded)
    x = cast(Any, convert_to_tensor(input))
    if not x.ndim:
        raise ValueError("input_tensor's rank must be at least 1.")
    shape = tuple(x.shape.as_list()[:-1])
    count = int(np.prod(shape, dtype=np.int64))
    return _encode(x, [x.shape[-1]] * count, shape, *options)


def _outer(input: Any, encoded: Any) -> Any:
    """`encoded` in the outer dimensions of a ragged tensor."""
    from tfcompat._ragged.tensor import RaggedTensor

    for splits in reversed(input.nested_row_splits[:-1]):
        encoded = RaggedTensor.from_row_splits(encoded, splits, validate=False)
    return encoded
