"""What `tensorflow.python.framework.ops` has under a public name but with other arguments."""

from tfcompat._core.names import op_name_scope as name_scope

__all__ = ["name_scope"]
