"""tf.keras.preprocessing.text: texts to lists of words and of their numbers."""

from __future__ import annotations

import collections
import hashlib
import json
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from tfcompat import _names

_FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'


def text_to_word_sequence(input_text: str, filters: str = _FILTERS, lower: bool = True, split: str = " ") -> list[str]:
    """The words of a text, without the characters in `filters` (tf.keras.preprocessing.text)."""
    text = input_text.lower() if lower else input_text
    return [word for word in text.translate(str.maketrans(dict.fromkeys(filters, split))).split(split) if word]


def _md5(word: str) -> int:
    return int(hashlib.md5(word.encode()).hexdigest(), 16)


def hashing_trick(
    text: str,
    n: int,
    hash_function: Any = None,
    filters: str = _FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], Iterable[str]] | None = None,
) -> list[int]:
    """A number from 1 to n - 1 for each word of a text, by its hash (tf.keras.preprocessing.text.hashing_trick).

    hash_function: a function of words, "md5", or None for Python's `hash`, which differs from run to run. analyzer:
    cuts the text into words instead.
    """
    number: Any = hash if hash_function is None else _md5 if hash_function == "md5" else hash_function
    words = text_to_word_sequence(text, filters, lower, split) if analyzer is None else analyzer(text)
    return [number(word) % (n - 1) + 1 for word in words]


def one_hot(
    input_text: str,
    n: int,
    filters: str = _FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], Iterable[str]] | None = None,
) -> list[int]:
    """A number from 1 to n - 1 for each word of a text, by Python's `hash` (tf.keras.preprocessing.text.one_hot)."""
    return hashing_trick(input_text, n, hash, filters=filters, lower=lower, split=split, analyzer=analyzer)


class Tokenizer:
    """Numbers words by how frequent they are, from 1 (tf.keras.preprocessing.text.Tokenizer).

    num_words: only the first num_words - 1 are used. filters, lower, split: how texts are cut into words; char_level:
    into characters; analyzer: by a function. Texts that are lists are words already. oov_token: a word, then the first,
    that stands for those not known.
    """

    def __init__(
        self,
        num_words: int | None = None,
        filters: str = _FILTERS,
        lower: bool = True,
        split: str = " ",
        char_level: bool = False,
        oov_token: str | None = None,
        analyzer: Callable[[str], Iterable[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        if "nb_words" in kwargs:
            warnings.warn("The `nb_words` argument in `Tokenizer` has been renamed `num_words`.", stacklevel=2)
            num_words = kwargs.pop("nb_words")
        self.document_count: int = kwargs.pop("document_count", 0)
        if kwargs:
            raise TypeError(f"Unrecognized keyword arguments: {kwargs}")
        self.num_words, self.filters, self.lower, self.split = num_words, filters, lower, split
        self.char_level, self.oov_token, self.analyzer = char_level, oov_token, analyzer
        self.word_counts: Any = collections.OrderedDict()
        self.word_docs: Any = collections.defaultdict(int)
        self.index_docs: Any = collections.defaultdict(int)
        self.word_index: dict[str, int] = {}
        self.index_word: dict[int, str] = {}

    def _words(self, text: Any) -> Any:
        if self.char_level or isinstance(text, list):
            if not self.lower:
                return text
            return [word.lower() for word in text] if isinstance(text, list) else text.lower()
        if self.analyzer is not None:
            return self.analyzer(text)
        return text_to_word_sequence(text, filters=self.filters, lower=self.lower, split=self.split)

    def fit_on_texts(self, texts: Iterable[Any]) -> None:
        """Counts the words of texts and numbers all that were counted so far."""
        for text in texts:
            self.document_count += 1
            words = list(self._words(text))
            for word in words:
                self.word_counts[word] = self.word_counts.get(word, 0) + 1
            for word in set(words):
                self.word_docs[word] += 1
        ordered = sorted(self.word_counts, key=self.word_counts.__getitem__, reverse=True)
        names = ordered if self.oov_token is None else [self.oov_token, *ordered]
        self.word_index = {word: i for i, word in enumerate(names, 1)}
        self.index_word = {i: word for word, i in self.word_index.items()}
        for word, count in self.word_docs.items():
            self.index_docs[self.word_index[word]] = count

    def fit_on_sequences(self, sequences: Any) -> None:
        """Counts in how many sequences each number occurs, for "tfidf"."""
        self.document_count += len(sequences)
        for sequence in sequences:
            for number in set(sequence):
                self.index_docs[number] += 1

    def texts_to_sequences(self, texts: Iterable[Any]) -> list[list[int]]:
        """The numbers of each text's words."""
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts: Iterable[Any]) -> Iterator[list[int]]:
        """As `texts_to_sequences`, one text after another."""
        unknown = self.word_index.get(self.oov_token) if self.oov_token is not None else None
        for text in texts:
            found = (self.word_index.get(word) for word in self._words(text))
            numbers = (n if n is not None and not (self.num_words and n >= self.num_words) else unknown for n in found)
            yield [n for n in numbers if n is not None]

    def sequences_to_texts(self, sequences: Iterable[Any]) -> list[str]:
        """The words of each sequence, with spaces between."""
        return list(self.sequences_to_texts_generator(sequences))

    def sequences_to_texts_generator(self, sequences: Iterable[Any]) -> Iterator[str]:
        """As `sequences_to_texts`, one sequence after another."""
        unknown = self.oov_token if self.oov_token in self.word_index else None
        for sequence in sequences:
            found = (None if self.num_words and n >= self.num_words else self.index_word.get(n) for n in sequence)
            words = (unknown if word is None else word for word in found)
            yield " ".join(word for word in words if word is not None)

    def texts_to_matrix(self, texts: Iterable[Any], mode: str = "binary") -> np.ndarray:
        """A row for each text, as `sequences_to_matrix` makes them."""
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode=mode)

    def sequences_to_matrix(self, sequences: Any, mode: str = "binary") -> np.ndarray:
        """A row of one element for each word: "binary" whether it occurs, "count" how often, "freq" which share it has,
        "tfidf" weighs by in how many texts it occurs. ValueError for others, and before texts were seen.
        """
        if not self.num_words and not self.word_index:
            raise ValueError("Specify a dimension (`num_words` argument), or fit on some text data first.")
        if mode == "tfidf" and not self.document_count:
            raise ValueError("Fit the Tokenizer on some data before using tfidf mode.")
        matrix = np.zeros((len(sequences), self.num_words or len(self.word_index) + 1))
        for row, sequence in zip(matrix, sequences):
            for number, count in collections.Counter(n for n in sequence if n < matrix.shape[1]).items():
                row[number] = self._cell(mode, number, count, len(sequence))
        return matrix

    def _cell(self, mode: str, number: int, count: int, length: int) -> float:
        if mode == "count":
            return count
        if mode == "freq":
            return count / length
        if mode == "binary":
            return 1
        if mode == "tfidf":
            return (1 + np.log(count)) * np.log(1 + self.document_count / (1 + self.index_docs.get(number, 0)))
        raise ValueError("Unknown vectorization mode:", mode)

    def get_config(self) -> dict[str, Any]:
        """The settings, and what was counted as JSON."""
        plain = "num_words filters lower split char_level oov_token document_count"
        counted = "word_counts word_docs index_docs index_word word_index"
        config = {name: getattr(self, name) for name in plain.split()}
        return {**config, **{name: json.dumps(getattr(self, name)) for name in counted.split()}}

    def to_json(self, **kwargs: Any) -> str:
        """The class's name and the config as JSON, which `tokenizer_from_json` reads."""
        return json.dumps({"class_name": type(self).__name__, "config": self.get_config()}, **kwargs)


def tokenizer_from_json(json_string: str) -> Tokenizer:
    """The Tokenizer that `Tokenizer.to_json` wrote (tf.keras.preprocessing.text.tokenizer_from_json)."""
    config = dict(json.loads(json_string)["config"])
    counted = {
        name: json.loads(config.pop(name))
        for name in ("word_counts", "word_docs", "index_docs", "index_word", "word_index")
    }
    tokenizer = Tokenizer(**config)
    for name, value in counted.items():
        setattr(tokenizer, name, {int(k): v for k, v in value.items()} if name.startswith("index_") else value)
    return tokenizer


__getattr__ = _names.module_getattr("tf.keras.preprocessing.text", globals())
