"""tf.function: a Python function that is captured once for each signature, and then runs as a graph."""

from __future__ import annotations

import functools
import inspect
import threading
import weakref
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tfcompat._core import logging, structure
from tfcompat._core.callables import PolymorphicFunction
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.flags import flags
from tfcompat._core.specs import TensorSpec
from tfcompat._core.state import state
from tfcompat._core.tensor import Tensor
from tfcompat._core.trace_type import CastContext
from tfcompat._core.type_spec import TypeSpec
from tfcompat._function import autograph
from tfcompat._function.signature import Plan, Signature, binding_error, encode_all, without_shapes

if TYPE_CHECKING:
    from tfcompat._function.concrete import ConcreteFunction

_RETRACING = (
    "%d out of the last %d calls to %r triggered tf.function retracing. Tracing is expensive and the excessive number "
    "of tracings could be due to (1) creating @tf.function repeatedly in a loop, (2) passing tensors with different "
    "shapes, (3) passing Python objects instead of tensors. For (1), please define your @tf.function outside of the "
    "loop. For (2), @tf.function has reduce_retracing=True option that can avoid unnecessary retracing. For (3), "
    "please refer to https://www.tensorflow.org/guide/function#controlling_retracing and "
    "https://www.tensorflow.org/api_docs/python/tf/function for  more details."
)
_PLAIN = (bool, int, float, complex, str, bytes, type(None))
_ATTRIBUTES = frozenset(
    (
        "api_implements api_preferred_device backward_function disable_acd disable_summaries_at_runtime "
        "eager_runtime_construction_context forward_function from_function implements noinline original_func_name "
        "runtime_constant_optimization shared_rendezvous tf_data_function tfr_should_inline _XlaMustCompile _noinline"
    ).split()
)


class Function(PolymorphicFunction):
    """What tf.function makes of a Python function (tf.types.experimental.PolymorphicFunction).

    Calling it captures the Python function where no graph fits the arguments, and runs the graph. As an attribute of a
    class it is a method, with graphs of its own for each instance.
    """

    __module__ = "tensorflow.python.eager.polymorphic_function.polymorphic_function"
    keeps_ranks = False  # whether tensors of another rank have a graph of their own where retracing is reduced

    def __init__(
        self,
        python_function: Callable[..., Any],
        name: str,
        input_signature: Any = None,
        autograph_: bool = True,
        jit_compile: bool | None = None,
        reduce_retracing: bool = False,
        **options: Any,
    ) -> None:
        if not callable(python_function):
            raise TypeError(f"{python_function!r} is not a callable object")
        self._python_function, self._name = python_function, name
        self._autograph, self._jit_compile, self._reduce_retracing = autograph_, jit_compile, reduce_retracing
        self._options = options
        self._staged = autograph.staged(python_function) if autograph_ else python_function
        self._signature = Signature(python_function)
        self._input_signature = _checked_signature(input_signature)
        self._concrete: dict[Any, ConcreteFunction] = {}
        self._named: dict[Any, ConcreteFunction] = {}  # those for specs with names
        self._open: dict[Any, list[ConcreteFunction]] = {}
        self._latest: dict[Any, ConcreteFunction] = {}
        self._ran: ConcreteFunction | None = None
        self._lock = threading.RLock()
        self._traces = self._calls = 0
        self._traced_at: list[int] = []
        self._warnings = 0
        self._saved: Function | None = None  # what is captured for files
        self._creates_variables: bool | None = None
        self._bound: weakref.WeakKeyDictionary[Any, Function] = weakref.WeakKeyDictionary()
        self._arity = self._signature.arity if input_signature is None and not self._follows_hints() else -1
        functools.update_wrapper(self, python_function, updated=())

    # ---- calling ----

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if flags.run_functions_eagerly:
            return self._python_function(*args, **kwargs)
        if (graph := state.graph) is not None and graph.finds_shapes:
            return self._staged(*args, **kwargs)
        self._calls += 1
        tensors: list[Any] = []
        objects: list[Any] = []
        if kwargs or len(args) != self._arity:
            args, kwargs = self._canonical(args, kwargs)  # type: ignore[assignment]
        key: Any = encode_all(args, tensors, objects)
        if kwargs:
            key = key, tuple(kwargs), encode_all(kwargs.values(), tensors, objects)
        if state.devices:
            key = key, state.devices[-1].spec.to_string(), state.replica
        concrete = self._concrete.get(key)
        if concrete is None:
            concrete = self._find(key, args, kwargs, tensors, objects)
        self._ran = concrete
        return concrete.run(tensors)

    def starve(self) -> None:
        """Does what a run like the last one does before it finds that its arguments never come."""
        if self._ran is not None and not flags.run_functions_eagerly:
            self._ran.starve()

    def _canonical(self, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments in the order of the signature, cast to the input signature where there is one."""
        if self._input_signature is None:
            positional, named = self._signature.bind(args, kwargs)
            return self._hinted(positional), named
        return self._cast(args, kwargs)

    def _follows_hints(self) -> bool:
        if not self._options.get("follow_type_hints"):
            return False
        return any(p.annotation in (Tensor, "tf.Tensor") for p in self._signature.parameters)

    def _hinted(self, args: list[Any]) -> list[Any]:
        """The arguments with Python values made tensors where the parameter is annotated so."""
        if not self._follows_hints():
            return args
        parameters = self._signature.parameters
        hints = [p.annotation for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        return [
            convert_to_tensor(v) if i < len(hints) and hints[i] in (Tensor, "tf.Tensor") else v
            for i, v in enumerate(args)
        ]

    # ---- the input signature ----

    def _cast(self, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        specs = self._specs_by_position()
        shown = self._constrained_signature(specs)
        positional, named = self._signature.bind(args, kwargs, shown)
        try:
            cast = [v if i not in specs else _cast(v, specs[i]) for i, v in enumerate(positional)]
            cast_named = {name: v if name not in specs else _cast(v, specs[name]) for name, v in named.items()}
            self._check_defaults(specs, positional, named)
        except (TypeError, ValueError, AssertionError) as e:
            raise binding_error(e, args, kwargs, shown) from None
        return cast, cast_named

    def _specs_by_position(self) -> dict[Any, Any]:
        """The specs of the input signature by the number of the positional, or the name of the keyword, argument."""
        specs, found = list(self._input_signature), {}
        variadic = False
        for p in self._signature.parameters:
            if not specs:
                break
            if p.kind is p.VAR_POSITIONAL:
                variadic = True
                found.update({len(self._signature.names) + i: s for i, s in enumerate(specs)})
                specs = []
            elif p.kind is not p.VAR_KEYWORD:
                key = len(found) if p.kind is not p.KEYWORD_ONLY else p.name
                found[key] = specs.pop(0)
        if specs and not variadic:
            raise TypeError(f"input_signature contains {len(specs)} extra type constraints.")
        return found

    def _constrained_signature(self, specs: dict[Any, Any]) -> Any:
        from tfcompat._function.describe import FunctionType, type_of

        parameters = []
        for i, p in enumerate(self._signature.parameters):
            spec = specs.get(i, specs.get(p.name))
            if spec is not None:
                parameters.append(inspect.Parameter(p.name, p.kind, annotation=type_of(spec)))
            elif p.default is not p.empty:
                parameters.append(p.replace(annotation=type_of(p.default)))
        return FunctionType(parameters)

    def _check_defaults(self, specs: dict[Any, Any], args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        """Raises where an argument beyond the input signature is not its parameter's default."""
        for i, p in enumerate(self._signature.parameters):
            given = args[i] if i < len(args) else kwargs.get(p.name, p.default)
            if i in specs or p.name in specs or p.default is p.empty or given is p.default:
                continue
            if isinstance(given, Tensor) or given != p.default:
                raise TypeError(f"Can not cast {given!r} to Literal[{p.default!r}]")

    # ---- finding a graph ----

    def _find(self, key: Any, args: Any, kwargs: Any, tensors: list[Any], objects: list[Any]) -> ConcreteFunction:
        """The graph for a key that is new: one with unknown dimensions that takes such tensors, or a new one."""
        with self._lock:
            found = self._concrete.get(key)
            if found is not None:
                return found
            common = without_shapes(key, specs=self._input_signature is None)
            for concrete in reversed(self._open.get(common, ())):
                if concrete.accepts(tensors):
                    self._concrete[key] = concrete
                    return concrete
            plan = Plan(self._signature, args, kwargs)
            if self._input_signature is not None:
                self._restrict(plan)
            elif self._reduce_retracing and common in self._latest:
                _relax(plan, self._latest[common].plan, self.keeps_ranks)
            return self._trace(key, common, plan, tensors, objects)

    def _trace(self, key: Any, common: Any, plan: Plan, tensors: list[Any], objects: list[Any]) -> ConcreteFunction:
        # Imported when it is needed: torch's tracing takes longer to load than all of tfcompat.
        from tfcompat._function.concrete import ConcreteFunction

        concrete = ConcreteFunction(self, plan)
        concrete.prepare(tensors)
        self._concrete[key] = self._latest[common] = concrete
        if any(not leaf.spec.shape.is_fully_defined() for leaf in plan.leaves):
            self._open.setdefault(common, []).append(concrete)
        for x in objects:
            self._forget_with(x, key, common)
        self._note_trace()
        return concrete

    def _restrict(self, plan: Plan) -> None:
        """Gives the leaves of a plan the specs of the input signature."""
        specs = structure.flatten(list(self._input_signature))
        composites = [spec for spec in specs if structure.is_spec_class(type(spec))]
        for composite, spec in zip(plan.composites, composites):
            composite.spec = spec
        flat = [leaf for spec in specs for leaf in spec.flatten()]
        for leaf, spec in zip(plan.leaves, flat):
            leaf.spec = TensorSpec(spec.shape, spec.dtype, spec.name)
            leaf.name, leaf.path = spec.name or leaf.name, spec.name or leaf.path
        for composite, spec in zip(plan.composites, [s for s in specs if not isinstance(s, TensorSpec)]):
            composite.spec = spec

    def _forget_with(self, x: Any, key: Any, common: Any) -> None:
        """Drops a graph when an object that it is for is gone, as another may get its id."""
        table = weakref.ref(self)

        def forget() -> None:
            function = table()
            if function is not None:
                function._concrete.pop(key, None)
                function._named = {k: found for k, found in function._named.items() if k[0] != key}
                function._latest.pop(common, None)
                function._open.pop(common, None)

        weakref.finalize(x, forget).atexit = False

    def _note_trace(self) -> None:
        """Warns where many of the last calls led to a capture; not for those within another function."""
        if state.graph is not None:
            return
        self._traced_at = [n for n in self._traced_at if self._calls - n <= 10]
        self._traced_at.append(self._calls)
        if len(self._traced_at) >= 5 and self._warnings < 2 and not self._reduce_retracing:
            self._warnings += 1
            calls = self._calls - self._traced_at[0] + 1
            logging.warning(_RETRACING, len(self._traced_at), calls, self._python_function)

    # ---- as a method ----

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        try:
            bound = self._bound.get(instance)
            if bound is None:
                bound = self._bound[instance] = self._bound_to(weakref.ref(instance))
        except TypeError:  # an instance that can't be hashed, or not be referred to weakly, is an argument
            return functools.partial(self, instance)
        return bound

    def _bound_to(self, reference: Any) -> Function:
        python_function = self._staged

        @functools.wraps(self._python_function)
        def method(*args: Any, **kwargs: Any) -> Any:
            return python_function(reference(), *args, **kwargs)

        method.__signature__ = inspect.Signature(self._signature.parameters[1:])  # type: ignore[attr-defined]
        bound = self._like(method)
        bound.__wrapped__ = self._python_function  # type: ignore[attr-defined]
        bound.__signature__ = method.__signature__  # type: ignore[attr-defined]
        return bound

    def _like(self, python_function: Callable[..., Any], free: bool = False) -> Function:
        """A function of the same options; where `free`, of any arguments, and run as it is."""
        return Function(
            python_function,
            self._name,
            None if free else self._input_signature,
            self._autograph and not free,
            self._jit_compile,
            self._reduce_retracing,
            **self._options,
        )

    # ---- what is known of it ----

    @property
    def name(self) -> str:
        """The name of the Python function."""
        return self._name

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {}

    @property
    def python_function(self) -> Callable[..., Any]:
        """The Python function that was decorated."""
        return self._python_function

    @property
    def input_signature(self) -> Any:
        """The signature that it was restricted to, or None."""
        return self._input_signature

    @property
    def function_type(self) -> Any:
        """The parameters of the Python function (tf.types.experimental.FunctionType)."""
        from tfcompat._function.describe import FunctionType

        return FunctionType(list(self._signature.plain().parameters.values()))

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> ConcreteFunction:
        """The graph for these arguments, captured where there is none; a tf.TensorSpec stands for any such tensor.

        Without arguments it is the graph for the input signature.
        """
        if self._input_signature is not None and not args and not kwargs:
            args, kwargs = self._arguments_of_signature()
        canonical, named = self._canonical(args, kwargs)
        tensors: list[Any] = []
        objects: list[Any] = []
        key: Any = encode_all(canonical, tensors, objects)
        if named:
            key = key, tuple(named), encode_all(named.values(), tensors, objects)
        names = tuple(x.name if isinstance(x, TensorSpec) else None for x in tensors)
        if self._input_signature is None and any(names):
            return self._find_named(names, key, canonical, named, tensors, objects)
        found = self._concrete.get(key)
        return self._find(key, canonical, named, tensors, objects) if found is None else found

    def _find_named(
        self, names: Any, key: Any, args: Any, kwargs: Any, tensors: list[Any], objects: list[Any]
    ) -> ConcreteFunction:
        """The graph whose tensors have the names that specs say; calls go to the first one of the key."""
        with self._lock:
            found = self._named.get((key, names))
            if found is None:
                first = self._concrete.get(key)
                common = without_shapes(key, specs=True)
                found = self._trace(key, common, Plan(self._signature, args, kwargs), tensors, objects)
                self._named[key, names] = found
                if first is not None:
                    self._concrete[key] = first
            return found

    def _arguments_of_signature(self) -> tuple[Any, dict[str, Any]]:
        specs = self._specs_by_position()
        named = {name: spec for name, spec in specs.items() if isinstance(name, str)}
        return tuple(spec for i, spec in specs.items() if not isinstance(i, str)), named

    def experimental_get_tracing_count(self) -> int:
        """How many times the Python function was captured."""
        return self._traces

    def pretty_printed_concrete_signatures(self, verbose: bool = True) -> str:
        """The inputs, outputs and captures of all graphs; without `verbose` one line each."""
        graphs = self._list_all_concrete_functions()
        return "\n\n".join(g.pretty_printed_signature(verbose) for g in graphs)

    def captured_for_saving(self) -> list[ConcreteFunction]:
        """The graphs that a file gets: for the input signature, or for all that it was called with.

        As in TensorFlow they are captured apart from those of calls, once each: what Python prints is seen again.
        """
        if self._saved is None:
            self._saved = self._like(self._python_function)
        if self._input_signature is not None:
            return [self._saved.get_concrete_function()]
        found = []
        for concrete in self._list_all_concrete_functions():
            args, kwargs = concrete.structured_input_signature
            plain = all(isinstance(x, (TypeSpec, *_PLAIN)) for x in structure.flatten((args, kwargs)))
            found.append(self._saved.get_concrete_function(*args, **kwargs) if plain else concrete)
        return list(dict.fromkeys(found))

    def _list_all_concrete_functions(self) -> list[ConcreteFunction]:
        return list(dict.fromkeys([*self._concrete.values(), *self._named.values()]))

    def experimental_get_compiler_ir(self, *args: Any, **kwargs: Any) -> Any:
        """XLA's code for a function, which torch does not have: NotImplementedError."""
        raise NotImplementedError(
            "tf.function.experimental_get_compiler_ir: functions run on torch, not XLA; "
            "get_concrete_function(...).graph shows what was captured."
        )

    def __repr__(self) -> str:
        return f"<{type(self).__module__}.{type(self).__qualname__} object at {id(self):#x}>"


def _checked_signature(signature: Any) -> Any:
    if signature is None:
        return None
    if not isinstance(signature, (list, tuple)):
        raise TypeError(f"input_signature must be either a tuple or a list, got {type(signature)}.")
    bad = [s for s in structure.flatten(signature) if not isinstance(s, TypeSpec)]
    if bad:
        raise TypeError(
            f"input_signature must be a possibly nested sequence of TensorSpec objects, got invalid args {bad} with "
            f"types {[type(b) for b in bad]}."
        )
    return tuple(signature)


def _cast(value: Any, spec: Any) -> Any:
    """`value`, a nest of tensors, as the nest of specs `spec` says; TypeError where it does not fit."""
    if isinstance(spec, TypeSpec):
        if isinstance(spec, TensorSpec) and isinstance(value, TensorSpec):
            return (
                TensorSpec(spec.shape, spec.dtype, spec.name)
                if value.is_compatible_with(spec)
                else _misfit(value, spec)
            )
        return spec.cast(value, CastContext(allow_specs=True))
    structure.assert_same_structure(spec, value, check_types=False)
    return structure.map_structure(_cast, value, spec, check_types=False)


def _misfit(value: Any, spec: Any) -> Any:
    raise TypeError(f"Can not cast {value!r} to {spec!r}")


def _relax(plan: Plan, other: Plan, keep_ranks: bool) -> None:
    """Makes the specs of a plan take in those of another one, for calls of the same kind with other shapes.

    keep_ranks: whether specs of other ranks stay as they are, in place of taking any rank.
    """
    for leaf, known in zip(plan.leaves, other.leaves, strict=True):
        if keep_ranks and leaf.spec.shape.rank != known.spec.shape.rank:
            continue
        wider = leaf.spec.shape.most_specific_common_supertype([known.spec.shape])
        leaf.spec = TensorSpec(wider, leaf.spec.dtype, leaf.spec.name)


def function(
    func: Callable[..., Any] | None = None,
    input_signature: Sequence[Any] | None = None,
    autograph: bool = True,
    jit_compile: bool | None = None,
    reduce_retracing: bool = False,
    experimental_implements: str | None = None,
    experimental_autograph_options: Any = None,
    experimental_attributes: dict[str, Any] | None = None,
    experimental_relax_shapes: bool | None = None,
    experimental_compile: bool | None = None,
    experimental_follow_type_hints: bool | None = None,
) -> Any:
    """Makes a graph of a Python function, captured once for each signature of its calls (tf.function; a decorator).

    input_signature: TensorSpecs for the arguments, None in a shape for any size; then there is one graph.
    autograph: whether what Python does with tensors' values may be captured, or run eagerly; without, `if` on a tensor
    is an error. jit_compile: compiles the graph with torch's Inductor. reduce_retracing: a new shape makes a graph for
    all sizes. experimental_implements and experimental_attributes: attributes of the graph. The other experimental
    arguments are old names, or TensorFlow's options for AutoGraph.
    """
    for name in experimental_attributes or ():
        if name not in _ATTRIBUTES:
            raise ValueError(f"`{name} is not supported by tf.function as an attribute.")
    attributes = dict(experimental_attributes or {})
    if experimental_implements is not None:
        attributes["_implements"] = experimental_implements

    def decorate(inner: Callable[..., Any]) -> Function:
        if not callable(inner):
            raise TypeError(f"{inner!r} is not a callable object")
        return Function(
            inner,
            getattr(inner, "__name__", "function"),
            input_signature,
            autograph,
            experimental_compile if jit_compile is None else jit_compile,
            bool(reduce_retracing or experimental_relax_shapes),
            attributes=attributes,
            autograph_options=experimental_autograph_options,
            follow_type_hints=experimental_follow_type_hints,
        )

    return decorate if func is None else decorate(func)
