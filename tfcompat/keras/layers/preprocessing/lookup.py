"""Vocabularies: keras.layers.StringLookup and keras.layers.IntegerLookup."""

from __future__ import annotations

import collections
import os
from typing import Any

import numpy as np

import tfcompat
from tfcompat import math, strings
from tfcompat._formats.files import replacing
from tfcompat._ragged import RaggedTensor
from tfcompat._sparse import SparseTensor
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._state import settings, thread
from tfcompat.keras._version import is_legacy
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.preprocessing import _checks
from tfcompat.keras.layers.preprocessing._table import Table
from tfcompat.keras.layers.preprocessing.encoding import encoded

_MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf")


class IndexLookup(Layer):
    """What StringLookup and IntegerLookup share: words of a vocabulary to numbers, or back where `invert`.

    The numbers of a vocabulary are: 0 for `mask_token` where there is one and the output mode is "int", then
    `num_oov_indices` for words that are not in it, then the words.
    """

    def __init__(
        self,
        max_tokens: int | None,
        num_oov_indices: int,
        mask_token: Any,
        oov_token: Any,
        vocabulary_dtype: Any,
        vocabulary: Any = None,
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        sparse: bool = False,
        pad_to_max_tokens: bool = False,
        oov_method: str = "floormod",
        name: str | None = None,
        salt: Any = None,
        **kwargs: Any,
    ) -> None:
        mode = self._checked_mode(output_mode, invert, sparse, idf_weights)
        if max_tokens is not None and max_tokens <= 1:
            raise ValueError(f"If set, `max_tokens` must be greater than 1. Received: max_tokens={max_tokens}")
        if pad_to_max_tokens and max_tokens is None:
            raise ValueError(f"If pad_to_max_tokens is True, must set `max_tokens`. Received: max_tokens={max_tokens}")
        if num_oov_indices < 0:
            raise ValueError(
                f"`num_oov_indices` must be greater than or equal to 0. Received: num_oov_indices={num_oov_indices}"
            )
        _checks.one_of(oov_method, ("floormod", "farmhash"), self, "oov_method")
        kind = tfcompat.as_dtype(vocabulary_dtype)
        if salt is not None and kind.is_integer and oov_method != "farmhash":
            raise ValueError(f"`salt` can only be used when `oov_method='farmhash'`. Received: oov_method={oov_method}")
        pair = _checks.salt_pair(salt, self)
        self._has_input_vocabulary = kwargs.pop("has_input_vocabulary", vocabulary is not None)
        frozen = kwargs.pop("vocabulary_size", None)
        kwargs.pop("trainable", None)
        dtype = kwargs.pop("dtype", None)
        if kwargs:
            raise ValueError(f"Unrecognized keyword argument(s): {kwargs}")
        super().__init__(name=name, dtype=dtype if dtype != "string" and is_legacy() else None)
        self._given_dtype = None if dtype is None else self._dtype_policy.variable_dtype
        self._convert_input_args = False
        self._allow_non_tensor_positional_args = True
        self.supports_jit = False
        self.max_tokens, self.num_oov_indices = max_tokens, num_oov_indices
        self.mask_token, self.oov_token = mask_token, oov_token
        self.invert, self.output_mode, self.sparse = invert, mode, sparse
        self.pad_to_max_tokens, self.oov_method, self.salt = pad_to_max_tokens, oov_method, pair
        self.vocabulary_dtype = kind.name
        self._frozen_vocab_size = frozen
        self.input_vocabulary = None if isinstance(vocabulary, str) else vocabulary
        self.input_idf_weights = idf_weights
        self._idf: np.ndarray | None = None
        self._tokens = Table([], self.vocabulary_dtype)
        self._reset_counts()
        if mode == "tf_idf" and self._has_input_vocabulary and idf_weights is None:
            raise ValueError(
                "When specifying the `vocabulary` argument, in TF-IDF output mode, the `idf_weights` argument must "
                "also be provided."
            )
        if vocabulary is not None:
            self.set_vocabulary(vocabulary, idf_weights)

    def _checked_mode(self, mode: Any, invert: bool, sparse: bool, idf_weights: Any) -> str:
        mode = _checks.output_mode(mode, _MODES, self)
        if invert and mode != "int":
            raise ValueError(f"`output_mode` must be `'int'` when `invert` is true. Received: output_mode={mode}")
        _checks.no_sparse_ints(sparse, mode, _MODES)
        if idf_weights is not None and mode != "tf_idf":
            raise ValueError(
                f"`idf_weights` should only be set if `output_mode` is `'tf_idf'`. Received: idf_weights={idf_weights} "
                f"and output_mode={mode}"
            )
        return mode

    # ---- the vocabulary ----

    def _oov_start_index(self) -> int:
        return int(self.mask_token is not None and self.output_mode == "int")

    def _token_start_index(self) -> int:
        return self._oov_start_index() + self.num_oov_indices

    def _special_tokens(self) -> list[Any]:
        return [self.mask_token] * self._oov_start_index() + [self.oov_token] * self.num_oov_indices

    def vocabulary_size(self) -> int:
        """How many numbers there are: words, and those for masks and unknown words."""
        return len(self._tokens) + self._token_start_index()

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[Any]:
        """The vocabulary in the order of its numbers, mask and unknown word first unless left out."""
        words = self._tokens.words()
        return [*self._special_tokens(), *words] if include_special_tokens else words

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Sets the vocabulary: an array or list, with the special tokens at its start or without them, or the name of
        a file with a word a line.

        idf_weights: a weight for each word, in "tf_idf" mode. ValueError for repeated words, special tokens in other
        places, and vocabularies that are empty or larger than `max_tokens`.
        """
        if self.output_mode == "tf_idf" and idf_weights is None:
            raise ValueError("`idf_weights` must be set if output_mode is 'tf_idf'.")
        if self.output_mode != "tf_idf" and idf_weights is not None:
            raise ValueError(
                f"`idf_weights` should only be set if output_mode is `'tf_idf'`. Received: output_mode="
                f"{self.output_mode} and idf_weights={idf_weights}"
            )
        if isinstance(vocabulary, (str, os.PathLike)):
            self._tokens = Table(self._read_words(os.fspath(vocabulary)), self.vocabulary_dtype)
            self._record_size()
            return
        words = self._as_words(vocabulary)
        if not words:
            raise ValueError(f"Cannot set an empty vocabulary. Received: vocabulary={vocabulary}")
        start = self._token_start_index()
        with_special = start > 0 and words[:start] == self._special_tokens()
        tokens = words[start:] if with_special or start == 0 else words
        self._check_words(tokens, words)
        self._tokens = Table(tokens, self.vocabulary_dtype)
        self._record_size()
        if self.output_mode == "tf_idf":
            self._set_weights(idf_weights, len(words), 0 if with_special else start)

    def _as_words(self, vocabulary: Any) -> list[Any]:
        if _checks.is_tensor(vocabulary):
            vocabulary = vocabulary.numpy()
        words = np.asarray(vocabulary).tolist() if isinstance(vocabulary, np.ndarray) else list(vocabulary)
        if self.vocabulary_dtype == "string":
            return [w.decode(self.encoding) if isinstance(w, bytes) else str(w) for w in words]  # type: ignore[attr-defined]
        return [int(w) for w in words]

    def _read_words(self, path: str) -> list[Any]:
        if thread.safe_mode:
            raise ValueError(
                "Requested the loading of a vocabulary file outside of the model archive. This carries a potential "
                "risk of loading arbitrary and sensitive files and thus it is disallowed by default. If you trust the "
                "source of the artifact, pass `safe_mode=False` to the loading function, or call "
                f"`keras.config.enable_unsafe_deserialization()`. Vocabulary file: '{path}'"
            )
        if not os.path.exists(path):
            raise ValueError(f"Vocabulary file {path} does not exist.")
        if self.output_mode == "tf_idf":
            raise ValueError("output_mode `'tf_idf'` does not support loading a vocabulary from file.")
        with open(path, encoding=getattr(self, "encoding", "utf-8")) as file:
            return self._as_words(file.read().splitlines())

    def _check_words(self, tokens: list[Any], words: list[Any]) -> None:
        repeated = [word for word, count in collections.Counter(tokens).items() if count > 1]
        if repeated:
            raise ValueError(
                "The passed vocabulary has at least one repeated term. Please uniquify your dataset. The repeated "
                f"terms are: {repeated}"
            )
        for what, token in (("mask", self.mask_token), ("OOV", self.oov_token if self.invert else None)):
            if token is not None and token in tokens:
                at = len(words) - 1 - words[::-1].index(token)
                raise ValueError(
                    f"Found reserved {what} token at unexpected location in `vocabulary`. Note that passed "
                    "`vocabulary` does not need to include the OOV and mask tokens. Either remove all mask and OOV "
                    "tokens, or include them only at the start of the vocabulary in precisely this order: "
                    f"{self._special_tokens()}. Received: {what.lower()}_token={token} at vocabulary index {at}"
                )
        size = self._token_start_index() + len(tokens)
        if self.max_tokens is not None and size > self.max_tokens:
            raise ValueError(
                "Attempted to set a vocabulary larger than the maximum vocab size. Received vocabulary size is "
                f"{size}; `max_tokens` is {self.max_tokens}."
            )

    def _set_weights(self, given: Any, count: int, front: int) -> None:
        weights = np.asarray(given.numpy() if _checks.is_tensor(given) else given, dtype=settings.floatx)
        if weights.ndim != 1 or len(weights) != count:
            raise ValueError(
                "`idf_weights` must be a vector of the same length as vocabulary. The shape of idf_weights is "
                f"{weights.shape}; len(vocabulary) is {count}"
            )
        self._idf = self._padded_weights(weights, front)

    def _padded_weights(self, weights: np.ndarray, front: int) -> np.ndarray:
        """Unknown words weigh what words do on average; what is padded up to `max_tokens` weighs nothing."""
        back = self.max_tokens - front - len(weights) if self.pad_to_max_tokens and self.max_tokens else 0
        unknown = np.full(front, np.mean(weights) if front else 0)
        return np.concatenate([unknown, weights, np.zeros(max(back, 0))]).astype(settings.floatx)

    def _needs_fixed_size(self) -> bool:
        return self.output_mode != "int" and not self.pad_to_max_tokens

    def _record_size(self) -> None:
        size = self.vocabulary_size()
        if self._needs_fixed_size() and self._frozen_vocab_size not in (None, size):
            raise RuntimeError(
                f"When using `output_mode={self.output_mode}` and `pad_to_max_tokens=False`, the vocabulary size "
                f"cannot be changed after the layer is called. Old vocab size is {self._frozen_vocab_size}, new vocab "
                f"size is {size}"
            )
        self._frozen_vocab_size = size

    # ---- learning it ----

    def _reset_counts(self) -> None:
        self._counts: collections.Counter[Any] = collections.Counter()
        self._document_counts: collections.Counter[Any] = collections.Counter()
        self._documents = 0

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Learns the vocabulary: the most frequent words of an array, a tf.data.Dataset or another iterable of batches.

        steps: of how many batches, of all where None. ValueError where the layer was given a vocabulary.
        """
        self.reset_state()
        found = _checks.batches(data, steps)
        if found is None:
            data = _checks.ensure_tensor(data, self.vocabulary_dtype)
            if len(data.shape) == 1:
                data = tfcompat.expand_dims(data, -1)
            found = iter([data])
        for batch in found:
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Counts the words of one more batch."""
        if self._has_input_vocabulary:
            raise ValueError(
                f"Cannot adapt layer '{self.name}' after setting a static vocabulary via `vocabulary` argument or "
                "`set_vocabulary()` method."
            )
        data = _checks.ensure_tensor(data, self.vocabulary_dtype)
        if len(data.shape) == 0:
            data = tfcompat.expand_dims(data, 0)
        if len(data.shape) == 1:
            data = tfcompat.expand_dims(data, 0)
        flat = data.flat_values if isinstance(data, RaggedTensor) else data
        flat = flat.values if isinstance(flat, SparseTensor) else flat
        self._counts.update(flat.numpy().ravel().tolist())
        if self.output_mode == "tf_idf":
            rows = data.to_list() if isinstance(data, RaggedTensor) else _rows(data)
            for row in rows:
                self._document_counts.update(set(row))
            self._documents += len(rows)

    def finalize_state(self) -> None:
        """Makes the vocabulary of what was counted: frequent words first, equally frequent ones in falling order."""
        if self._has_input_vocabulary:
            return
        counts = dict(self._counts)
        if self.mask_token is not None:
            counts.pop(self._key(self.mask_token), None)
        if self.oov_token is not None:
            counts.pop(self._key(self.oov_token), None)
        keys = sorted(counts, key=lambda key: (counts[key], key), reverse=True)
        if self.max_tokens:
            keys = keys[: self.max_tokens - self._token_start_index()]
        self._tokens = Table(self._as_words(keys), self.vocabulary_dtype)
        if self.output_mode == "tf_idf":
            among = np.array([self._document_counts[key] for key in keys], dtype=settings.floatx)
            self._idf = self._padded_weights(np.log(1 + self._documents / (1 + among)), self._token_start_index())
        self.reset_state()
        self._record_size()

    def _key(self, token: Any) -> Any:
        return token.encode() if isinstance(token, str) else token

    def reset_state(self) -> None:
        """Forgets what was counted, not the vocabulary."""
        if not self._has_input_vocabulary:
            self._reset_counts()

    # ---- looking up ----

    def call(self, inputs: Any) -> Any:
        """The numbers of the words, or the words of numbers, in the output mode."""
        if self._needs_fixed_size() and self._frozen_vocab_size is None:
            raise RuntimeError(
                f"When using `output_mode={self.output_mode}` and `pad_to_max_tokens=False`, you must set the layer's "
                "vocabulary before calling it. Either pass a `vocabulary` argument to the layer, or call `adapt` with "
                "some sample data."
            )
        inputs = _checks.ensure_tensor(inputs, "int64" if self.invert else self.vocabulary_dtype)
        if isinstance(inputs, SparseTensor):
            found: Any = SparseTensor(inputs.indices, self._looked_up(inputs.values), inputs.dense_shape)
        elif isinstance(inputs, RaggedTensor):
            found = inputs.with_flat_values(self._looked_up(inputs.flat_values))
        else:
            found = self._looked_up(inputs)
        if self.output_mode == "int":
            told = self._given_dtype if is_legacy() and not self.invert else None
            return found if told is None else tfcompat.cast(found, told)
        depth = self.max_tokens if self.pad_to_max_tokens else self._frozen_vocab_size
        if self.output_mode != "tf_idf":
            return encoded(found, self.output_mode, depth, self.dtype if is_legacy() else "int64", self.sparse)
        if self._idf is None:
            raise ValueError("When `output_mode` is `'tf_idf'`, `idf_weights` must be provided.")
        counts = encoded(found, "count", depth, settings.floatx, self.sparse)
        if isinstance(counts, SparseTensor):
            weights = tfcompat.gather(tfcompat.constant(self._idf), counts.indices[:, -1])
            return SparseTensor(counts.indices, counts.values * weights, counts.dense_shape)
        return counts * tfcompat.constant(self._idf)

    def _looked_up(self, inputs: Any) -> Any:
        start = self._token_start_index()
        if self.invert:
            words = self._tokens.word(inputs - start, self.oov_token)
            if self.mask_token is None:
                return words
            return tfcompat.where(tfcompat.equal(inputs, 0), tfcompat.constant(self.mask_token, words.dtype), words)
        found = self._tokens.find(inputs)
        known = found >= 0
        masked = None
        if self.mask_token is not None:
            masked = tfcompat.equal(inputs, tfcompat.constant(self.mask_token, inputs.dtype))
        if self.num_oov_indices == 0:
            self._check_known(inputs, known if masked is None else known | masked)
            result = found
        else:
            unknown = self._unknown(inputs) if self.num_oov_indices > 1 else tfcompat.zeros_like(found)
            result = tfcompat.where(known, found + start, unknown + self._oov_start_index())
        if masked is None:
            return result
        gone = 0 if self.output_mode == "int" else 2**31 - 1  # a number beyond the depth, which is not counted
        return tfcompat.where(masked, tfcompat.constant(gone, "int64"), result)

    def _check_known(self, inputs: Any, known: Any) -> None:
        if thread.symbolic or tfcompat.is_symbolic_tensor(known):
            return  # the values are not known
        if not bool(tfcompat.reduce_all(known)):
            unknown = tfcompat.boolean_mask(inputs, tfcompat.logical_not(known)).numpy()
            raise tfcompat.errors.InvalidArgumentError(
                None,
                None,
                "When `num_oov_indices=0` all inputs should be in vocabulary, found OOV values "
                f"{unknown}, consider setting `num_oov_indices=1`.",
            )

    def _unknown(self, inputs: Any) -> Any:
        """Which of the numbers for unknown words each word has."""
        if inputs.dtype.is_integer and self.oov_method != "farmhash":
            return math.floormod(inputs, self.num_oov_indices)
        words = strings.as_string(inputs) if inputs.dtype.is_integer else inputs
        if self.salt is not None:
            return strings.to_hash_bucket_strong(words, self.num_oov_indices, key=self.salt)
        return strings.to_hash_bucket_fast(words, self.num_oov_indices)

    # ---- shapes and saving ----

    @property
    def variable_dtype(self) -> Any:  # type: ignore[override]
        """The dtype of the vocabulary; in Keras 2 that of the outputs."""
        if not is_legacy():
            return self.vocabulary_dtype
        return self._given_dtype or ("int64" if self.output_mode == "int" else settings.floatx)

    compute_dtype = property(lambda self: self.variable_dtype, doc="`variable_dtype`.")  # type: ignore

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape, with the vectors' length at its end where the output mode makes vectors."""
        if self.output_mode == "int":
            return input_shape
        depth = self.max_tokens if self.pad_to_max_tokens else self._frozen_vocab_size
        shape = tuple(input_shape)
        if self.output_mode == "one_hot" and not (len(shape) > 1 and shape[-1] == 1):
            return (*shape, depth)
        return (*shape[:-1], depth)

    def compute_output_spec(self, inputs: Any) -> KerasTensor:
        """The outputs' shape and dtype."""
        if self.output_mode != "int":
            dtype = settings.floatx
        else:
            dtype = self.vocabulary_dtype if self.invert else (is_legacy() and self._given_dtype) or "int64"
        return KerasTensor(self.compute_output_shape(inputs.shape), dtype=dtype)

    def get_build_config(self) -> dict[str, Any]:
        """Nothing: no weight's shape depends on the inputs."""
        return {}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Marks the layer as built."""
        self.build(None)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = {
            "invert": self.invert,
            "max_tokens": self.max_tokens,
            "num_oov_indices": self.num_oov_indices,
            "oov_token": self.oov_token,
            "mask_token": self.mask_token,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
            "pad_to_max_tokens": self.pad_to_max_tokens,
            "vocabulary_dtype": self.vocabulary_dtype,
            "idf_weights": _checks.plain(self.input_idf_weights),
            "vocabulary": _checks.plain(self.input_vocabulary),
            "vocabulary_size": self._frozen_vocab_size,
            "oov_method": self.oov_method,
            "salt": self.salt,
        }
        return {**super().get_config(), **own}

    def save_own_variables(self, store: Any) -> None:
        """Stores the weights of words, where there are some."""
        if self.output_mode == "tf_idf" and self._idf is not None:
            store["idf_weights"] = self._idf

    def load_own_variables(self, store: Any) -> None:
        """Takes the weights of words back."""
        if self.output_mode == "tf_idf":
            self._idf = np.asarray(store["idf_weights"], dtype=settings.floatx)

    def save_assets(self, dir_path: str) -> None:
        """Writes a learnt vocabulary to vocabulary.txt; a given one is in the config."""
        if self.input_vocabulary is None:
            with replacing(os.path.join(dir_path, "vocabulary.txt")) as path, open(path, "w", encoding="utf-8") as file:
                file.write("\n".join(str(word) for word in self.get_vocabulary()))

    def load_assets(self, dir_path: str) -> None:
        """Reads the vocabulary that `save_assets` wrote."""
        if self.input_vocabulary is not None:
            return
        with open(os.path.join(dir_path, "vocabulary.txt"), encoding="utf-8") as file:
            lines = file.read().split("\n")
        while lines and not lines[-1]:
            lines.pop()
        self.set_vocabulary(lines, self._idf)


def _rows(data: Any) -> list[list[Any]]:
    """The elements of each row of a dense or sparse tensor."""
    if isinstance(data, SparseTensor):
        rows: list[list[Any]] = [[] for _ in range(int(data.dense_shape[0]))]
        for at, value in zip(data.indices.numpy()[:, 0], data.values.numpy().tolist(), strict=True):
            rows[at].append(value)
        return rows
    array = data.numpy()
    return array.reshape(len(array), -1).tolist()


class StringLookup(IndexLookup):
    """Strings to numbers by a vocabulary, or back where `invert` (tf.keras.layers.StringLookup).

    vocabulary: a list of strings, or a file with one a line; without it `adapt` learns one of at most `max_tokens`.
    num_oov_indices: over how many numbers unknown strings are spread, by a hash that `salt` changes. output_mode:
    "int", or vectors as long as the vocabulary: "one_hot", "multi_hot", "count", "tf_idf" (by `idf_weights`). sparse:
    vectors are SparseTensors. pad_to_max_tokens: they have `max_tokens` elements.
    """

    encoding: str

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: str | None = None,
        oov_token: str | None = "[UNK]",
        vocabulary: Any = None,
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        pad_to_max_tokens: bool = False,
        sparse: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        salt: Any = None,
        **kwargs: Any,
    ) -> None:
        object.__setattr__(self, "encoding", encoding)
        kwargs.pop("vocabulary_dtype", None)
        super().__init__(
            max_tokens=max_tokens,
            num_oov_indices=num_oov_indices,
            mask_token=mask_token,
            oov_token=oov_token,
            vocabulary_dtype="string",
            vocabulary=vocabulary,
            idf_weights=idf_weights,
            invert=invert,
            output_mode=output_mode,
            sparse=sparse,
            pad_to_max_tokens=pad_to_max_tokens,
            name=name,
            salt=salt,
            **kwargs,
        )

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        config = super().get_config()
        del config["vocabulary_dtype"]
        return {**config, "encoding": self.encoding}


class IntegerLookup(IndexLookup):
    """Integers to numbers below a vocabulary's size, or back where `invert` (tf.keras.layers.IntegerLookup).

    As StringLookup, with integers for words. oov_method: how unknown integers are spread over `num_oov_indices`
    numbers: by the remainder ("floormod") or a hash of their digits ("farmhash"), which `salt` changes.
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: int | None = None,
        oov_token: int | None = -1,
        vocabulary: Any = None,
        vocabulary_dtype: str = "int64",
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        sparse: bool = False,
        pad_to_max_tokens: bool = False,
        oov_method: str = "floormod",
        salt: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if vocabulary_dtype != "int64":
            raise ValueError(
                "Only `vocabulary_dtype='int64'` is supported at this time. "
                f"Received: vocabulary_dtype={vocabulary_dtype}"
            )
        super().__init__(
            max_tokens=max_tokens,
            num_oov_indices=num_oov_indices,
            mask_token=mask_token,
            oov_token=oov_token,
            vocabulary_dtype=vocabulary_dtype,
            vocabulary=vocabulary,
            idf_weights=idf_weights,
            invert=invert,
            output_mode=output_mode,
            sparse=sparse,
            pad_to_max_tokens=pad_to_max_tokens,
            oov_method=oov_method,
            name=name,
            salt=salt,
            **kwargs,
        )

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        config = super().get_config()
        for key in ("oov_token", "mask_token"):
            config[key] = None if config[key] is None else int(config[key])
        if config["vocabulary"] is not None:
            config["vocabulary"] = [int(word) for word in config["vocabulary"]]
        return config
