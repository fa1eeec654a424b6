"""tf.data: datasets, made of tensors, files and Python, and what is made of them on the way to a model."""

from tfcompat import _names
from tfcompat.data import experimental
from tfcompat.data._iterators import Iterator, IteratorSpec, NumpyIterator
from tfcompat.data._options import Options, ThreadingOptions
from tfcompat.data._records import FixedLengthRecordDataset, TextLineDataset, TFRecordDataset
from tfcompat.data._spec import DatasetSpec
from tfcompat.data.dataset import AUTOTUNE, INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Dataset

__all__ = [
    "AUTOTUNE",
    "INFINITE_CARDINALITY",
    "UNKNOWN_CARDINALITY",
    "Dataset",
    "DatasetSpec",
    "FixedLengthRecordDataset",
    "Iterator",
    "IteratorSpec",
    "NumpyIterator",
    "Options",
    "TFRecordDataset",
    "TextLineDataset",
    "ThreadingOptions",
    "experimental",
]

__getattr__ = _names.module_getattr("tf.data", globals())
