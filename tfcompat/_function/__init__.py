"""tf.function: capturing Python functions as graphs of torch ops, and running those."""

from tfcompat._function.function import Function as Function
from tfcompat._function.function import function as function
from tfcompat._function.scopes import init_scope as init_scope
from tfcompat._function.scopes import inside_function as inside_function
