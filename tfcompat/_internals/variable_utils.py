"""tensorflow.python.util.variable_utils: nests of variables as nests of tensors."""

from typing import Any

from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.structure import map_structure
from tfcompat._core.variable import Variable


def convert_variables_to_tensors(values: Any) -> Any:
    """The nest with the value of each variable in its place, those within composite tensors too."""

    def converted(value: Any) -> Any:
        if isinstance(value, Variable):
            return convert_to_tensor(value)
        return value._convert_variables_to_tensors() if isinstance(value, CompositeTensor) else value

    return map_structure(converted, values)


def replace_variables_with_atoms(values: Any) -> Any:
    """The nest with a 0 in the place of each variable: a leaf, whatever else nests in a variable."""
    return map_structure(lambda value: 0 if isinstance(value, Variable) else value, values)
