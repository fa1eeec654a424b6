"""tf.lookup: tables from keys to values, strings or numbers, that tensors of keys are looked up in."""

from __future__ import annotations

from tfcompat import _names
from tfcompat.lookup import experimental
from tfcompat.lookup._initializers import KeyValueTensorInitializer, TextFileIndex, TextFileInitializer
from tfcompat.lookup._static import StaticHashTable, StaticVocabularyTable

__getattr__ = _names.module_getattr("tf.lookup", globals())
