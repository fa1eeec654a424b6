"""The `@op` decorator: a public TensorFlow op from a plain function over torch tensors.

The body's annotations say how an argument is converted: `Value` takes anything that makes a tensor; parameters
annotated `Alike` share one dtype, which the first tensor among them decides; `Values` and `Alikes` are sequences of
them. Everything else reaches the body as it came. The body sees torch tensors and returns torch tensors.

Where the dtype is tf.string the body would get numpy arrays; an op declared `strings=True` gets float64 ids instead,
in the strings' order, and float64 results are taken for ids again: one body reshapes, gathers, compares and sorts all.
"""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import device, dtypes, errors, substitutes
from tfcompat._core.convert import to_storage
from tfcompat._core.dispatch import CompositeArgument, Overrides, redirect
from tfcompat._core.dtypes import BY_STORAGE, SYMBOLIC_STRING
from tfcompat._core.op_texts import refusal
from tfcompat._core.state import state
from tfcompat._core.substitutes import each
from tfcompat._core.tensor import EagerTensor, Tensor

Value = torch.Tensor
Alike = torch.Tensor
Values = Sequence[torch.Tensor]
Alikes = Sequence[torch.Tensor]

_TORCH = torch.Tensor
_STRINGS = (SYMBOLIC_STRING, np.dtype(object))
MISSING = object()
_VARIADIC = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS
_KINDS = ("Value", "Alike", "Values", "Alikes")


VARIABLE: Any = None  # what tf.Variable makes: set by variable.py, which imports this module


class Invalid(Exception):
    """Raised by an op's body where TensorFlow's kernel fails: the caller sees `error` with the op's name in it.

    With TypeError or ValueError, whatever the arguments were, strings too, the caller sees just that.
    """

    def __init__(self, message: str, error: type[Exception] = errors.InvalidArgumentError) -> None:
        super().__init__(message)
        self.error: Any = error


def wrap(value: Any) -> Any:
    """The tf.Tensor of a torch tensor (numpy array for strings); maps over tuples, lists and None.

    Outside of a tape the result carries no autograd graph, whatever its inputs carried.
    """
    return _wrap(value) if state.graph is None else state.graph.wrap(value)


def _wrap(value: Any) -> Any:
    kind = type(value)
    if kind is _TORCH or kind is np.ndarray:
        if kind is _TORCH and value.requires_grad and not state.tapes:
            value = value.detach()
        tensor = EagerTensor(value)
        if state.devices and (name := device.virtual_name()):
            tensor.__dict__["_device"] = name
        return tensor
    if isinstance(value, _TORCH):
        return _wrap(
            value.detach().as_subclass(_TORCH) if not value.requires_grad else torch.Tensor.view_as(value, value)
        )
    if kind is tuple or kind is list:
        return kind(_wrap(v) for v in value)
    if isinstance(value, tuple):
        return type(value)(*(_wrap(v) for v in value))
    return value


class Op:
    """What the decorator knows of one op: its names, its parameters and how errors are told."""

    overrides: Overrides | None = None  # what a program registered for the op
    same_as: Op | None = None  # the op whose overrides count for this one
    reflected: Op | None = None  # the op that a reflected operator is
    function: Any = None  # the public function

    def __init__(
        self,
        body: Callable[..., Any],
        kernel: str,
        strings: bool,
        explain: Callable[..., str | None] | None,
        numbers: bool,
        lenient: bool,
        ordered: bool = False,
        differ: type[Exception] | None = None,
    ) -> None:
        self.body, self.kernel, self.strings, self.explain = body, kernel or body.__name__, strings, explain
        self.numbers, self.lenient, self.ordered, self.differ = numbers, lenient, ordered, differ
        code, known = body.__code__, body.__annotations__
        self.names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        self.index = {name: i for i, name in enumerate(self.names)}
        kinds = [(i, str(known.get(name)).removesuffix(" | None")) for i, name in enumerate(self.names)]
        self.kinds = [(i, kind) for i, kind in kinds if kind in _KINDS]
        self.alike = [(i, kind) for i, kind in self.kinds if kind[0] == "A"]
        self.plain = not code.co_kwonlyargcount and not code.co_flags & _VARIADIC
        given = body.__defaults__ or ()
        only = body.__kwdefaults__ or {}
        self.defaults = [MISSING] * (code.co_argcount - len(given)) + list(given)
        self.defaults += [only.get(name, MISSING) for name in self.names[code.co_argcount :]]

    @property
    def optional(self) -> frozenset[str]:
        """The parameters that have a default."""
        return frozenset(n for n, d in zip(self.names, self.defaults, strict=True) if d is not MISSING)

    def bind(self, args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
        """All arguments in the order of the signature, defaults filled in."""
        if self.plain and len(args) <= len(self.defaults):
            values = [*args, *self.defaults[len(args) :]]
            for name, value in kwargs.items():
                i = self.index.get(name, -1)
                if i < len(args):
                    break
                values[i] = value
            else:
                if MISSING not in self.defaults[len(args) :] or not any(v is MISSING for v in values):
                    return values
        bound = inspect.signature(self.body).bind(*args, **kwargs)
        bound.apply_defaults()
        return list(bound.args)

    def convert(self, args: list[Any]) -> None:
        """Replaces, in place, the tensor arguments by torch tensors."""
        eager = state.graph is None
        if not eager and hasattr(state.graph, "called_with"):
            state.graph.called_with(self, args[:])
        for i, kind in self.kinds:
            x = args[i]
            if kind == "Value":
                if eager and type(x) is EagerTensor:
                    args[i] = x._t
                elif x is not None or self.defaults[i] is not None:
                    args[i] = to_storage(x)
            elif kind == "Values" and x is not None:
                args[i] = [to_storage(v) for v in sequence(x, self.names[i])]
        if self.alike:
            self._convert_alike(args)
        if state.devices:
            self.place(args)

    def order(self, args: list[Any]) -> None:
        """Makes a tensor, in place, of a Python value that comes first, whatever the dtype of what follows."""
        x = args[0]
        if not isinstance(x, Tensor) and _first_dtype(x) is None and not hasattr(x, "_dispatch_op"):
            args[0] = _wrap(to_storage(x))

    def _convert_alike(self, args: list[Any]) -> None:
        for i, kind in self.alike:
            if kind == "Alikes" and args[i] is not None:
                args[i] = sequence(args[i], self.names[i])
        present = [(i, kind) for i, kind in self.alike if args[i] is not None or self.defaults[i] is not None]
        common = next(filter(None, (_first_dtype(args[i]) for i, _ in present)), None)
        number, eager = 0, state.graph is None
        for i, kind in present:
            group = [args[i]] if kind == "Alike" else args[i]
            held = []
            for x in group:
                t = x._t if eager and type(x) is EagerTensor else self._alike(x, common)
                dtype = BY_STORAGE[t.dtype]
                if common is None:
                    common = dtype
                elif dtype is not common:
                    raise self.mismatch(number, common, dtype)
                held.append(t)
                number += 1
            args[i] = held[0] if kind == "Alike" else held

    def _alike(self, x: Any, dtype: dtypes.DType | None) -> Any:
        if not self.lenient:
            return to_storage(x, dtype, soft=True)
        try:
            return to_storage(x, dtype, soft=True)
        except (TypeError, ValueError):
            return to_storage(x)

    def place(self, args: list[Any]) -> None:
        """Moves the tensors to the innermost tf.device scope's device, where one is open."""
        where = device.scope_device() if state.devices else None
        if where is not None:
            _move(args, self.kinds, where, self.kernel)

    def mismatch(self, number: int, want: dtypes.DType, got: dtypes.DType) -> Exception:
        """The error for two tensors of different dtypes."""
        if self.differ is not None:
            names = " and ".join(f"`{self.names[i]}`" for i, _ in self.alike)
            return self.differ(f"{names} must have the same dtype, got {want!r} != {got!r}.")
        if state.graph is not None and all(kind == "Alike" for _, kind in self.alike):
            first, other = (self.names[self.alike[i][0]] for i in (0, number))
            return TypeError(
                f"Input '{other}' of '{self.kernel}' Op has type {got.name} that does not match type {want.name} of "
                f"argument '{first}'."
            )
        return errors.InvalidArgumentError(
            None,
            None,
            f"cannot compute {self.kernel} as input #{number}(zero-based) was expected to be a {kernel_dtype(want)} "
            f"tensor but is a {kernel_dtype(got)} tensor [Op:{self.kernel}] name: ",
        )

    def run(self, args: list[Any]) -> Any:
        """The body on converted arguments, its failures told as TensorFlow tells them."""
        if device.get_log_device_placement():
            tensors = [t for i, kind in self.kinds for t in each(args[i], kind) if isinstance(t, _TORCH)]
            device.log_placement(self.kernel, device.name_of(tensors[0].device) if tensors else device.default_name())
        if state.graph is not None and self.has_symbolic_strings(args):
            return state.graph.on_strings(self, args)
        try:
            return self.body(*args)
        except (errors.OpError, ImportError, RecursionError):
            raise
        except Exception as e:
            return self.recover(e, args)

    def has_symbolic_strings(self, args: list[Any]) -> bool:
        """Whether the op is about strings, and some of its arguments have no value yet."""
        tensors = [t for i, kind in self.kinds if i < len(args) for t in each(args[i], kind)]
        if not any(getattr(t, "dtype", None) in _STRINGS for t in tensors):
            return False
        return any(is_symbolic(t) for t in tensors)

    def recover(self, e: Exception, args: list[Any]) -> Any:
        """What to do when the body failed: strings, small unsigned integers and mixed devices run another way."""
        if state.graph is not None and hasattr(state.graph, "as_node") and state.graph.needs_values(e):
            return state.graph.as_node(self, args, e)
        if isinstance(e, Invalid) and not issubclass(e.error, errors.OpError):
            kind: Any = e.error
            raise kind(str(e)) from None
        tensors = [t for i, kind in self.kinds if i < len(args) for t in each(args[i], kind)]
        graph = state.graph if getattr(state.graph, "deferred", False) else None
        if graph is not None and graph.takes_other_sizes(tensors):
            return self.run(args)
        holds_strings = any(isinstance(t, np.ndarray) for t in tensors)
        if holds_strings and self.strings:
            return substitutes.run_on_ids(self, args)
        if holds_strings and not isinstance(e, Invalid):
            bad = next(BY_STORAGE[t.dtype] for t in tensors if isinstance(t, np.ndarray))
            raise errors.InvalidArgumentError(
                None,
                None,
                self.full_message(f"Value for attr 'T' of {bad.name} is not in the list of allowed values"),
            ) from None
        if isinstance(e, (Invalid, ValueError, TypeError, RuntimeError, IndexError, OverflowError)):
            message = str(e)
            if isinstance(e, RuntimeError) and "on the same device" in message:
                where = next((t.device for t in tensors if not t.is_cpu), device.default())
                _move(args, self.kinds, where, self.kernel)
                return self.body(*args)
            if isinstance(e, (RuntimeError, NotImplementedError)) and "not implemented for" in message:
                narrow = next((t.dtype for t in tensors if t.dtype in substitutes.WIDER), None)
                if narrow is not None:
                    return substitutes.run_wider(self, args, narrow)
                kind = kernel_dtype(BY_STORAGE[tensors[0].dtype]) if tensors else "these arguments"
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    f"Value for attr 'T' of {kind} is not in the list of allowed values ({message}) "
                    f"[Op:{self.kernel}] name: ",
                ) from None
            if isinstance(e, (ValueError, TypeError)) and not isinstance(e, Invalid):
                raise e
            text = self.explain(*args) if self.explain is not None and not isinstance(e, Invalid) else None
            error: Any = e.error if isinstance(e, Invalid) else errors.InvalidArgumentError
            told = error(None, None, self.full_message(text or message))
            raise (told if graph is None else graph.refusal(told)) from None
        raise e

    def full_message(self, text: str) -> str:
        """`text` with the op's name around it, as TensorFlow prints what it refuses before a kernel, and in one."""
        told = refusal(self.kernel, text)
        if told is not None:
            return f"{told} [Op:{self.kernel}] name: "
        wrapped = f"__wrapped__{_KERNEL_ALIAS.get(self.kernel, self.kernel)}_device_{device.default_name()}"
        return f"{{{{function_node {wrapped}}}}} {text} [Op:{self.kernel}] name: "

    def add_name(self, failure: errors.OpError, args: list[Any]) -> None:
        """Ends the message as TensorFlow does: with the call's name, or with nothing where a list was an input."""
        if state.graph is not None or not failure.message.endswith(_NO_NAME):
            return
        given = dict(zip(self.names, args, strict=True))
        name = None if self.kernel in _NAMELESS else given.get("name")
        inputs = {self.names[i] for i, _ in self.kinds} | _INPUTS
        if name:
            failure._message += str(name)
        elif self.kernel not in _CONVERTED and any(
            isinstance(given.get(n), (list, tuple, str, bytes, np.ndarray)) for n in inputs
        ):
            failure._message = failure.message.removesuffix(_NO_NAME)

    def redirect(
        self, found: CompositeArgument, function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> Any:
        """What becomes of `function(*args, **kwargs)`, called with a composite tensor; NotImplemented for an error."""
        overrides = (self.same_as or self).overrides
        target = None if overrides is None else overrides.find(args, kwargs)
        if target is not None:
            return target(*args, **kwargs)
        return redirect(found, self.kernel, function, self.bind(args, kwargs))

    def finish(self, result: Any, name: str | None) -> Any:
        """The wrapped result; in a graph it gets the op's name."""
        if result is NotImplemented:
            return result
        if state.graph is not None:
            return state.graph.wrap_result(result, self, name)
        return _wrap(result)


_NO_NAME = " name: "
_INPUTS = {"axis", "begin", "multiples", "paddings", "perm", "shape", "size"}  # of TensorFlow's kernels; not of ours
_NAMELESS = {"Range", "Transpose"}  # whose default names TensorFlow does not hand on to the kernel
# Whose lists TensorFlow makes tensors of beforehand, or which are no inputs of the kernel.
_CONVERTED = {"BatchMatMulV2", "Cumprod", "Cumsum", "Einsum", "MatMul", "Squeeze"}
_KERNEL_ALIAS = {"MatMul": "__MklMatMul", "BatchMatMulV2": "__MklBatchMatMulV2"}


def is_symbolic(t: Any) -> bool:
    """Whether a torch tensor stands for a value that is not known yet, in a capture."""
    return type(t) is not _TORCH and isinstance(t, _TORCH) and state.graph is not None


def kernel_dtype(dtype: dtypes.DType) -> str:
    """The name that TensorFlow's kernels use in messages: float, double, half; else the dtype's own."""
    return {"float32": "float", "float64": "double", "float16": "half"}.get(dtype.name, dtype.name)


def sequence(value: Any, argument: str) -> Sequence[Any]:
    """`value` as a sequence of tensor-likes: a list as it is, a tensor split along its first dimension."""
    if isinstance(value, (list, tuple)):
        return value
    if isinstance(value, (Tensor, np.ndarray)) and value.ndim:
        return list(value)
    if hasattr(value, "__iter__") and not isinstance(value, (str, bytes)):
        return list(value)
    raise TypeError(f"Expected a list or tuple of tensors for argument '{argument}', got {value!r}.")


def _first_dtype(values: Any) -> dtypes.DType | None:
    """The dtype of the first tensor, variable or other holder of one; None where there is none."""
    for x in values if isinstance(values, (list, tuple)) else (values,):
        kind = type(x)
        if isinstance(x, Tensor) or hasattr(kind, "_read") or hasattr(kind, "__tf_tensor__"):
            found = getattr(x, "dtype", None)
            if found is not None:
                return dtypes.as_dtype(found)
    return None


def _move(args: list[Any], kinds: list[tuple[int, str]], where: torch.device, kernel: str) -> None:
    number = 0
    for i, kind in kinds:
        if i < len(args) and args[i] is not None:
            there = []
            for t in each(args[i], kind):
                there.append(device.moved(t, where, kernel, number) if isinstance(t, _TORCH) else t)
                number += 1
            args[i] = there if kind.endswith("s") else there[0]


def op(
    kernel: str = "",
    *,
    strings: bool = False,
    explain: Callable[..., str | None] | None = None,
    numbers: bool = False,
    lenient: bool = False,
    ordered: bool = False,
    differ: type[Exception] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Makes a public op of a function over torch tensors.

    kernel: the name of TensorFlow's op, for messages and graphs ("AddV2"). strings: the body only moves, compares or
    orders elements, so it serves tf.string too. explain: called with the body's arguments when torch's kernel failed,
    returns TensorFlow's words for what is wrong. numbers: the body takes a Python number as its second operand.
    lenient: a Python value that does not fit the dtype of the others keeps its own (and then mismatches). ordered: a
    Python value that comes first keeps its own in any case (but in Python's operators). differ: the class of the error
    for different dtypes, InvalidArgumentError where None.
    """

    def decorate(body: Callable[..., Any]) -> Callable[..., Any]:
        info = Op(body, kernel, strings, explain, numbers, lenient, ordered, differ)
        kinds = [kind for _, kind in info.kinds]
        names = list(info.names)
        if kinds == ["Alike", "Alike"] and names == ["x", "y", "name"]:
            call = _binary(info, None, info.ordered)
        elif len(kinds) == 1 and kinds[0] in ("Value", "Alike") and names[1:] == ["name"]:
            call = _unary(info)
        else:
            call = _general(info)
        functools.update_wrapper(call, body)
        call.op = info  # type: ignore[attr-defined]
        info.function = call
        return call

    return decorate


def operator(function: Any, reflected_name: str | None) -> Callable[..., Any]:
    """`function`, an op, as the method of a Python operator.

    An operand that no tensor can be made of, but whose class has the reflected method, gets its turn.
    """
    info = function.op
    return _binary(info, reflected_name) if len(info.names) == 3 else function


def reflected(function: Any) -> Callable[..., Any]:
    """`function`, a binary op, as the method of the reflected Python operator, which `lenient` does not count for."""

    strict = function.op.reflected
    if strict is None:
        strict = function.op.reflected = copy.copy(function.op)
        strict.lenient, strict.same_as = False, function.op.same_as or function.op
    forward = _binary(strict, None) if len(strict.names) == 3 else function

    def call(y: Any, x: Any) -> Any:
        return forward(x, y)

    return call


_KNOWN = (Tensor, bool, int, float, complex, str, bytes, list, tuple, dict, set, np.ndarray, np.generic, type(None))
_FLOATS = (torch.float32, torch.float64)
_INT32 = range(-(2**31), 2**31)


def _binary(info: Op, reflected_name: str | None, ordered: bool = False) -> Callable[..., Any]:
    body, numbers = info.body, info.numbers

    def call(x: Any, y: Any, name: str | None = None) -> Any:
        if not state.direct:
            return slow(x, y, name)
        kind = type(y)
        if type(x) is VARIABLE:
            a = x._read()
        elif type(x) is EagerTensor:
            a = x._t
        else:
            a = None
        if a is not None:
            if kind is VARIABLE:
                y, kind = EagerTensor(y._read()), EagerTensor
            if kind is EagerTensor and (b := y._t).dtype is a.dtype:
                try:
                    r = body(a, b)
                except Exception:
                    r = info.run([a, b])
            elif numbers and (
                (kind is float and a.dtype in _FLOATS) or (kind is int and a.dtype is torch.int32 and y in _INT32)
            ):
                r = body(a, y)
            else:
                return slow(x, y, name)
        else:
            return slow(x, y, name)
        if type(r) is _TORCH:
            if r.requires_grad and not state.tapes:
                r = r.detach()
            return EagerTensor(r)
        return info.finish(r, name)

    def slow(x: Any, y: Any, name: str | None) -> Any:
        args = [x, y]
        try:
            if ordered:
                info.order(args)
            info.convert(args)
        except (TypeError, ValueError) as failure:
            if isinstance(failure, CompositeArgument):
                result = info.redirect(failure, info.function, (x, y), {} if name is None else {"name": name})
                if result is not NotImplemented:
                    return result
            if reflected_name and hasattr(type(y), reflected_name) and not isinstance(y, _KNOWN):
                return NotImplemented
            raise
        return info.finish(info.run(args), name)

    return call


def _unary(info: Op) -> Callable[..., Any]:
    body, first = info.body, info.names[0]

    def call(x: Any, name: str | None = None) -> Any:
        if type(x) is not EagerTensor or not state.direct:
            args = [x]
            try:
                info.convert(args)
            except CompositeArgument as found:
                result = info.redirect(found, info.function, (x,), {} if name is None else {"name": name})
                if result is NotImplemented:
                    raise
                return result
            return info.finish(info.run(args), name)
        a = x._t
        try:
            r = body(a)
        except Exception:
            r = info.run([a])
        if type(r) is _TORCH:
            if r.requires_grad and not state.tapes:
                r = r.detach()
            return EagerTensor(r)
        return info.finish(r, name)

    if first == "x":
        return call

    def renamed(*args: Any, **kwargs: Any) -> Any:
        if kwargs:
            args = tuple(info.bind(args, kwargs))
        return call(*args)

    return renamed


def _general(info: Op) -> Callable[..., Any]:
    body, where = info.body, info.index.get("name")
    first = [i for i, _ in info.kinds]
    direct = info.plain and first in ([0], [0, 1]) and all(kind in ("Value", "Alike") for _, kind in info.kinds)
    pair, alike = len(first) == 2, len(info.alike) == 2

    def slow(*args: Any, **kwargs: Any) -> Any:
        values = info.bind(args, kwargs)
        try:
            info.convert(values)
            result = info.run(values)
        except CompositeArgument as found:
            result = info.redirect(found, info.function, args, kwargs)
            if result is NotImplemented:
                raise
            return result
        except errors.OpError as failure:
            info.add_name(failure, info.bind(args, kwargs))
            raise
        return info.finish(result, values[where] if where is not None else None)

    if not first and info.plain:

        def make(*args: Any, **kwargs: Any) -> Any:
            if not state.direct:
                return slow(*args, **kwargs)
            try:
                r = body(*args, **kwargs)
            except Exception:
                return slow(*args, **kwargs)
            return EagerTensor(r) if type(r) is _TORCH and not r.requires_grad else _wrap(r)

        return make

    if not direct:
        return slow

    # Eager tensors first, then options: the body can have the call as it is. What fails is done again with all checks.
    def call(*args: Any, **kwargs: Any) -> Any:
        if len(args) > pair and type(args[0]) is EagerTensor and state.direct:
            a = args[0]._t
            try:
                if not pair:
                    r = body(a, *args[1:], **kwargs)
                elif type(args[1]) is EagerTensor and (not alike or args[1]._t.dtype is a.dtype):
                    r = body(a, args[1]._t, *args[2:], **kwargs)
                else:
                    return slow(*args, **kwargs)
            except Exception:
                return slow(*args, **kwargs)
            if type(r) is _TORCH:
                if r.requires_grad and not state.tapes:
                    r = r.detach()
                return EagerTensor(r)
            return _wrap(r)
        return slow(*args, **kwargs)

    return call
