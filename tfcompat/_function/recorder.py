"""Recording torch ops as an fx graph while they run on fake tensors: shapes and dtypes, no values.

torch's make_fx does the same, from a function and all its inputs. A `Recorder` stays open to more: inputs are added as
they are met (variables, closures), and recording can be taken up again later, as the gradients of what was recorded
are only asked for when a tape is open around a call. So this is make_fx's two modes, put together by hand.

Tensors that are not fake are constants of the graph. What is computed from constants alone is computed at once, so
shapes and flags built with tensors are known while a function is captured.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any

import torch
from torch import fx
from torch._dispatch.python import enable_python_dispatcher
from torch._guards import GuardSource, Source
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.fx.experimental import _config as shapes_config
from torch.fx.experimental.proxy_tensor import (
    PythonKeyTracer,
    get_proxy_slot,
    set_proxy_slot,
)
from torch.utils._mode_utils import no_dispatch
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes

from tfcompat._core.dtypes import SYMBOLIC_STRING
from tfcompat._core.state import state
from tfcompat._function import modes, shortcut
from tfcompat._function.known import KnownValues

aten = torch.ops.aten
_READS_VALUE = frozenset({aten._local_scalar_dense.default, aten.is_nonzero.default, aten.equal.default})
_FACTORIES = frozenset(
    {
        *(aten.arange.default, aten.arange.start, aten.arange.start_step, aten.scalar_tensor.default),
        *(aten.zeros.default, aten.ones.default, aten.full.default, aten.eye.default, aten.eye.m),
    }
)
_INTEGERS = frozenset({torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8})
_SMALL = 1024
_DEVICE = torch.ops.prim.device.default
_LOGS = [logging.getLogger(f"torch.{name}") for name in ("_subclasses.fake_tensor", "fx.experimental.symbolic_shapes")]
_RANDOM = torch.Tag.nondeterministic_seeded


def _outside_of_maps() -> Any:
    """Within, what torch.vmap runs makes tensors that are none of its own, as the inputs of a graph around it are."""
    if torch._C._functorch.peek_interpreter_stack() is None:  # pyright: ignore[reportAttributeAccessIssue] - not in the stub
        return nullcontext()
    from torch._functorch.pyfunctorch import temporarily_clear_interpreter_stack

    return temporarily_clear_interpreter_stack()


class NotCapturable(Exception):
    """Raised where a function does what no graph can hold, such as reading a tensor's value into Python."""


class ConstantMatters(NotCapturable):
    """Raised where a function asks for the gradient of a constant of its own: what comes of constants alone is computed
    while it is captured, so it is captured again, with its floating constants as inputs."""


class SizesDiffer(Exception):
    """Raised as a graph runs where a tensor has another shape than the capture took for granted."""


class _InputSource(Source):
    """Names a graph's input in torch's guards."""

    def __init__(self, label: str) -> None:
        object.__setattr__(self, "label", label)

    @property
    def _name_template(self) -> str:
        return self.label  # type: ignore[attr-defined]

    @property
    def guard_source(self) -> GuardSource:  # type: ignore[override]
        """None that torch would check: a function's guards are checked at its calls."""
        return GuardSource.CONSTANT

    if callable(Source.name):  # before torch 2.12 the name is a method

        def name(self) -> str:  # type: ignore[override]
            """The input's name."""
            return self.label  # type: ignore[attr-defined]


class _Constants(modes.Undecorated, TorchDispatchMode):
    """Sees every op first: runs those on constants for real, and refuses to read values that are not known."""

    supports_higher_order_operators = True

    def __init__(self, recorder: Any, records: bool = True) -> None:
        super().__init__()
        self.recorder, self.records = recorder, records

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func is _DEVICE and isinstance(args[0], FakeTensor):
            return args[0].device
        tensors = _tensors((args, kwargs))
        if any(t.dtype is SYMBOLIC_STRING for t in tensors) and isinstance(func, torch._ops.OpOverload):
            from tfcompat._function.strings import dispatched

            return dispatched(state.graph, func, args, kwargs)
        if not tensors:
            if func in _FACTORIES and _is_small_factory(args, kwargs):
                with _disable_current_modes():
                    return func(*args, **kwargs)
        elif not any(isinstance(t, FakeTensor) for t in tensors) and not _instances((args, kwargs), torch.SymInt):
            if isinstance(func, torch._ops.OpOverload) and _RANDOM not in func.tags:
                self._refuse_mutation_of_recorded(func, tensors)
                with _disable_current_modes():
                    return func(*args, **kwargs)
        elif func in _READS_VALUE:
            known = self.recorder.known.scalar(args[0])
            if known is not None:
                return known
            if func is not aten._local_scalar_dense.default or args[0].dtype not in _INTEGERS:
                raise NotCapturable("a tensor's value is read into Python")
            self.recorder.shapes  # noqa: B018 - makes it: the integer is a size that is known when the graph runs
        elif _mutates_constant(func, args):
            raise NotCapturable("a constant is changed in place")
        elif torch.Tag.dynamic_output_shape in getattr(func, "tags", ()):
            self.recorder.shapes  # noqa: B018 - makes it: sizes of the result are known when the graph runs
        result = shortcut.recorded(
            self.recorder._fake, self.recorder.tracer if self.records else None, func, args, kwargs
        )
        if result is NotImplemented:
            result = func(*args, **kwargs)
        self.recorder.known.follow(func, args, kwargs, result)
        return result

    def _refuse_mutation_of_recorded(self, func: Any, tensors: Sequence[torch.Tensor]) -> None:
        if func._schema.is_mutable and any(t in self.recorder.tracer.tensor_attrs for t in tensors):
            raise NotCapturable("a constant is changed in place after it was used")


def _tensors(nest: Any) -> list[torch.Tensor]:
    return _instances(nest, torch.Tensor)


def _instances(nest: Any, kind: type) -> list[Any]:
    found: list[Any] = []
    todo = [nest]
    while todo:
        x = todo.pop()
        if isinstance(x, kind):
            found.append(x)
        elif isinstance(x, (list, tuple)):
            todo.extend(x)
        elif isinstance(x, dict):
            todo.extend(x.values())
    return found


def _is_small_factory(args: Any, kwargs: Any) -> bool:
    dtype = kwargs.get("dtype")
    if dtype is None or dtype.is_floating_point or dtype.is_complex:
        return False
    sizes = args[0] if args and isinstance(args[0], (list, tuple)) else args
    count = 1
    for n in sizes:
        if type(n) not in (int, bool):
            return False
        count *= max(abs(n), 1)
    return count <= _SMALL


def _mutates_constant(func: Any, args: Any) -> bool:
    schema = getattr(func, "_schema", None)
    if schema is None or not schema.is_mutable:
        return False
    return any(
        a.alias_info is not None and a.alias_info.is_write and not all(isinstance(t, FakeTensor) for t in _tensors(x))
        for a, x in zip(schema.arguments, args)
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps torch from logging what goes wrong on fake tensors: it is raised, too."""
    before = [log.disabled for log in _LOGS]
    for log in _LOGS:
        log.disabled = True
    try:
        yield
    finally:
        for log, was in zip(_LOGS, before, strict=True):
            log.disabled = was


_recordings: list[Recorder] = []  # those that are open, the innermost last


@contextmanager
def _innermost(recorder: Recorder) -> Iterator[None]:
    _recordings.append(recorder)
    _follow_innermost()
    try:
        yield
    finally:
        _recordings.remove(recorder)
        _follow_innermost()


def _follow_innermost() -> None:
    """Has a size that is left open stand for 0 and 1, too, where torch's rules for layouts are all that asks.

    Only where there are such sizes: torch's kernels for fake tensors are slower for it.
    """
    open_sizes = bool(_recordings) and _recordings[-1]._fake.shape_env is not None
    if shapes_config.backed_size_oblivious is not open_sizes:  # type: ignore[attr-defined]
        shapes_config.backed_size_oblivious = open_sizes  # type: ignore[attr-defined]


class _Tracer(PythonKeyTracer):
    """torch's, without what it notes for Inductor, and of constants: for that it asks for what takes long to load."""

    fakes: FakeTensorMode

    def create_node(self, kind: str, target: Any, *args: Any, **kwargs: Any) -> fx.Node:
        """A node of the graph."""
        if kind == "call_function":
            return fx.Tracer.create_node(self, kind, target, *args, **kwargs)
        constant = getattr(self.root, target) if kind == "get_attr" else None
        if type(constant) is torch.Tensor and constant.layout is torch.strided:
            node = fx.Tracer.create_node(self, kind, target, *args, **kwargs)
            node.meta["val"] = fake_of(self.fakes, constant)
            return node
        return super().create_node(kind, target, *args, **kwargs)


class Recorder:
    """One fx graph in the making, and the fake tensors that its nodes stand for."""

    def __init__(self, outer: Recorder | None = None) -> None:
        # A part of a function shares the function's fakes, as sizes in it may be the function's.
        options = {"allow_fallback_kernels": True, "allow_non_fake_inputs": True}
        self._fake = modes.made(modes.Fakes, **options) if outer is None else outer._fake
        self.tracer = _Tracer()
        self.tracer.root = torch.nn.Module()
        self.tracer.graph = fx.Graph(tracer_cls=PythonKeyTracer)
        self.tracer.tensor_attrs = {}
        self.tracer.fakes = self._fake
        self._proxy = modes.made(modes.Proxies, self.tracer, "symbolic")
        self._constants = _Constants(self)
        self.known = KnownValues()
        self.sources: list[str] = []
        # What is taken for granted of sizes that are only known when the graph runs, and whether ops do that, too.
        self.assumed: dict[Any, bool] = {}
        self.assumes = False

    @property
    def shapes(self) -> Any:
        """What is known of symbolic sizes; made when the first one is, as torch takes a second to load it."""
        if self._fake.shape_env is None:
            from tfcompat._function.sizes import Sizes

            self._fake.shape_env = Sizes(specialize_zero_one=False, duck_shape=False)
            self._fake.static_shapes = False
            _follow_innermost()
        return self._fake.shape_env

    @property
    def guards(self) -> list[Any]:
        """What was taken for granted of symbolic sizes, as sympy expressions."""
        return [] if self._fake.shape_env is None else [g.expr for g in self._fake.shape_env.guards]

    @property
    def asked(self) -> list[Any]:
        """The guards, and those of functions called within that refused the same sizes."""
        return [*self.guards, *getattr(self._fake.shape_env, "asked_within", ())]

    @property
    def takes_for_granted(self) -> bool:
        """Whether it, or a part of the function around it or within it, takes anything for granted of open sizes."""
        return getattr(self._fake.shape_env, "assumptions", 0) > 0

    @contextmanager
    def assuming(self) -> Iterator[None]:
        """Within it what ops ask about open sizes is taken for granted; else only what is asked outside of ops."""
        before, self.assumes = self.assumes, True
        try:
            yield
        finally:
            self.assumes = before

    @property
    def graph(self) -> fx.Graph:
        """What was recorded so far."""
        return self.tracer.graph

    @contextmanager
    def recording(self, constants: bool = True) -> Iterator[None]:
        """Records the torch ops that run within, and only those: an outer recording pauses.

        constants: what is computed from constants alone is computed now, not recorded.
        """
        threads = torch.autograd.grad_mode.set_multithreading_enabled(False)
        first = self._constants if constants else nullcontext()
        sizes = _innermost(self)
        with (
            _disable_current_modes(),
            threads,
            sizes,
            _quiet(),
            self._fake,
            enable_python_dispatcher(),
            self._proxy,
            first,
        ):
            yield

    def all_nodes(self) -> frozenset[fx.Node]:
        """The nodes recorded so far."""
        return frozenset(self.graph.nodes)

    def input(self, like: torch.Tensor, name: str, unknown: Sequence[int] = ()) -> torch.Tensor:
        """A new input of the graph: a fake tensor like `like`, whose dimensions `unknown` are left open.

        Floating and complex inputs require gradients, so that what is recorded can be differentiated.
        """
        with _disable_current_modes(), torch.no_grad(), _outside_of_maps():
            if isinstance(like, FakeTensor):
                if not unknown or like.fake_mode is self._fake:
                    return self._input_like(like, name)
                sizes, strides = ([_hint(n) for n in each] for each in (like.shape, like.stride()))
                like = torch.empty_strided(sizes, strides, dtype=like.dtype, device=like.device)
            plain = like.detach()
            if unknown:
                from torch.fx.experimental.symbolic_shapes import DimDynamic, StatelessSymbolicContext

                self.shapes  # noqa: B018 - makes it
                sizes = [DimDynamic.DYNAMIC if i in unknown else DimDynamic.STATIC for i in range(plain.ndim)]
                context = StatelessSymbolicContext(dynamic_sizes=sizes)
                source = _InputSource(f"inputs[{len(self.sources)}]")
                fake = self._fake.from_tensor(plain, symbolic_context=context, source=source)
            elif plain.layout is torch.strided and not plain.storage_offset():
                fake = fake_of(self._fake, plain)
            else:
                fake = self._fake.from_tensor(plain, static_shapes=True)
            self.sources.append(name)
            return self._placed(fake, name)

    def _placed(self, fake: torch.Tensor, name: str) -> torch.Tensor:
        proxy = self.tracer.create_proxy("placeholder", name, (), {})
        shortcut.track(self.tracer, proxy, fake)
        return fake.requires_grad_() if fake.is_floating_point() or fake.is_complex() else fake

    def _input_like(self, like: FakeTensor, name: str) -> torch.Tensor:
        """An input like a fake tensor of a graph around this one, whose symbolic sizes only a part of it can share."""
        sizes, strides = like.shape, like.stride()
        if like.fake_mode is not self._fake:
            sizes, strides = ([_hint(n) for n in each] for each in (sizes, strides))
        with self._fake:
            fake = torch.empty_strided(sizes, strides, dtype=like.dtype, device=like.device)
        return self._placed(fake, name)

    def detached(self, t: Any) -> Any:
        """A tensor that stands for the same node and has no gradient: as `t.detach()`, of which a node is made."""
        slot = get_proxy_slot(t, self.tracer, None) if type(t) is FakeTensor else None
        if slot is None:
            return t.detach()
        with no_dispatch():
            plain = t.detach()
        fake = FakeTensor(t.fake_mode, plain, t.fake_device)
        set_proxy_slot(fake, self.tracer, slot)
        return fake

    def seed(self, y: torch.Tensor, name: str) -> torch.Tensor:
        """A new input for the gradient of `y`, a fake tensor of this recorder."""
        with _disable_current_modes(), torch.no_grad():
            with self._fake:
                fake = torch.empty(y.shape, dtype=y.dtype, device=y.device)
            return self._placed(fake, name)

    def node(self, t: Any) -> Any:
        """The node that a fake tensor or symbolic int stands for; constants come back as they are."""
        if isinstance(t, FakeTensor):
            return get_proxy_slot(t, self.tracer).proxy.node
        if isinstance(t, (torch.SymInt, torch.SymFloat, torch.SymBool)):
            if t.node.expr.is_number:
                return int(t) if isinstance(t, torch.SymInt) else t.node.expr
            return get_proxy_slot(t, self.tracer).force().node
        return t

    def knows(self, t: Any) -> bool:
        """Whether a node stands for a tensor."""
        return get_proxy_slot(t, self.tracer, None) is not None

    def call(self, node: Any, args: Sequence[Any], results: Sequence[torch.Tensor]) -> fx.Proxy:
        """Records a call of a Python function (an opaque.Node); runs nothing.

        results: fake tensors of this recorder that no node stands for yet. Returns what stands for the call's token.
        """

        def argument(a: Any) -> Any:
            found = a.node if isinstance(a, fx.Proxy) else self.node(a)
            return fx.Proxy(found, self.tracer) if isinstance(found, fx.Node) else found

        with _disable_current_modes():
            proxy: Any = self.tracer.create_proxy("call_function", node, tuple(map(argument, args)), {}, name="python")
            proxy.node.meta["opaque"] = True
            proxy.node.meta["effect"] = node.effect
            for i, fake in enumerate(results):
                shortcut.track(self.tracer, proxy[i], fake)
            return proxy[len(results)]

    def empty(self, shape: Sequence[Any], dtype: torch.dtype, device: Any = None) -> torch.Tensor:
        """A fake tensor that no node stands for yet, for `call`."""
        with _disable_current_modes(), self._fake:
            return torch.empty(tuple(shape), dtype=dtype, device=device)

    def empty_like_of(self, sizes: Sequence[Any], dtype: torch.dtype, device: Any) -> torch.Tensor:
        """As `empty`, for sizes that may be those of another graph, which this one can't know."""
        ours = self._fake.shape_env
        known = [d if type(d) is int or d.node.shape_env is ours else None for d in sizes]
        return self.empty_of(known, dtype, device) if None in known else self.empty(known, dtype, device)

    def empty_of(self, sizes: Sequence[Any], dtype: torch.dtype, device: Any) -> torch.Tensor:
        """As `empty`, where None stands for a size that is only known when the graph runs."""
        with _disable_current_modes():
            known = [self._size() if d is None else d for d in sizes]
        return self.empty(known, dtype, device)

    def _size(self) -> Any:
        with self.shapes.ignore_fresh_unbacked_symbols():  # torch expects them in an op's results
            size = self.shapes.create_unbacked_symint()
        torch._check(size >= 0)
        return size


def fake_of(mode: FakeTensorMode, t: torch.Tensor) -> torch.Tensor:
    """A fake tensor of the same sizes and strides: as `from_tensor`, for which torch loads its compiler."""
    with _disable_current_modes():
        plain = torch.empty_strided(t.shape, t.stride(), dtype=t.dtype, device="meta")
        return FakeTensor(mode, plain, t.device)


class _Known:
    """What `_Constants` asks of a recorder, where nothing is recorded."""

    def __init__(self, mode: FakeTensorMode) -> None:
        self.known = KnownValues()
        self.tracer = SimpleNamespace(tensor_attrs={})
        self.shapes, self._fake = mode.shape_env, mode


@contextmanager
def shapes_known(mode: FakeTensorMode) -> Iterator[None]:
    """Within it, what is computed from sizes and constants alone has a value, though fakes of `mode` have none."""
    with _quiet(), _Constants(_Known(mode), records=False):
        yield


def _hint(n: Any) -> int:
    """A size as a number: of the example that the graph around this one was captured with, where that left it open."""
    if type(n) is int:
        return n
    return int(n.node.hint) if n.node.hint is not None else 3


def is_fake(t: Any) -> bool:
    """Whether a torch tensor stands for a value that is not known."""
    return isinstance(t, FakeTensor)
