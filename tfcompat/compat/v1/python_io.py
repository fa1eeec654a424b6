"""tf.compat.v1.python_io: records in files, without tensors."""

from tfcompat.compat.v1._fallback import module_getattr as _module_getattr
from tfcompat.compat.v1.io import TFRecordCompressionType, tf_record_iterator
from tfcompat.io import TFRecordOptions, TFRecordWriter

__all__ = ["TFRecordCompressionType", "TFRecordOptions", "TFRecordWriter", "tf_record_iterator"]

__getattr__ = _module_getattr("tf.compat.v1.python_io", globals(), {})
