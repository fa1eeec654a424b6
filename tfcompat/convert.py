"""Converts weights between TensorFlow, Keras, safetensors, PyTorch and numpy files, one tensor at a time.

    scripts/convert_checkpoint.py SRC DST [options]        or: python -m tfcompat.convert SRC DST [options]
    scripts/convert_checkpoint.py --list SRC

SRC: a TensorFlow checkpoint (its prefix, one of its files, or a directory whose latest is meant), a SavedModel, a
Keras .h5, .weights.h5 or .keras file, a .safetensors file or the index of a sharded one, a .npz, or a PyTorch state
dict (plain tensors only: nothing in it is run). What it is, its content tells. DST: the suffix tells the format,
.safetensors, .h5, .npz, .pt (.pth, .bin), .index or none for a TensorFlow checkpoint.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes, errors
from tfcompat._formats.files import readable_size
from tfcompat._formats.weights import layouts, sources, targets
from tfcompat._formats.weights.targets import Output

_EXIT = "Exit codes: 0 done, 1 a file can't be read, written or verified, 2 wrong arguments."
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; its exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.dst is None and not options.list:
        parser.error("DST is missing (or --list)")
    try:
        with sources.opened(options.src) as source:
            outputs = _selected(source, options)
            if options.list:
                _print_list(source.kind, outputs)
                return 0
            targets.kind_of(str(options.dst))
            return _convert(source, outputs, options)
    except (OSError, ValueError, TypeError, errors.OpError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="convert_checkpoint.py", description=__doc__, epilog=_EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    add = parser.add_argument
    add("src", metavar="SRC", help="what to read")
    add("dst", metavar="DST", nargs="?", help="what to write")
    add("--list", action="store_true", help="print names, shapes, dtypes and sizes, and write nothing")
    add("--to-torch", action="store_true",
        help="put weights in torch.nn's layouts and under its names, and print the rule used for each")  # fmt: skip
    add("--rename", action="append", default=[], metavar="REGEX=REPL", type=_renaming,
        help="replace what matches in names, as re.sub does; may be given several times")  # fmt: skip
    add("--include", metavar="REGEX", action="append", type=_pattern, help="only tensors with a match in their name")
    add("--exclude", metavar="REGEX", action="append", type=_pattern, default=[], help="no tensors with a match")
    add("--dtype", metavar="DTYPE", type=_dtype, help="cast floating point tensors, to bfloat16 for example")
    add("--shard-size", metavar="SIZE", type=_size, help="split a .safetensors into files of at most SIZE, such as 5GB")
    add("--verify", action="store_true", help="read the result back and compare every tensor")
    add("--dry-run", action="store_true", help="print what would be written, and write nothing")
    add("--quiet", action="store_true", help="no progress bar and no summary")
    return parser


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from None


def _renaming(text: str) -> tuple[re.Pattern[str], str]:
    pattern, found, replacement = text.partition("=")
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not REGEX=REPL")
    return _pattern(pattern), replacement


def _dtype(text: str) -> dtypes.DType:
    try:
        dtype = dtypes.as_dtype(text)
    except TypeError:
        dtype = None
    if dtype is None or not dtype.is_floating:
        raise argparse.ArgumentTypeError(f"{text!r} is no floating point dtype")
    return dtype


def _size(text: str) -> int:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)I?B?", text.strip().upper())
    if not match or not float(match[1]):
        raise argparse.ArgumentTypeError(f"{text!r} is no size, such as 500MB or 5GB")
    return int(float(match[1]) * _UNITS[match[2]])


# ---- what is written ----


def _selected(source: sources.Source, options: Any) -> list[Output]:
    """The tensors that the options ask for, under their new names."""
    tensors = {name: tensor for name, tensor in source.tensors.items() if _wanted(name, options)}
    if options.to_torch:
        outputs = _torch_outputs(tensors, options)
    else:
        outputs = [Output(name, t.dtype, t.shape, t.read) for name, t in tensors.items()]
    renamed: dict[str, Output] = {}
    for output in outputs:
        name = output.name
        for pattern, replacement in options.rename:
            name = pattern.sub(replacement, name)
        if name in renamed or not name:
            raise ValueError(f"Two tensors would be called {name!r}; one of them is {output.name!r}: use --rename")
        renamed[name] = _cast(output._replace(name=name), options.dtype)
    if not renamed:
        raise ValueError(f"No tensor of {options.src!r} is left to convert")
    return list(renamed.values())


def _wanted(name: str, options: Any) -> bool:
    included = options.include is None or any(pattern.search(name) for pattern in options.include)
    return included and not any(pattern.search(name) for pattern in options.exclude)


def _torch_outputs(tensors: dict[str, sources.Tensor], options: Any) -> list[Output]:
    outputs = []
    for names, parameters in layouts.convert(tensors).items():
        made_of = " + ".join(f"{name} {tensors[name].shape}" for name in names)
        if not parameters and not options.quiet:
            print(f"{names[0]}: left out, no weight of a layer")
        for parameter in parameters:
            if not options.quiet:
                print(f"{made_of} -> {parameter.name} {parameter.shape}: {parameter.rule}")
            outputs.append(Output(parameter.name, tensors[names[0]].dtype, parameter.shape, parameter.values))
    return outputs


def _cast(output: Output, dtype: dtypes.DType | None) -> Output:
    if dtype is None or not output.dtype.is_floating or output.dtype == dtype:
        return output

    def values() -> np.ndarray:
        with np.errstate(over="ignore"):
            return output.values().astype(dtype.as_numpy_dtype)

    return output._replace(dtype=dtype, values=values)


def _print_list(kind: str, outputs: Sequence[Output]) -> None:
    rows = [(o.name, str(list(o.shape)), o.dtype.name, readable_size(o.nbytes)) for o in outputs]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        print(f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:<{widths[2]}}  {row[3]:>{widths[3]}}")
    print(f"{kind}: {len(rows)} tensors, {readable_size(sum(o.nbytes for o in outputs))}")


def _convert(source: sources.Source, outputs: list[Output], options: Any) -> int:
    total = sum(output.nbytes for output in outputs)
    kind = targets.kind_of(options.dst)
    if options.dry_run:
        _print_list(kind, outputs)
        return 0
    with _Progress("writing", total, options.quiet) as progress:
        metadata = {key: text for key, text in source.metadata.items() if key != "format"}
        files = targets.write(options.dst, [progress.watched(o) for o in outputs], metadata, options.shard_size)
    if options.verify and not _verified(files, outputs, total, options):
        return 1
    if not options.quiet:
        print(f"{len(outputs)} tensors, {readable_size(total)}: {', '.join(files)} ({kind})")
    return 0


def _verified(files: Sequence[str], outputs: Sequence[Output], total: int, options: Any) -> bool:
    path = next((file for file in files if file.endswith((".index", ".index.json"))), files[0])
    wrong = []
    with sources.opened(path) as written, _Progress("verifying", total, options.quiet) as progress:
        for output in map(progress.watched, outputs):
            tensor = written.tensors.get(output.name)
            expected = output.values()
            if tensor is None or tensor.shape != output.shape or not _equal(tensor.read(), expected):
                wrong.append(output.name)
    for name in wrong:
        print(f"error: {name!r} is not in {path!r} as it was written", file=sys.stderr)
    return not wrong


def _equal(one: np.ndarray, other: np.ndarray) -> bool:
    if other.dtype == object or one.dtype.kind in "SO":
        return [bytes(v) for v in one.reshape(-1)] == [bytes(v) for v in other.reshape(-1)]
    one, other = np.ascontiguousarray(one), np.ascontiguousarray(other)
    return one.dtype == other.dtype and one.tobytes() == other.tobytes()


class _Progress:
    """A bar on the terminal: bytes done, and the time that is left."""

    def __init__(self, what: str, total: int, quiet: bool) -> None:
        self._what, self._total, self._done = what, total, 0
        self._start = self._shown = time.monotonic()
        self._active = not quiet and sys.stderr.isatty()

    def watched(self, output: Output) -> Output:
        """The output, which moves the bar on when its values are asked for."""

        def values() -> np.ndarray:
            array = output.values()
            self._done += output.nbytes
            self._show()
            return array

        return output._replace(values=values)

    def _show(self, last: bool = False) -> None:
        now = time.monotonic()
        if not self._active or (now - self._shown < 0.1 and not last):
            return
        self._shown = now
        share = self._done / self._total if self._total else 1.0
        left = (now - self._start) * (1 - share) / share if share else 0.0
        bar = "#" * round(30 * share)
        text = (
            f"{self._what} [{bar:<30}] {readable_size(self._done)} of {readable_size(self._total)}, {left:.0f} s left"
        )
        print(f"\r{text:<79}", end="\n" if last else "", file=sys.stderr, flush=True)

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *exception: Any) -> None:
        with contextlib.suppress(OSError):
            self._show(last=True)


if __name__ == "__main__":
    sys.exit(main())
