"""keras.layers.TextVectorization."""

from __future__ import annotations

from typing import Any

import tfcompat
from tfcompat import strings
from tfcompat._ragged import RaggedTensor
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._state import settings
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.preprocessing import _checks
from tfcompat.keras.layers.preprocessing.lookup import _MODES, StringLookup

_STANDARDIZE = ("lower_and_strip_punctuation", "lower", "strip_punctuation")
_PUNCTUATION = r"""[!"#$%&()\*\+,\-\./:;<=>?@\[\\\]^_`{|}~']"""


class TextVectorization(Layer):
    """Texts to rows of word numbers or to vectors over a vocabulary (tf.keras.layers.TextVectorization).

    standardize: "lower_and_strip_punctuation", "lower", "strip_punctuation", None or a function of string tensors.
    split: "whitespace", "character", None or a function that returns a RaggedTensor. ngrams: up to how many words, or a
    tuple of how many, form one. output_mode: "int", "multi_hot", "count" or "tf_idf". output_sequence_length: rows are
    cut or filled with 0 to it; rows stay of different lengths where `ragged`. vocabulary: as StringLookup's; `adapt`
    learns it where it is not given.
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        standardize: Any = "lower_and_strip_punctuation",
        split: Any = "whitespace",
        ngrams: Any = None,
        output_mode: str = "int",
        output_sequence_length: int | None = None,
        pad_to_max_tokens: bool = False,
        vocabulary: Any = None,
        idf_weights: Any = None,
        sparse: bool = False,
        ragged: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self._check_arguments(standardize, split, ngrams)
        mode = _checks.output_mode(output_mode, _MODES, self)
        self._check_length(output_sequence_length, mode, ragged)
        given = kwargs.pop("has_input_vocabulary", vocabulary is not None)
        size = kwargs.pop("vocabulary_size", None)
        super().__init__(name=name, **kwargs)
        self._standardize, self._split = standardize, split
        self._ngrams_arg = ngrams
        self._ngrams = tuple(range(1, ngrams + 1)) if isinstance(ngrams, int) else ngrams
        self._output_mode, self._output_sequence_length, self._ragged = mode, output_sequence_length, ragged
        self._encoding = encoding
        self._has_input_vocabulary = given
        self._lookup_layer = StringLookup(
            max_tokens=max_tokens,
            vocabulary=vocabulary,
            idf_weights=idf_weights,
            pad_to_max_tokens=pad_to_max_tokens,
            mask_token="",
            output_mode=mode,
            sparse=sparse,
            has_input_vocabulary=given,
            encoding=encoding,
            vocabulary_size=size,
        )
        self._convert_input_args = False
        self._allow_non_tensor_positional_args = True
        self.supports_jit = False

    def _check_arguments(self, standardize: Any, split: Any, ngrams: Any) -> None:
        _checks.one_of(standardize, _STANDARDIZE, self, "standardize", none=True, functions=True)
        _checks.one_of(split, ("whitespace", "character"), self, "split", none=True, functions=True)
        tuple_of_ints = isinstance(ngrams, tuple) and all(isinstance(n, int) for n in ngrams)
        if not (ngrams is None or isinstance(ngrams, int) or tuple_of_ints):
            raise ValueError(f"`ngrams` must be None, an integer, or a tuple of integers. Received: ngrams={ngrams}")

    def _check_length(self, length: Any, mode: str, ragged: bool) -> None:
        if mode == "int" and not isinstance(length, (int, type(None))):
            raise ValueError(
                "`output_sequence_length` must be either None or an integer when `output_mode` is 'int'. "
                f"Received: output_sequence_length={length}"
            )
        if mode != "int" and length is not None:
            raise ValueError(
                "`output_sequence_length` must not be set if `output_mode` is not 'int'. "
                f"Received output_sequence_length={length}."
            )
        if ragged and mode != "int":
            raise ValueError(
                f"`ragged` may only be true if `output_mode` is `'int'`. Received: ragged={ragged} and "
                f"output_mode={mode}"
            )

    compute_dtype = property(lambda self: "string", doc="The dtype of the inputs.")  # type: ignore
    variable_dtype = property(lambda self: "string", doc="The dtype of the inputs.")  # type: ignore

    def build(self, input_shape: Any = None) -> None:
        """Marks the layer as built: it has no weights."""

    # ---- the vocabulary ----

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Learns the vocabulary from an array of texts, a tf.data.Dataset or another iterable of batches.

        steps: of how many batches, of all where None. batch_size: taken for Keras 2's sake; it decides nothing.
        """
        self.reset_state()
        found = _checks.batches(data, steps)
        for batch in [_checks.ensure_tensor(data, "string")] if found is None else found:
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Counts the words of one more batch."""
        self._lookup_layer.update_state(self._words(data))

    def finalize_state(self) -> None:
        """Makes the vocabulary of what was counted."""
        self._lookup_layer.finalize_state()

    def reset_state(self) -> None:
        """Forgets what was counted, not the vocabulary."""
        self._lookup_layer.reset_state()

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[str]:
        """The words in the order of their numbers, with "" and "[UNK]" first unless left out."""
        return self._lookup_layer.get_vocabulary(include_special_tokens)

    def vocabulary_size(self) -> int:
        """How many numbers there are."""
        return self._lookup_layer.vocabulary_size()

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Sets the vocabulary, as StringLookup.set_vocabulary does."""
        self._lookup_layer.set_vocabulary(vocabulary, idf_weights=idf_weights)

    # ---- texts to numbers ----

    def _words(self, inputs: Any) -> Any:
        """The standardized texts, cut into words and joined to n-grams."""
        inputs = _checks.ensure_tensor(inputs, "string")
        if self._standardize in ("lower", "lower_and_strip_punctuation"):
            inputs = strings.lower(inputs)
        if self._standardize in ("strip_punctuation", "lower_and_strip_punctuation"):
            inputs = strings.regex_replace(inputs, _PUNCTUATION, "")
        if callable(self._standardize):
            inputs = self._standardize(inputs)
        if self._split is not None:
            inputs = self._cut(inputs)
        if self._ngrams is not None:
            inputs = strings.ngrams(inputs, ngram_width=self._ngrams, separator=" ")
        return inputs

    def _cut(self, inputs: Any) -> Any:
        rank = len(inputs.shape)
        if rank > 1:
            if inputs.shape[-1] != 1:
                raise ValueError(
                    "When using `TextVectorization` to tokenize strings, the input rank must be 1 or the last shape "
                    f"dimension must be 1. Received: inputs.shape={inputs.shape} with rank={rank}"
                )
            inputs = tfcompat.squeeze(inputs, -1)
        if self._split == "whitespace":
            return strings.split(inputs)
        return strings.unicode_split(inputs, "UTF-8") if self._split == "character" else self._split(inputs)

    def call(self, inputs: Any) -> Any:
        """The numbers or vectors of texts, [batch] or [batch, 1]."""
        found = self._lookup_layer.call(self._words(inputs))
        if self._output_mode != "int":
            return found
        length = self._output_sequence_length
        if isinstance(found, RaggedTensor) and not self._ragged:
            shape = [None] * (len(found.shape) - 1) + [length]
            return found.to_tensor(default_value=0, shape=shape)
        if length is None:
            return found
        found = found[..., :length]
        if self._ragged:
            return found
        missing = length - tfcompat.shape(found)[-1]
        return tfcompat.pad(found, [[0, 0]] * (len(found.shape) - 1) + [[0, missing]])

    def compute_output_shape(self, input_shape: Any) -> Any:
        """[batch, length] of numbers, or of vectors over the vocabulary."""
        shape = tuple(input_shape)
        if self._output_mode == "int":
            return (shape[0], self._output_sequence_length)
        if self._split is not None:
            shape = (*shape[: len(shape) - (len(shape) > 1)], None)
        elif len(shape) <= 1:
            shape = (*shape, 1)
        return self._lookup_layer.compute_output_shape(shape)

    def compute_output_spec(self, inputs: Any) -> KerasTensor:
        """The outputs' shape and dtype."""
        dtype = "int64" if self._output_mode == "int" else settings.floatx
        return KerasTensor(self.compute_output_shape(inputs.shape), dtype=dtype)

    # ---- saving ----

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        lookup = self._lookup_layer
        own = {
            "max_tokens": lookup.max_tokens,
            "standardize": self._standardize,
            "split": self._split,
            "ngrams": self._ngrams_arg,
            "output_mode": self._output_mode,
            "output_sequence_length": self._output_sequence_length,
            "pad_to_max_tokens": lookup.pad_to_max_tokens,
            "sparse": lookup.sparse,
            "ragged": self._ragged,
            "vocabulary": _checks.plain(lookup.input_vocabulary),
            "idf_weights": _checks.plain(lookup.input_idf_weights),
            "encoding": self._encoding,
            "vocabulary_size": self.vocabulary_size(),
        }
        return {**super().get_config(), **own}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> TextVectorization:
        """The layer that `get_config` described."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        config = dict(config)
        for key in ("standardize", "split"):
            if isinstance(config.get(key), dict):
                config[key] = deserialize_keras_object(config[key])
        if isinstance(config.get("ngrams"), list):
            config["ngrams"] = tuple(config["ngrams"])
        return cls(**config)

    def save_own_variables(self, store: Any) -> None:
        """Stores the weights of words, where there are some."""
        self._lookup_layer.save_own_variables(store)

    def load_own_variables(self, store: Any) -> None:
        """Takes the weights of words back."""
        self._lookup_layer.load_own_variables(store)

    def save_assets(self, dir_path: str) -> None:
        """Writes a learnt vocabulary."""
        self._lookup_layer.save_assets(dir_path)

    def load_assets(self, dir_path: str) -> None:
        """Reads the vocabulary that `save_assets` wrote."""
        self._lookup_layer.load_assets(dir_path)
