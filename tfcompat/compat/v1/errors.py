"""tf.compat.v1.errors: tf.errors, and what tells its classes by their codes."""

from tfcompat._core.errors import error_code_from_exception_type, exception_type_from_error_code
from tfcompat.compat.v1._fallback import module_getattr as _module_getattr

__all__ = ["error_code_from_exception_type", "exception_type_from_error_code"]

__getattr__ = _module_getattr("tf.compat.v1.errors", globals(), {})
