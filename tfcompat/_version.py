"""tfcompat's own version; `tf.__version__` is the TensorFlow API level that it follows."""

__version__ = "0.1.0"
