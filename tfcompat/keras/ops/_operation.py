"""Makes a function of keras.ops from one over torch tensors: values are converted, KerasTensors draw the graph."""

from __future__ import annotations

import functools
import inspect
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

import tfcompat as tf
from tfcompat._core import dtypes
from tfcompat._core.arguments import integers
from tfcompat._core.convert import to_storage
from tfcompat._core.errors import InvalidArgumentError, OpError
from tfcompat._core.ops import wrap
from tfcompat._core.state import state
from tfcompat._core.substitutes import ids_of, strings_of
from tfcompat._core.tensor import EagerTensor
from tfcompat.keras import _version, tree
from tfcompat.keras._dtypes import is_float_dtype, result_type
from tfcompat.keras._graph import Operation
from tfcompat.keras._keras_tensor import any_symbolic
from tfcompat.keras._state import settings
from tfcompat.keras._symbolic import guesses

# The operations of all functions, by class name, for loading models whose graphs have them.
OPERATIONS: dict[str, type[FunctionOperation]] = {}


class FunctionOperation(Operation):
    """A function of keras.ops at one place of a model's graph; a subclass for each function.

    arguments: the function's arguments that are no tensors.
    """

    _is_pure = True
    _function: Callable[..., Any]
    _spec: Callable[..., Any] | None = None
    _tensors: tuple[str, ...] = ()  # the parameters that calls give in order; none where the function takes any number

    def __init__(self, name: str | None = None, **arguments: Any) -> None:
        super().__init__(name=name)
        self.arguments = arguments

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The function's result."""
        if self._tensors:
            kwargs.update(zip(self._tensors, args))
            return type(self)._function(**kwargs, **self.arguments)
        return type(self)._function(*args, **kwargs, **self.arguments)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The KerasTensors of the function's result."""
        if self._spec is not None:
            return self._spec(*args, **kwargs, **self.arguments)
        try:
            return super().compute_output_spec(*args, **kwargs)
        except Exception as failure:
            for guess in guesses(args, _sizes_in(args)):
                try:
                    return super().compute_output_spec(*guess, **kwargs)
                except Exception:
                    continue
            if isinstance(failure, (RuntimeError, IndexError, OpError)) and not _is_capturing(failure):
                raise ValueError(str(failure)) from None
            raise failure from None

    def get_config(self) -> dict[str, Any]:
        """The operation's name and the arguments."""
        return {"name": self.name, **self.arguments}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> FunctionOperation:
        """The operation that `get_config` described."""
        return cls(**config)


def _is_capturing(failure: Exception) -> bool:
    """Whether a failure is about capturing a function, not about the arguments."""
    return type(failure).__module__.startswith(("torch.fx", "torch._subclasses", "tfcompat._function"))


def _sizes_in(args: Any) -> set[int]:
    return {d for x in tree.flatten(args) for d in (getattr(x, "shape", None) or ()) if isinstance(d, int) and d > 1}


def draw_as_in_keras2(function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """What a function of Keras's gives for KerasTensors in Keras 2: the outputs of a layer."""
    from tfcompat.keras._drawn import draw
    from tfcompat.keras.layers.op_layers import symbol_of

    return draw(function, args, kwargs, symbol_of(function.__name__))


def operation(*tensors: str, spec: Callable[..., Any] | None = None, name: str = "") -> Callable[[Any], Any]:
    """Decorates a function so that it draws the graph when it is given KerasTensors in its parameters `tensors`.

    spec: what tells the resulting KerasTensors from the function's arguments, where a run on stand-ins can't.
    name: the operation's class name, where it is not the function's in camel case.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(function)
        part = function.__module__.rpartition("keras.ops.")[2].partition(".")[0]
        module = part.lstrip("_").partition("_")[0]  # _nn_x holds a part of nn
        class_name = name or "".join(part.capitalize() for part in function.__name__.split("_"))

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            if not any_symbolic(args, kwargs):
                return function(*args, **kwargs)
            if _version.is_legacy():
                return draw_as_in_keras2(call, args, kwargs)
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            given = bound.arguments
            for parameter in signature.parameters.values():
                if parameter.kind is inspect.Parameter.VAR_KEYWORD:
                    given.update(given.pop(parameter.name))
            values = []
            for key in tensors:
                value = given.pop(key)
                values += value if signature.parameters[key].kind is inspect.Parameter.VAR_POSITIONAL else [value]
            while values and values[-1] is None:
                values.pop()
            return cls(**given).symbolic_call(*values)

        kinds = [parameter.kind for parameter in signature.parameters.values()]
        members = {
            "_function": staticmethod(call),
            "_spec": spec and staticmethod(spec),
            "_tensors": () if inspect.Parameter.VAR_POSITIONAL in kinds else tensors,
            "__module__": __name__,
        }
        cls = type(class_name, (FunctionOperation,), members)
        cls._api_name = f"keras.src.ops.{module}.{class_name}"  # type: ignore[attr-defined]
        OPERATIONS[class_name] = cls
        call._is_keras_op = True  # type: ignore[attr-defined]
        return call

    return decorate


def sizes(shape: Any) -> tuple[Any, ...]:
    """A shape for torch: ints, and what a function that is being captured does not know yet, which stays symbolic."""
    return tuple(integers(shape, "shape"))


def torch_dtype(name: str) -> torch.dtype:
    """The torch dtype of a Keras dtype's name; TypeError where torch has none."""
    found = dtypes.as_dtype(name).torch
    if found is None:
        raise TypeError(f"torch has no dtype for {name!r}.")
    return found


def _kind(x: Any) -> Any:
    """What `x` counts as in result_type: Python numbers adapt to the others."""
    if isinstance(x, bool):
        return "bool"
    if isinstance(x, (int, float)):
        return type(x)
    found = getattr(x, "dtype", None)
    return dtypes.as_dtype(found).name if found is not None else None


def number_of(x: bool | int | float, dtype: torch.dtype) -> torch.Tensor:
    """A Python number as a tensor; integers too large for `dtype` wrap around, as in TensorFlow's casts."""
    try:
        return torch.tensor(x, dtype=dtype)
    except RuntimeError:
        return torch.tensor(x).to(dtype)


def tensor_of(x: Any, dtype: str | None = None) -> torch.Tensor:
    """The torch tensor of a value, cast to `dtype` where one is given."""
    if dtype is not None and isinstance(x, (bool, int, float)):
        return number_of(x, torch_dtype(dtype))
    t = to_storage(x)
    return t if dtype is None else t.to(torch_dtype(dtype))


def promoted(values: Sequence[Any], *others: Any, weak: bool = True) -> list[torch.Tensor]:
    """The values as torch tensors of the dtype that they give together, and with the dtypes `others`.

    weak: whether Python numbers adapt to the tensors' dtypes.
    """
    tensors = [v if weak and isinstance(v, (int, float)) else storage_of(v) for v in values]
    if not others and all(isinstance(t, np.ndarray) and t.dtype == object for t in tensors):
        return tensors  # pyright: ignore[reportReturnType]
    target = result_type(*(_kind(v) for v in tensors), *others)
    return [tensor_of(t, target) for t in tensors]


def float_of(x: Any, wide: bool = False) -> torch.Tensor:
    """The value as a float tensor: integers become floatx(), but int64 float64 where `wide`."""
    t = storage_of(x)
    name = dtypes.BY_STORAGE[t.dtype].name
    if is_float_dtype(name) or name.startswith("complex"):
        return t
    return t.to(torch.float64 if wide and name == "int64" else torch_dtype(settings.floatx))


def told(error: Exception) -> Exception:
    """What a failure of torch is raised as: InvalidArgumentError, as TensorFlow's kernels raise."""
    if isinstance(error, OpError) or type(error).__module__.startswith(("torch.fx", "torch._subclasses")):
        return error
    if isinstance(error, NotImplementedError) and "not implemented for" not in str(error):
        return error
    return InvalidArgumentError(None, None, str(error))


def storage_of(x: Any) -> Any:
    """The torch tensor of a value; that of a tf.SparseTensor is dense."""
    try:
        return to_storage(x)
    except ValueError:
        if not isinstance(x, tf.SparseTensor):
            raise
        return to_storage(tf.sparse.to_dense(x))


class _Rules:
    """What becomes of the dtypes of a function's tensors; the fields are `keras_op`'s arguments."""

    def __init__(self, promote: bool, to_float: bool, wide: bool, weak: bool) -> None:
        self.promote, self.to_float, self.wide, self.weak = promote, to_float, wide, weak

    def convert(self, values: Sequence[Any]) -> list[torch.Tensor]:
        """The values as torch tensors of their dtypes."""
        if self.promote:
            found = promoted(values, *((float,) if self.to_float else ()), weak=self.weak)
            return [float_of(v, self.wide) for v in found] if self.wide else found
        if self.to_float:  # as Keras, which has no use for complex128
            tensors = [float_of(v) for v in values]
            return [t.to(torch.complex64) if t.dtype is torch.complex128 else t for t in tensors]
        return [float_of(v, self.wide) if self.wide else storage_of(v) for v in values]

    def hold(self, tensors: Sequence[Any]) -> bool:
        """Whether tf.Tensors have dtypes already that stay as they are."""
        first = tensors[0]._t.dtype
        if self.promote and any(x._t.dtype is not first for x in tensors):
            return False
        if self.to_float or self.wide:
            return first in _STEADY_FLOATS
        return not self.promote or first in _STEADY


_STEADY_FLOATS = frozenset({torch.float32, torch.float64, torch.float16, torch.bfloat16})
_STEADY = _STEADY_FLOATS | {torch.bool, torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8}
_PLAIN = frozenset({int, float, bool, str, type(None)})


def _are_plain(values: Any) -> bool:
    """Whether no value is, or holds, a tensor."""
    for v in values:
        kind = type(v)
        if kind not in _PLAIN and not (kind is tuple and all(type(d) is int for d in v)):
            return False
    return True


def _beside(number: Any, tensor: Any) -> Any:
    """A Python number as a tensor of the dtype of a float tensor beside it; else the number."""
    if type(tensor) is EagerTensor and type(number) in (int, float) and tensor._t.dtype in _STEADY_FLOATS:
        return EagerTensor(torch.full((), number, dtype=tensor._t.dtype, device=tensor._t.device))
    return number


def _decorated(
    body: Callable[..., Any],
    tensors: tuple[str, ...],
    rules: _Rules,
    prepare: Callable[[torch.Tensor], Any],
    run: Callable[..., Any],
    **options: Any,
) -> Callable[..., Any]:
    """The function over any values: `run` gets tensors that `prepare` made of torch's, or eager ones as they are."""
    signature = inspect.signature(body)
    bind = signature.bind
    count = len(tensors)
    leading = count and tuple(signature.parameters)[:count] == tensors
    pair = count == 2 and rules.promote and rules.weak

    @functools.wraps(body)
    def call(*args: Any, **kwargs: Any) -> Any:
        bound = bind(*args, **kwargs).arguments
        given = [key for key in tensors if bound.get(key) is not None]
        bound.update(zip(given, map(prepare, rules.convert([bound[key] for key in given]))))
        return run((), bound, False)

    general = operation(*tensors, **options)(call)

    # Eager tensors first, of dtypes that stay, then plain options: the body can have the call as it is.
    @functools.wraps(general)
    def quick(*args: Any, **kwargs: Any) -> Any:
        heads, rest = args[:count], args[count:]
        if pair and len(heads) == 2 and state.direct:
            heads = _beside(heads[0], heads[1]), _beside(heads[1], heads[0])
        for x in heads:
            if type(x) is not EagerTensor:
                return general(*args, **kwargs)
        direct = len(heads) == count and state.direct and _are_plain(rest) and _are_plain(kwargs.values())
        return run((*heads, *rest), kwargs, True) if direct and rules.hold(heads) else general(*args, **kwargs)

    return quick if leading else general


def _on_ids(body: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], strings: list[np.ndarray]) -> Any:
    """What a function that moves or compares elements makes of strings: it gets numbers that stand for them."""
    pool, numbers = ids_of(strings)
    ids = {id(given): number for given, number in zip(strings, numbers, strict=True)}
    args, kwargs = tree.map_structure(lambda x: ids.get(id(x), x), (list(args), kwargs))
    result = body(*args, **kwargs)
    return tree.map_structure(lambda r: strings_of(pool, r) if r.dtype == torch.float64 else r, result)


def keras_op(
    *tensors: str,
    promote: bool = False,
    to_float: bool = False,
    wide: bool = False,
    weak: bool = True,
    strings: bool = False,
    spec: Callable[..., Any] | None = None,
    name: str = "",
) -> Callable[[Any], Any]:
    """Decorates a function over torch tensors as one of keras.ops.

    tensors: the names of the parameters that are tensors. promote: they are cast to the dtype they give together.
    to_float: integers are cast to floatx(), after the promotion. wide: so are they, but int64 becomes float64.
    weak: whether Python numbers adapt to the other dtypes. strings: whether it moves or compares elements, so that
    strings will do. spec, name: as of `operation`.
    """
    count = len(tensors)

    def decorate(body: Callable[..., Any]) -> Callable[..., Any]:
        def run(args: Sequence[Any], kwargs: dict[str, Any], wrapped: bool) -> Any:
            if wrapped:
                args = [*(x._t for x in args[:count]), *args[count:]]
            try:
                return wrap(body(*args, **kwargs))
            except (RuntimeError, IndexError) as error:
                raise told(error) from None
            except (AttributeError, TypeError):
                held = [x for x in tree.flatten([args, kwargs]) if isinstance(x, np.ndarray) and x.dtype == object]
                if not (strings and held):
                    raise
            return wrap(_on_ids(body, args, kwargs, held))

        rules = _Rules(promote, to_float, wide, weak)
        return _decorated(body, tensors, rules, lambda t: t, run, spec=spec, name=name)

    return decorate


def tensor_op(
    *tensors: str,
    promote: bool = False,
    to_float: bool = False,
    wide: bool = False,
    weak: bool = True,
    spec: Callable[..., Any] | None = None,
    name: str = "",
) -> Callable[[Any], Any]:
    """`keras_op` for a function over tf.Tensors: a thin one over TensorFlow's function."""

    def decorate(body: Callable[..., Any]) -> Callable[..., Any]:
        def run(args: Sequence[Any], kwargs: dict[str, Any], wrapped: bool) -> Any:
            return body(*args, **kwargs)

        rules = _Rules(promote, to_float, wide, weak)
        return _decorated(body, tensors, rules, wrap, run, spec=spec, name=name)

    return decorate


def axes_of(axis: Any, rank: int) -> tuple[int, ...]:
    """The axes that `axis` names (all where None), counted from the front; ValueError for one that is not there."""
    if axis is None:
        return tuple(range(rank))
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    return tuple(one_axis(a, rank) for a in axes)


def one_axis(axis: Any, rank: int) -> int:
    """`axis` counted from the front; ValueError where there are not so many."""
    number = operator.index(axis)
    if not -rank <= number < rank:
        raise ValueError(f"axis {axis} is out of bounds for a tensor of {rank} dimensions.")
    return number % rank
