"""Functions that come from a SavedModel: which of their graphs takes the arguments, and calling it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tfcompat._core import structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.specs import TensorSpec
from tfcompat._core.tensor import Tensor
from tfcompat._core.variable import Variable
from tfcompat._function import describe


class LoadedConcreteFunction:
    """A graph of a SavedModel with what it takes and returns (ConcreteFunction).

    Called with the arguments of `structured_input_signature`, or as a signature with keyword arguments alone.
    """

    def __init__(
        self,
        name: str,
        inputs: tuple[tuple[Any, ...], dict[str, Any]],
        outputs: Any,
        run: Callable[[Sequence[Any]], Any],
        variables: Sequence[Variable] = (),
        keywords: Sequence[str] | None = None,
    ) -> None:
        self._name, self.structured_input_signature, self.structured_outputs = name, inputs, outputs
        self._run, self.variables, self._keywords = run, tuple(variables), keywords

    @property
    def name(self) -> bytes:
        """The name of the graph."""
        return self._name.encode()

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        """The trainable ones among `variables`."""
        return tuple(v for v in self.variables if v.trainable)

    @property
    def inputs(self) -> list[TensorSpec]:
        """The specs of the tensors that it takes."""
        leaves = structure.flatten(self.structured_input_signature, expand_composites=True)
        return [leaf for leaf in leaves if isinstance(leaf, TensorSpec)]

    @property
    def outputs(self) -> list[Any]:
        """The specs of the tensors that it returns."""
        return [leaf for leaf in structure.flatten(self.structured_outputs) if leaf is not None]

    @property
    def output_shapes(self) -> Any:
        """The shapes of the outputs, in their structure."""
        return structure.map_structure(lambda spec: spec.shape, self.structured_outputs)

    @property
    def output_dtypes(self) -> Any:
        """The dtypes of the outputs, in their structure."""
        return structure.map_structure(lambda spec: spec.dtype, self.structured_outputs)

    def takes(self, args: tuple[Any, ...], kwargs: dict[str, Any], cast: bool = False) -> list[Any] | None:
        """The tensors among arguments that fit the signature; None for arguments that do not.

        cast: whether arrays of another dtype become tensors of the signature's.
        """
        found: list[Any] = []
        args_spec, kwargs_spec = self.structured_input_signature
        if len(args) != len(args_spec) or kwargs.keys() != kwargs_spec.keys():
            return None
        fits = _fits(list(args), list(args_spec), found, cast)
        return found if fits and _fits(kwargs, kwargs_spec, found, cast) else None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._keywords is not None:
            return self._run(self._by_keyword(args, kwargs))
        found = self.takes(args, kwargs)
        if found is None:
            flat = structure.flatten((args, kwargs))
            specs = self.inputs
            if len(flat) != len(specs):
                raise TypeError(f"{self._name} takes {self.structured_input_signature}, got {args} and {kwargs}")
            found = [convert_to_tensor(value, spec.dtype) for value, spec in zip(flat, specs)]
        return self._run(found)

    def _by_keyword(self, args: Sequence[Any], kwargs: dict[str, Any]) -> list[Any]:
        specs = self.structured_input_signature[1]
        if args and len(args) == len(specs) == 1 and not kwargs:
            kwargs = {next(iter(specs)): args[0]}
        elif args:
            raise TypeError(f"signature_wrapper(*, {', '.join(specs)}) takes 0 positional arguments, got {len(args)}.")
        missing, extra = sorted(specs.keys() - kwargs.keys()), sorted(kwargs.keys() - specs.keys())
        if missing or extra:
            raise TypeError(
                f"signature_wrapper(*, {', '.join(specs)}) missing required arguments: {', '.join(missing)}."
                if missing
                else f"signature_wrapper(*, {', '.join(specs)}) got unexpected keyword arguments: {', '.join(extra)}."
            )
        values = []
        for key in sorted(specs):
            value = convert_to_tensor(kwargs[key], specs[key].dtype)
            if not specs[key].shape.is_compatible_with(value.shape):
                raise ValueError(
                    f"The argument {key!r} has shape {value.shape}, the signature takes {specs[key].shape}."
                )
            values.append(value)
        return values

    @property
    def function_type(self) -> describe.FunctionType:
        """The types of what it takes and returns."""
        args, kwargs = self.structured_input_signature
        named = [(getattr(spec, "name", None) or f"args_{i}", spec) for i, spec in enumerate(args)]
        positional, keyword = inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.KEYWORD_ONLY
        kinds = [(name, spec, positional) for name, spec in dict(named).items()]
        kinds += [(name, spec, keyword) for name, spec in kwargs.items()]
        parameters = [inspect.Parameter(n, kind, annotation=describe.type_of(spec)) for n, spec, kind in kinds]
        return describe.FunctionType(parameters, output=describe.type_of(self.structured_outputs))

    def __repr__(self) -> str:
        return f"<ConcreteFunction {self.function_type} at {id(self):#X}>"

    def __str__(self) -> str:
        captures = [(id(variable), repr(TensorSpec((), "resource"))) for variable in self.variables]
        return f"ConcreteFunction {describe.pretty(self.function_type, captures)}"


def _described(args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    listed = "\n".join(f"    * {value!r}" for value in args)
    return f"Positional arguments ({len(args)} total):\n{listed}\n  Keyword arguments: {kwargs}"


def _fits(value: Any, spec: Any, found: list[Any], cast: bool) -> bool:
    """Whether a nest of arguments is of a nest of specs and literals; its tensors go to `found`."""
    if isinstance(spec, TensorSpec):
        return _fits_tensor(value, spec, found, cast)
    if isinstance(spec, dict):
        return (
            isinstance(value, Mapping)
            and value.keys() == spec.keys()
            and all(_fits(value[key], spec[key], found, cast) for key in sorted(spec))
        )
    if isinstance(spec, (list, tuple)):
        same = isinstance(value, (list, tuple)) and len(value) == len(spec)
        return same and all(_fits(v, s, found, cast) for v, s in zip(value, spec))
    if hasattr(spec, "_to_components"):
        if not spec.is_compatible_with(value):
            return False
        found.extend(structure.flatten(value, expand_composites=True))
        return True
    return type(value) is type(spec) and value == spec


def _fits_tensor(value: Any, spec: TensorSpec, found: list[Any], cast: bool) -> bool:
    if value is None or (isinstance(value, (bool, str, bytes, dict)) and spec.shape.rank != 0):
        return False
    typed = hasattr(value, "dtype")
    if not typed and not isinstance(value, (int, float, complex, str, bytes, list, tuple)):
        return False
    dtype = None if typed and (isinstance(value, Variable) or not cast) else spec.dtype
    try:
        tensor = value if isinstance(value, Tensor) else convert_to_tensor(value, dtype)
    except (TypeError, ValueError):
        return False
    if tensor.dtype != spec.dtype or not spec.shape.is_compatible_with(tensor.shape):
        return False
    found.append(tensor)
    return True


class LoadedFunction:
    """A tf.function of a SavedModel: runs the graph that takes the arguments, without the Python it was made of."""

    def __init__(self, name: str, concrete: Sequence[LoadedConcreteFunction], spec: Any) -> None:
        self._name, self.concrete_functions, self._spec = name, list(concrete), spec

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {}

    def _bound(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Positional arguments and the rest, as the signatures have them: what has a place is put in it."""
        if self._spec is None:
            return args, kwargs
        names = [name for name in self._spec["args"] if name != "self"]
        defaults = list(self._spec["defaults"] or ())
        values = list(args)
        rest = dict(kwargs)
        first = len(names) - len(defaults)
        for i, name in enumerate(names[len(values) :], len(values)):
            if name in rest:
                values.append(rest.pop(name))
            elif i >= first:
                values.append(defaults[i - first])
            else:
                break
        for name, default in (self._spec["kwonlydefaults"] or {}).items():
            rest.setdefault(name, default)
        return tuple(values), rest

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        bound, rest = self._bound(args, kwargs)
        for cast in (False, True):
            for concrete in self.concrete_functions:
                for given in ((bound, rest), (args, kwargs)):
                    found = concrete.takes(*given, cast)
                    if found is not None:
                        return concrete._run(found)
        options = "\n\n".join(
            f"Option {i}:\n  {_described(*c.structured_input_signature)}"
            for i, c in enumerate(self.concrete_functions, 1)
        )
        raise ValueError(
            "Could not find matching concrete function to call loaded from the SavedModel. Got:\n  "
            f"{_described(bound, rest)}\n\n Expected these arguments to match one of the following "
            f"{len(self.concrete_functions)} option(s):\n\n{options}"
        )

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> LoadedConcreteFunction:
        """The graph that takes arguments (or specs) like these; ValueError where there is none."""
        if not args and not kwargs and len(self.concrete_functions) == 1:
            return self.concrete_functions[0]
        flat = structure.flatten((args, kwargs))
        for concrete in self.concrete_functions:
            specs = concrete.inputs
            given = [x for x in flat if hasattr(x, "dtype")]
            if len(given) == len(specs) and all(
                s.dtype == g.dtype and s.shape.is_compatible_with(g.shape) for s, g in zip(specs, given)
            ):
                return concrete
        raise ValueError(f"Could not find matching concrete function of {self._name} for {args} and {kwargs}.")

    @property
    def function_spec(self) -> Any:
        """The names of the parameters and their defaults."""
        return self._spec

    @property
    def __signature__(self) -> inspect.Signature:
        """The parameters, for Python's `inspect`: libraries look whether `training` is among them."""
        if self._spec is None:
            raise AttributeError(f"The parameters of {self._name!r} are not known", name="__signature__")
        kinds = inspect.Parameter
        names = [name for name in self._spec["args"] if name != "self"]
        defaults = list(self._spec["defaults"] or ())
        values = [kinds.empty] * (len(names) - len(defaults)) + defaults[-len(names) :]
        found = [kinds(name, kinds.POSITIONAL_OR_KEYWORD, default=value) for name, value in zip(names, values)]
        if self._spec.get("varargs"):
            found.append(kinds(self._spec["varargs"], kinds.VAR_POSITIONAL))
        only = self._spec["kwonlydefaults"] or {}
        found += [
            kinds(name, kinds.KEYWORD_ONLY, default=only.get(name, kinds.empty))
            for name in self._spec.get("kwonlyargs") or ()
        ]
        if self._spec.get("varkw"):
            found.append(kinds(self._spec["varkw"], kinds.VAR_KEYWORD))
        return inspect.Signature(found)

    def __repr__(self) -> str:
        return f"<tensorflow.python.saved_model.function_deserialization.RestoredFunction object {self._name!r}>"


class SignatureMap(Mapping[str, LoadedConcreteFunction]):
    """The signatures of a SavedModel, by name."""

    def __init__(self, signatures: Mapping[str, LoadedConcreteFunction]) -> None:
        self._signatures = dict(signatures)

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {}

    def __getitem__(self, key: str) -> LoadedConcreteFunction:
        return self._signatures[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._signatures)

    def __len__(self) -> int:
        return len(self._signatures)

    def __repr__(self) -> str:
        return f"_SignatureMap({self._signatures})"
