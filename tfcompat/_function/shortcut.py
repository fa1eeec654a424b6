"""Recording the commonest ops past torch's own ways, which take several times as long (`recorder` has those).

These are ops whose kernel for meta tensors tells all there is to know of their results, on tensors of one device whose
sizes are known: an op then takes that kernel, a node and a fake tensor. It is also what spares a program torch's
compiler and sympy, which torch loads with the first op that it records itself and which take a second.
"""

from __future__ import annotations

import itertools
import math
import operator
import sys
from collections.abc import Callable
from typing import Any

import torch
from torch import fx
from torch._library.simple_registry import singleton as registry
from torch._subclasses.fake_tensor import FakeTensor, in_kernel_invocation_manager
from torch.fx.experimental.proxy_tensor import (  # type: ignore[attr-defined]
    _ProxyTensor,
    get_proxy_slot,
    set_proxy_slot,
    track_tensor_tree,
)
from torch.utils._mode_utils import no_dispatch

_OPS = frozenset(
    (
        "abs acos acosh add addcdiv addcmul addmm alias all amax amin any argmax argmin asin asinh atan atan2 atanh "
        "baddbmm bitwise_and bitwise_not bitwise_or bitwise_xor bmm cat ceil clamp clamp_max clamp_min clone copy cos "
        "cosh cumprod cumsum detach div elu eq erf erfc exp expand expm1 fill floor fmod gather ge gt hardtanh "
        "index_add index_select isfinite isinf isnan le leaky_relu lerp lgamma log log1p log2 logical_and logical_not "
        "logical_or logical_xor lt masked_fill maximum mean minimum mm mul ne neg nll_loss_backward nll_loss_forward "
        "permute pow prod reciprocal relu remainder round rsqrt rsub select sgn sigmoid sigmoid_backward sign silu sin "
        "sinh slice split_with_sizes sqrt square squeeze stack sub sum t tan tanh tanh_backward threshold_backward "
        "transpose tril triu unbind unsqueeze view where zero "
        "_log_softmax _log_softmax_backward_data _softmax _softmax_backward_data _to_copy _unsafe_view "
        "empty_like full_like ones_like zeros_like "
        "_foreach_add _foreach_addcdiv _foreach_addcmul _foreach_div _foreach_lerp _foreach_mul _foreach_neg "
        "_foreach_pow _foreach_reciprocal _foreach_sqrt _foreach_sub"
    ).split()
)
_FACTORIES = frozenset("arange empty eye full ones scalar_tensor zeros".split())
# Ops of which only a run tells how their results lie in memory, or for which torch makes up fake results in Python.
_BY_RUNNING = frozenset(
    (
        "avg_pool2d avg_pool2d_backward bernoulli constant_pad_nd convolution convolution_backward embedding "
        "embedding_dense_backward max_pool2d_with_indices max_pool2d_with_indices_backward native_batch_norm "
        "native_batch_norm_backward native_dropout native_layer_norm native_layer_norm_backward "
        "_scaled_dot_product_flash_attention_for_cpu _scaled_dot_product_flash_attention_for_cpu_backward"
    ).split()
)
# They give nothing, and change nothing but the values of their arguments.
_SILENT = frozenset("_fused_adam_ _fused_adamw_ _fused_sgd_ _fused_adagrad_".split())
_PLAIN = frozenset((int, float, bool, complex, type(None), str, torch.dtype, torch.layout, torch.memory_format))
_runners: dict[Any, Callable[..., Any] | None] = {}
# What ops gave: sizes, strides and dtypes by those of their arguments.
_results: dict[Any, Any] = {}
_RANDOM = torch.Tag.nondeterministic_seeded
_PRODUCTS = frozenset("addmm baddbmm bmm mm".split())
_CONVOLUTIONS = {"convolution": 1, "convolution_backward": 2}  # where their filters are
_SMALL, _QUICK = 1 << 20, 1 << 26
_CPU, _META = torch.device("cpu"), torch.device("meta")


def _runner(func: Any) -> Callable[..., Any] | None:
    """What gives an op's results for meta tensors; None where it is not recorded here."""
    if func in _runners:
        return _runners[func]
    found = None
    if isinstance(func, torch._ops.OpOverload):
        name = func._schema.name.split("::")[1]
        reshapes = torch.Tag.inplace_view in func.tags  # its argument: `unsqueeze_` does
        if func.namespace == "aten" and not reshapes and func._overloadname not in ("out", "dtype"):
            if name in _SILENT:
                found = _nothing
            elif name in _OPS | _FACTORIES | _BY_RUNNING or (name.endswith("_") and name[:-1] in _OPS):
                found = func
        elif func.namespace == "tfcompat":
            found = registry.find(func.name()).fake_impl.kernel
    _runners[func] = found
    return found


def _nothing(*args: Any, **kwargs: Any) -> None:
    return None


class _LeftToTorch(Exception):
    """An argument is none that an op may have here."""


class _Arguments:
    """The arguments of one op: what stands for them in the graph, and what tells of the result.

    kinds: what the results' sizes, strides and dtypes depend on. constants: the tensors among them that have a value.
    """

    def __init__(self, mode: Any, tracer: Any, func: Any, device: torch.device | None) -> None:
        self.mode, self.tracer, self.device = mode, tracer, device
        self.kinds: list[Any] = [func, torch.get_default_dtype()]
        self.constants = False
        self.size = 0  # of all of them together

    def noted(self, x: Any) -> Any:
        """What stands for an argument; a constant itself. _LeftToTorch where there is none."""
        kind = type(x)
        if kind in _PLAIN:
            self.kinds.append((kind, x))
            return x
        if kind is list or kind is tuple:
            self.kinds.append(len(x))
            return kind([self.noted(v) for v in x])
        if kind is torch.device:
            place = found = x
        elif kind is FakeTensor:
            if x.fake_mode is not self.mode or x._has_symbolic_sizes_strides:
                raise _LeftToTorch
            place, found = x.fake_device, x
            if self.tracer is not None:
                slot = get_proxy_slot(x, self.tracer, None)
                if slot is None:
                    raise _LeftToTorch
                found = slot.proxy.node
        elif kind is torch.Tensor and x.layout is torch.strided:
            self.constants = True
            place, found = x.device, x
        else:
            raise _LeftToTorch
        if self.device is None:
            self.device = place
        elif self.device != place:
            raise _LeftToTorch
        if kind is not torch.device:
            self.kinds.append((x.dtype, x.shape, x.stride()))
            self.size += x.numel()
        return found


def recorded(mode: Any, tracer: Any, func: Any, args: Any, kwargs: Any) -> Any:
    """The result of an op on fakes of `mode`; NotImplemented where that is left to torch.

    tracer: gets a node of it. With None, nothing is recorded.
    """
    run = _runner(func)
    if run is None:
        return NotImplemented
    asked = kwargs.get("device")
    arguments = _Arguments(mode, tracer, func, asked)
    try:
        given = tuple([arguments.noted(x) for x in args])
        named = {k: v if v is asked else arguments.noted(v) for k, v in kwargs.items()}
    except _LeftToTorch:
        return NotImplemented
    device = arguments.device or _CPU
    if device.type == "meta" or (arguments.constants and func._schema.is_mutable and type(args[0]) is not FakeTensor):
        return NotImplemented
    arguments.kinds += [device.type, tuple(kwargs)]
    key = tuple(arguments.kinds)
    if key not in _results:
        can_run = _is_quick(func, args, arguments)
        if not can_run and func._schema.name[6:] in _BY_RUNNING:
            return NotImplemented
        _results[key] = _tried(func, run, args, kwargs, arguments, can_run)
    base = args[0] if args else None
    if tracer is None:
        return _made(_results[key], base, mode, device)
    if arguments.constants:
        attribute = lambda x: tracer.create_arg(x) if type(x) is torch.Tensor else x  # noqa: E731
        given, named = _mapped(attribute, given), _mapped(attribute, named)
    name = tracer.graph._target_to_str(func.overloadpacket.__name__)
    node = tracer.graph.create_node("call_function", func, given, named, name)
    return _placed(tracer, node, _results[key], base, mode, device)


# ---- what an op gives ----


def _is_quick(func: Any, args: Any, arguments: _Arguments) -> bool:
    """Whether an op can be run to find out what it gives.

    It is where that is all that tells, or where else torch would load its compiler, in hundreds of times as long.
    """
    name = func._schema.name[6:]
    if arguments.device not in (None, _CPU) or arguments.size > _SMALL:
        return False
    return (name in _BY_RUNNING or not _compiler_is_loaded()) and _work(name, args) <= _QUICK


def _work(name: str, args: Any) -> float:
    """About how many multiplications an op takes; an element of a result is worth several."""
    if name in _PRODUCTS:
        return args[-2].numel() * args[-1].shape[-1]
    if name in _CONVOLUTIONS:
        return args[0].numel() // max(args[0].shape[1], 1) * args[_CONVOLUTIONS[name]].numel()
    if name.startswith("_scaled_dot_product"):
        return args[0].numel() * args[1].shape[-2]
    if name == "index_select":
        count = args[0].numel() // max(args[0].shape[args[1]], 1) * args[2].numel()
    elif name == "embedding":
        count = args[0].shape[-1] * args[1].numel()
    elif name == "embedding_dense_backward":
        count = args[0].shape[-1] * args[2]
    elif name in _FACTORIES:
        sizes = args[0] if args and isinstance(args[0], (list, tuple)) else args
        count = math.prod(max(abs(n), 1) for n in sizes if isinstance(n, (int, float)))  # of a range far too many
    else:  # as many as all of them broadcast to
        shapes = [reversed(x.shape) for x in args if isinstance(x, torch.Tensor) and x.ndim]
        count = math.prod(map(max, itertools.zip_longest(*shapes, fillvalue=1)))
    return 16 * count


def _compiler_is_loaded() -> bool:
    return "torch._dynamo" in sys.modules


def _tried(func: Any, run: Callable[..., Any], args: Any, kwargs: Any, arguments: _Arguments, for_real: bool) -> Any:
    """What an op gives: nothing, or the kind of each result in the same nest. for_real: it runs, on zeros or ones."""
    returns = func._schema.returns
    aliased = bool(returns) and returns[0].alias_info is not None
    if "device" in kwargs or func._schema.name[6:] in _FACTORIES:
        kwargs = {**kwargs, "device": _CPU if for_real else _META}
    if for_real:
        with no_dispatch(), torch.no_grad():
            drawn = torch.get_rng_state() if _RANDOM in func.tags else None
            like = _ones if func._schema.name[6:].rstrip("_") in _DIVISIONS else _zeros
            result = run(*_mapped(like, args), **_mapped(like, kwargs))
            if drawn is not None:
                torch.set_rng_state(drawn)
    else:
        with no_dispatch():
            given, named = _mapped(_on_meta, args), _mapped(_on_meta, kwargs)
        with in_kernel_invocation_manager(arguments.mode):
            result = run(*given, **named)
    if aliased and func._schema.is_mutable:
        return _SAME
    start = None if not aliased else 0 if for_real else args[0].storage_offset()
    return _mapped(lambda r: None if r is None else _Kind(r, start), result)


def _zeros(x: Any) -> Any:
    """Zeros like a fake tensor, on the CPU; anything else as it is."""
    if type(x) is torch.device:
        return _CPU
    if type(x) is not FakeTensor:
        return x
    size = 1 + sum((n - 1) * stride for n, stride in zip(x.shape, x.stride(), strict=True)) if x.numel() else 0
    return torch.zeros(size, dtype=x.dtype).as_strided(x.shape, x.stride())


def _ones(x: Any) -> Any:
    """Ones like a fake tensor, as `_zeros`: integers can't be divided by zero."""
    return _zeros(x).fill_(1) if type(x) is FakeTensor else _zeros(x)


_DIVISIONS = frozenset({"div", "floor_divide", "remainder", "fmod"})


class _Kind:
    """A result's dtype, sizes and strides, and how far on in the memory of the op's first argument a view begins."""

    __slots__ = ("dtype", "further", "shape", "stride")

    def __init__(self, t: torch.Tensor, start: int | None) -> None:
        self.dtype, self.shape, self.stride = t.dtype, t.shape, t.stride()
        self.further = None if start is None else t.storage_offset() - start

    def made(self, base: Any) -> torch.Tensor:
        """A meta tensor of this kind; base: the op's first argument."""
        if self.further is None:
            return torch.empty_strided(self.shape, self.stride, dtype=self.dtype, device=_META)
        view = torch.empty(0, dtype=self.dtype, device=_META)
        return view.set_(base.untyped_storage(), base.storage_offset() + self.further, self.shape, self.stride)


_SAME = object()  # what a kernel gives is its first argument


def _made(kind: Any, base: Any, mode: Any, device: torch.device) -> Any:
    """Fake tensors of these kinds."""
    if kind is None or kind is _SAME:
        return base if kind is _SAME else None
    if not isinstance(kind, _Kind):
        return type(kind)(_made(k, base, mode, device) for k in kind)
    with no_dispatch():
        return FakeTensor(mode, kind.made(base), device)


def _placed(tracer: Any, node: fx.Node, kind: Any, base: Any, mode: Any, device: torch.device) -> Any:
    """Fake tensors of these kinds, for which a node stands."""
    if kind is None:
        return None
    if kind is _SAME:
        track(tracer, fx.Proxy(node, tracer), base)
        return base
    if isinstance(kind, _Kind):
        with no_dispatch():
            t = kind.made(base)
        fake = FakeTensor(mode, t, device)
        node.meta["val"] = FakeTensor(mode, t, device)
        set_proxy_slot(fake, tracer, _ProxyTensor(fx.Proxy(node, tracer), None))
        return fake
    made, values = [], []
    for i, k in enumerate(kind):
        if k is None:
            made.append(None)
            values.append(None)
            continue
        part = tracer.graph.create_node("call_function", operator.getitem, (node, i))
        made.append(_placed(tracer, part, k, base, mode, device))
        values.append(part.meta["val"])
    node.meta["val"] = type(kind)(values)
    return type(kind)(made)


def _mapped(function: Callable[[Any], Any], nest: Any) -> Any:
    """A nest of lists, tuples and dicts with what `function` makes of its leaves."""
    if isinstance(nest, dict):
        return {k: _mapped(function, v) for k, v in nest.items()}
    if isinstance(nest, tuple):
        return tuple([_mapped(function, v) for v in nest])
    return [_mapped(function, v) for v in nest] if isinstance(nest, list) else function(nest)


def _on_meta(x: Any) -> Any:
    """A tensor that has a value, without it; anything else as it is."""
    if type(x) is torch.device:
        return _META
    if type(x) is not torch.Tensor or x.is_meta:
        return x
    return torch.empty_strided(x.shape, x.stride(), dtype=x.dtype, device=_META)


def track(tracer: Any, proxy: fx.Proxy, fake: Any) -> None:
    """Makes a proxy's node stand for a fake tensor."""
    if type(fake) is not FakeTensor or fake._has_symbolic_sizes_strides:
        track_tensor_tree(fake, proxy, constant=None, tracer=tracer)
        return
    with no_dispatch():
        plain = fake.detach()
    proxy.node.meta["val"] = FakeTensor(fake.fake_mode, plain, fake.fake_device)
    set_proxy_slot(fake, tracer, _ProxyTensor(proxy, None))
