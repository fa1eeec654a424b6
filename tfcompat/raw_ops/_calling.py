"""Raw ops as functions: a plain function over torch tensors, called by TensorFlow's signature of a raw op.

Raw ops are as strict as TensorFlow's kernels. Tensors that share a type attribute have one dtype, which the first
tensor among them decides; an attribute takes only what the signature lists; nothing is broadcast or cast on the way.
"""

from __future__ import annotations

import collections
import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes, errors, op_texts
from tfcompat._core.convert import to_storage
from tfcompat._core.dispatch import CompositeArgument, redirect
from tfcompat._core.ops import BY_STORAGE, MISSING, Op, kernel_dtype, sequence
from tfcompat._core.shapes import TensorShape
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor
from tfcompat._core.variable import Storage, variable_of_handle
from tfcompat.raw_ops._signatures import REQUIRED, Attribute, Signature, Tensors, signature
from tfcompat.raw_ops._variants import Variant

# Attributes that change nothing here: hints to kernels that torch chooses itself, locks (assignments never interleave),
# and the seeds' second halves where torch's generators draw. A body takes them only where it needs them.
HINTS = frozenset(
    {
        *("use_cudnn_on_gpu", "use_locking", "grad_a", "grad_b", "grad_x", "grad_y", "container", "shared_name"),
        *("debug_name", "a_is_sparse", "b_is_sparse", "parallel_iterations", "swap_memory"),
    }
)


class RawOp(Op):
    """An op whose arguments are bound and checked by the signature of a raw op.

    body: the function; its parameters are the raw op's, under other names where `renamed` says so (raw name: body's
    name), or **arguments for them all. public: the op of a public function, whose body it is; None where it is a raw
    op's own.
    """

    def __init__(
        self, name: str, body: Callable[..., Any], renamed: Mapping[str, str], public: Op | None, strings: bool = False
    ) -> None:
        if public is None and body.__code__.co_flags & inspect.CO_VARKEYWORDS:
            super().__init__(_by_keywords(body, name), name, strings, None, False, False)
            self.names = tuple(p.name for p in signature(name).parameters)
            self.kinds = [(i, "Value") for i in range(len(self.names))]
            self.defaults = [MISSING] * len(self.names)
        elif public is None:
            super().__init__(body, name, strings, None, False, False)
        else:  # all that is known of it, which its body need not tell
            vars(self).update(vars(public), kernel=name)
        self.signature = signature(name)
        self.inputs = [p for p in self.signature.parameters if isinstance(p, Tensors)]
        self.attributes = [p for p in self.signature.parameters if isinstance(p, Attribute)]
        self.parameters = [p.name for p in self.signature.parameters]
        self.given = {p.name: p.default for p in self.attributes if p.default is not REQUIRED}
        converted = {self.names[i] for i, _ in self.kinds}
        raw_names = {new: old for old, new in renamed.items()}
        self.sources = [raw_names.get(name, name) for name in self.names]
        self.as_tensor = {raw_names.get(name, name) for name in converted}
        outputs = self.signature.outputs
        self.result = collections.namedtuple(name, [o.name for o in outputs]) if len(outputs) > 1 else None
        unused = set(self.parameters) - set(self.sources) - HINTS
        assert not unused, f"the body of {name} does not take {sorted(unused)}"
        free = [
            s for s, d in zip(self.sources, self.defaults, strict=True) if s not in self.parameters and d is MISSING
        ]
        assert not free, f"the body of {name} takes {free}, which the op has not"

    hosted = False

    def has_symbolic_strings(self, args: list[Any]) -> bool:
        """Whether strings without a value yet are the graph's business, not the body's."""
        return not self.hosted and super().has_symbolic_strings(args)

    def values(self, args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The arguments by raw name; TypeError where one is missing or unknown."""
        values = {**self.given, **dict(zip(self.parameters, args, strict=False)), **kwargs}
        snake = self.signature.snake
        for name in self.parameters:
            if name not in values:
                raise TypeError(f"{snake}() missing 1 required positional argument: {name!r}")
        if len(values) > len(self.parameters):
            unknown = next(name for name in values if name not in self.parameters)
            raise TypeError(f"{snake}() got an unexpected keyword argument {unknown!r}")
        return values

    def call(self, args: Sequence[Any], kwargs: dict[str, Any], name: str | None) -> Any:
        """The op's result for raw arguments."""
        values = self.values(args, kwargs)
        self.check_attributes(values)
        given = dict(values)
        if self.hosted and state.graph is not None and state.graph.deferred:
            kinds = [dtypes.as_dtype(values.get(o.type, o.type)) for o in self.signature.outputs]
            return state.graph.hosted(self.kernel, lambda values: self.call((), values, None), given, kinds, name)
        self.check_tensors(values)
        ordered = [
            self.defaults[i] if source not in values else values[source] for i, source in enumerate(self.sources)
        ]
        if state.devices:
            self.place(ordered)
        result = self.run(ordered)
        if isinstance(result, torch.Tensor) and any(result is x for x in ordered):
            result = result.view_as(result)  # a tape must tell an op's result from its argument
        found = self.finish(self.named(result), name)
        if state.graph is not None and state.graph.deferred:
            for x in found if isinstance(found, (list, tuple)) else [found]:
                if hasattr(x, "op"):
                    x.op.raw = given
        return found

    def named(self, result: Any) -> Any:
        """A tuple of results under the names of the op's outputs."""
        return result if self.result is None else self.result(*result)

    # ---- attributes ----

    def check_attributes(self, values: dict[str, Any]) -> None:
        """Makes attributes what their kind says, in place; TypeError or InvalidArgumentError for other values."""
        for attribute in self.attributes:
            name, kind, default = attribute
            value = values[name]
            if value is default and kind != "shape":
                continue
            if kind.startswith("list("):
                values[name] = [self.checked(name, kind[5:-1], v) for v in self.listed(name, value)]
                self.check_least(name, len(values[name]))
            else:
                values[name] = self.checked(name, kind, value)
                if kind == "int":
                    self.check_least(name, values[name])

    def checked(self, name: str, kind: str, value: Any) -> Any:
        """One value of an attribute."""
        try:
            made = _MAKERS[kind](value)
        except (TypeError, ValueError):
            made = None
        if made is None:
            raise TypeError(f"Expected {_WORDS.get(kind, kind)} for argument '{name}' not {value!r}.")
        self.check_allowed(name, made.name if kind == "type" else made)
        return made

    def listed(self, name: str, value: Any) -> Sequence[Any]:
        """A list, as given for the argument `name`."""
        if isinstance(value, (list, tuple)) or (hasattr(value, "__iter__") and not isinstance(value, (str, bytes))):
            return list(value)
        raise TypeError(f"Expected list for '{name}' argument to '{self.signature.snake}' Op, not {value!r}.")

    def check_allowed(self, name: str, value: Any) -> None:
        """InvalidArgumentError where an attribute does not take `value`, a string or the name of a dtype."""
        allowed = self.signature.allowed.get(name)
        if allowed is None or value in allowed:
            return
        if value in _DTYPES:
            told, among = kernel_dtype(dtypes.as_dtype(value)), (kernel_dtype(dtypes.as_dtype(a)) for a in allowed)
        else:
            told, among = f'"{value}"', (f'"{a}"' for a in allowed)
        raise self.refusal(
            f"Value for attr '{name}' of {told} is not in the list of allowed values: {', '.join(among)}"
        )

    def check_least(self, name: str, value: Any) -> None:
        """InvalidArgumentError where an attribute, or a list's length, is too small."""
        least = self.signature.least.get(name)
        if least is not None and not isinstance(value, torch.SymInt) and value < least:
            what = "Length" if name in _lists(self.signature) else "Value"
            raise self.refusal(f"{what} for attr '{name}' of {value} must be at least minimum {least}")

    def refusal(self, text: str) -> errors.OpError:
        """The error that TensorFlow raises before it runs a kernel."""
        told = op_texts.refusal(self.kernel, text) or f"{text}\n\t; NodeDef: {{{{node {self.kernel}}}}}"
        return errors.InvalidArgumentError(None, None, f"{told} [Op:{self.kernel}] name: ")

    # ---- tensors ----

    def check_tensors(self, values: dict[str, Any]) -> None:
        """Makes the inputs torch tensors, in place, where the body takes those, and checks their dtypes.

        What the body takes as it is (axes, sizes) stays a Python value, which a capture knows.
        """
        known: dict[str, dtypes.DType] = {}
        number = 0
        for tensors in self.inputs:
            name, of, many, _ = tensors
            given = values[name]
            group = (
                [given] if not many else sequence(given, name) if hasattr(given, "ndim") else self.listed(name, given)
            )
            if many:
                self.check_least(of if many == "*" else many, len(group))
            made = [self.tensor(x, tensors, values, known, number + i) for i, x in enumerate(group)]
            number += len(group)
            if not many:
                self.check_one(made[0], tensors, known)
                values[name] = made[0]
            else:
                for t in made:
                    self.check_one(t, tensors, known)
                values[name] = made

    def tensor(self, x: Any, tensors: Tensors, values: Any, known: Any, number: int) -> Any:
        """One input, converted where the body takes a tensor."""
        name, of, many, _ = tensors
        if of == "resource":
            if isinstance(x, Storage):
                return variable_of_handle(x)
            if getattr(x, "dtype", None) is not dtypes.resource:
                raise self.mismatch(number, dtypes.resource, BY_STORAGE[to_storage(x).dtype])
            return x
        if of == "variant":
            if not isinstance(x, Variant):
                raise self.mismatch(number, dtypes.variant, BY_STORAGE[to_storage(x).dtype])
            return x
        if many == "*" and getattr(x, "dtype", None) in (dtypes.resource, dtypes.variant):
            return x
        wanted = dtypes.as_dtype(of) if of in _DTYPES else None
        if wanted is None and many != "*":
            wanted = known.get(of) or self.leading(of, values)
            if wanted is None and (preferred := self.signature.preferred.get(of)) and not _has_dtype(x):
                return self.preferred(x, dtypes.as_dtype(preferred), name, known, of)
        if name not in self.as_tensor and not _has_dtype(x):
            if x is None:
                to_storage(x)
            return x
        t = x._t if type(x) is EagerTensor and state.graph is None else to_storage(x, wanted, soft=True)
        dtype = BY_STORAGE[t.dtype]
        if wanted is None:
            if many != "*":
                known[of] = dtype
        elif dtype is not wanted:
            raise self.mismatch(number, wanted, dtype)
        return t

    def preferred(self, x: Any, dtype: dtypes.DType, name: str, known: Any, of: str) -> Any:
        """A Python value for a type attribute that has a default."""
        if name not in self.as_tensor and x is not None:
            return x if not _fractions(x) else to_storage(x)
        try:
            t = to_storage(x, dtype)
        except (TypeError, ValueError):
            t = to_storage(x)
        known[of] = BY_STORAGE[t.dtype]
        return t

    def leading(self, of: str, values: Any) -> dtypes.DType | None:
        """The dtype of the first tensor among the inputs with the type attribute `of`, or the attribute's own value."""
        given = values.get(of)
        if isinstance(given, dtypes.DType):
            return given
        for tensors in self.inputs:
            if tensors.type == of and tensors.many != "*":
                value = values[tensors.name]
                for x in value if tensors.many and isinstance(value, (list, tuple)) else (value,):
                    if _has_dtype(x) and not isinstance(x, (np.ndarray, np.generic)):
                        return dtypes.as_dtype(x.dtype)
        return None

    def check_one(self, t: Any, tensors: Tensors, known: Any) -> None:
        """InvalidArgumentError where the signature does not list the dtype of an input."""
        if tensors.type in self.signature.allowed and isinstance(t, (torch.Tensor, np.ndarray)):
            self.check_allowed(tensors.type, BY_STORAGE[t.dtype].name)


def _has_dtype(x: Any) -> bool:
    return hasattr(x, "dtype")


def _fractions(x: Any) -> bool:
    """Whether a Python value, or a list of them, has floats in it."""
    return any(map(_fractions, x)) if isinstance(x, (list, tuple)) else isinstance(x, float)


def _lists(found: Signature) -> frozenset[str]:
    lists = [p.name for p in found.parameters if isinstance(p, Attribute) and p.kind.startswith("list")]
    return frozenset([*lists, *(p.type for p in found.parameters if isinstance(p, Tensors) and p.many == "*")])


def _integer(value: Any) -> Any:
    if isinstance(value, torch.SymInt):
        return value
    if isinstance(value, (str, bytes, EagerTensor)):
        raise TypeError
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, (str, bytes, EagerTensor)):
        raise TypeError
    return float(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, (bool, int, np.bool_, np.integer)):
        raise TypeError
    return bool(value)


def _text(value: Any) -> str:
    if not isinstance(value, (str, bytes)):
        raise TypeError
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value


def _proto(value: Any) -> Any:
    if not hasattr(value, "tensor_shape"):
        raise TypeError
    return value


def _function(value: Any) -> Any:
    if not callable(value):
        raise TypeError
    return value


_DTYPES = frozenset(d.name for d in dtypes.__dict__.values() if isinstance(d, dtypes.DType))
_WORDS = {"type": "DataType", "tensor": "TensorProto"}
_MAKERS: dict[str, Callable[[Any], Any]] = {
    "int": _integer,
    "float": _number,
    "bool": _truth,
    "string": _text,
    "type": dtypes.as_dtype,
    "shape": TensorShape,
    "func": _function,
    "tensor": _proto,
}


def _by_keywords(body: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A body that takes the op's parameters in order, of one that takes them all by their names."""
    names = [p.name for p in signature(name).parameters]
    return lambda *args: body(**dict(zip(names, args, strict=True)))


def make(
    name: str, body: Callable[..., Any], renamed: Mapping[str, str], strings: bool, hosted: bool
) -> Callable[..., Any]:
    """The function of a raw op, which takes its arguments by position too (as in TensorFlow's gen_*_ops modules).

    body: a plain function over torch tensors, or a public op; strings, hosted: see `_registry.raw`.
    """
    public = getattr(body, "op", None)
    op = RawOp(name, public.body if public is not None else body, renamed, public, strings)
    op.hosted = hosted
    most = len(op.parameters)

    def call(*args: Any, name: str | None = None, **kwargs: Any) -> Any:
        if len(args) > most:
            args, name = args[:most], args[most]
        try:
            return op.call(args, kwargs, name)
        except CompositeArgument as found:
            if public is None:
                raise
            values = op.values(args, kwargs)
            return redirect(
                found, public.kernel, body, [values.get(s, op.defaults[i]) for i, s in enumerate(op.sources)]
            )

    call.op = op  # type: ignore[attr-defined]
    return _described(call, op.signature)


def is_refused(name: str) -> bool:
    """Whether TensorFlow 2 itself refuses to run the raw op."""
    found = signature(name)
    return bool(found.removed) or found.reference() is not None


def refused(name: str) -> Callable[..., Any]:
    """The function of a raw op that TensorFlow 2 refuses, as it does: RuntimeError or UnimplementedError.

    It works on TensorFlow 1's reference variables, or was removed.
    """
    found = signature(name)
    reference = found.reference()

    def call(*args: Any, **kwargs: Any) -> Any:
        found.python().bind(*args, **kwargs)
        if reference is not None:
            raise RuntimeError(f"{found.snake} op does not support eager execution. Arg '{reference.name}' is a ref.")
        text = f"Op {name} is not available in GraphDef version 2474. It has been removed in version {found.removed}."
        raise errors.UnimplementedError(None, None, f"{text} [Op:{name}] name: ")

    return _described(call, found)


def keywords_only(function: Callable[..., Any]) -> Callable[..., Any]:
    """A raw op's function, as tf.raw_ops has it: TypeError for arguments without their names."""

    def call(*args: Any, **kwargs: Any) -> Any:
        if args:
            snake, keys = function.__name__, list(function.__signature__.parameters)  # type: ignore[attr-defined]
            raise TypeError(
                f"{snake} only takes keyword args (possible keys: {keys}). Please pass these args as kwargs instead."
            )
        return function(**kwargs)

    functools.update_wrapper(call, function)
    return call


def _described(call: Any, found: Signature) -> Callable[..., Any]:
    call.__name__ = call.__qualname__ = found.snake
    call.__module__ = "tfcompat.raw_ops"
    call.__signature__ = found.python()
    outputs = ", ".join(o.name for o in found.outputs) or "nothing"
    call.__doc__ = f"TensorFlow's kernel {found.name}, by keyword arguments; gives {outputs} (tf.raw_ops.{found.name})."
    return call
