"""keras.export.ExportArchive and model.export: models as SavedModels, with functions for inference by name."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._core.dtypes import as_dtype
from tfcompat._core.specs import TensorSpec
from tfcompat._core.trackable import AutoTrackable, is_trackable
from tfcompat.keras import tree
from tfcompat.keras.layers.base import Layer

ENDPOINT = "serve"


class ExportArchive:
    """Collects functions and variables, and writes them as a SavedModel (tf.keras.export.ExportArchive).

    format: "saved_model"; NotImplementedError for another. Functions are added with `add_endpoint`, after what holds
    their variables was given to `track`.
    """

    def __init__(self, format: str = "saved_model", **kwargs: Any) -> None:
        if kwargs:
            raise ValueError(f"Unrecognized keyword arguments: {kwargs}")
        if format not in ("saved_model", "tf_saved_model"):
            if format == "neptune_model":
                raise NotImplementedError(f"keras.export.ExportArchive(format={format!r}) is not in tfcompat.")
            raise ValueError(f"Unsupported format: {format}")
        self._endpoints: dict[str, Any] = {}
        self._tf_trackable = AutoTrackable()
        self._tracked: list[Any] = []
        names = ("variables", "trainable_variables", "non_trainable_variables")
        self._variables: dict[str, list[Any]] = {name: [] for name in names}

    @property
    def variables(self) -> list[Any]:
        """The variables of what is tracked."""
        return self._variables["variables"]

    @property
    def trainable_variables(self) -> list[Any]:
        """The trainable ones among them."""
        return self._variables["trainable_variables"]

    @property
    def non_trainable_variables(self) -> list[Any]:
        """The others."""
        return self._variables["non_trainable_variables"]

    def track(self, resource: Any) -> None:
        """Has the variables of a layer or other trackable object saved; ValueError for what is none or not built."""
        if isinstance(resource, Layer) and not resource.built:
            raise ValueError("The layer provided has not yet been built. It must be built before export.")
        if not is_trackable(resource):
            raise ValueError(
                "Invalid resource type. Expected a Keras `Layer` or `Model` or a TensorFlow `Trackable` object. "
                f"Received object {resource} of type '{type(resource)}'. "
            )
        self._tracked.append(resource)
        setattr(self._tf_trackable, f"_resource_{len(self._tracked)}", resource)
        if isinstance(resource, Layer):
            for name, known in self._variables.items():
                known.extend(getattr(resource, name))

    def track_and_add_endpoint(
        self, name: str, resource: Any, input_signature: Any, jit_compile: bool = False, **kwargs: Any
    ) -> Any:
        """Tracks a callable resource and adds its call as an endpoint."""
        self.track(resource)
        return self.add_endpoint(name, resource.__call__, input_signature, jit_compile=jit_compile, **kwargs)

    def add_endpoint(self, name: str, fn: Callable[..., Any], input_signature: Any = None, **kwargs: Any) -> Any:
        """Adds a function under a name: a tf.function that was called, or a function with `input_signature`.

        input_signature: a spec, an InputSpec or a KerasTensor for each argument, or nests of them. jit_compile: as
        tf.function takes it. ValueError for a name that is taken, and for a function that has no signature.
        """
        from tfcompat._function.function import Function, function

        if name in self._endpoints:
            raise ValueError(f"Endpoint name '{name}' is already taken.")
        if "jax2tf_kwargs" in kwargs or "is_static" in kwargs:
            raise ValueError(
                "'jax2tf_kwargs' and 'is_static' are only supported with the jax backend. Current backend: tensorflow"
            )
        jit_compile = kwargs.pop("jit_compile", None)
        if kwargs:
            raise ValueError(f"Unrecognized keyword arguments: {kwargs}")
        if input_signature is None:
            if not isinstance(fn, Function):
                raise ValueError(
                    "If the `fn` argument provided is not a `tf.function`, you must provide an `input_signature` "
                    "argument to specify the shape and dtype of the function arguments. Example:\n\n"
                    "export_archive.add_endpoint(name='call', fn=model.call, input_signature=[tf.TensorSpec("
                    "shape=(None, 224, 224, 3), dtype=tf.float32)])"
                )
            if fn.input_signature is not None:
                fn.get_concrete_function()
            if not fn._concrete:
                raise ValueError(
                    f"The provided tf.function '{fn}' has never been called. To specify the expected shape and dtype "
                    "of the function's arguments, you must either provide a function that has been called at least "
                    "once, or alternatively pass an `input_signature` argument in `add_endpoint()`."
                )
            decorated: Any = fn
        else:
            signature = [tree.map_structure(_spec, each) for each in input_signature]
            decorated = function(fn, input_signature=signature, jit_compile=jit_compile)
            decorated.get_concrete_function()
        self._endpoints[name] = decorated
        setattr(self._tf_trackable, name, decorated)
        return decorated

    def add_variable_collection(self, name: str, variables: Sequence[Any]) -> None:
        """Has a list of variables as the attribute `name` of what is loaded; ValueError for what is no such list."""
        if not isinstance(variables, (list, tuple, set)):
            raise ValueError(
                f"Expected `variables` to be a list/tuple/set. Received instead object of type '{type(variables)}'."
            )
        strange = [type(variable) for variable in variables if not hasattr(variable, "assign")]
        if strange:
            raise ValueError(
                "Expected all elements in `variables` to be `tf.Variable` instances. Found instead the following "
                f"types: {list(dict.fromkeys(strange))}"
            )
        setattr(self._tf_trackable, name, [variable.value for variable in variables])

    def write_out(self, filepath: str | os.PathLike[str], options: Any = None, verbose: bool = True) -> None:
        """Writes the SavedModel; its signatures are the endpoints, and the first of them as "serving_default".

        verbose: whether the endpoints are printed. ValueError where there are none.
        """
        from tfcompat.saved_model.save import save

        if not self._endpoints:
            raise ValueError("No endpoints have been set yet. Call add_endpoint().")
        for name, variables in self._variables.items():
            setattr(self._tf_trackable, name, [variable.value for variable in variables])
        signatures = {name: _concrete(function) for name, function in self._endpoints.items()}
        signatures["serving_default"] = signatures.get(ENDPOINT) or next(iter(signatures.values()))
        save(self._tf_trackable, filepath, signatures=signatures, options=options)
        if verbose:
            endpoints = "\n\n".join(_described(name, function) for name, function in self._endpoints.items())
            print(f"Saved artifact at '{os.fspath(filepath)}'. The following endpoints are available:\n\n{endpoints}")


def _concrete(function: Any) -> Any:
    return next(iter(function._concrete.values()))


def _described(name: str, function: Any) -> str:
    lines = _concrete(function).pretty_printed_signature(verbose=True).splitlines()
    return "\n".join([f"* Endpoint '{name}'", *lines[1:]])


def _spec(value: Any) -> TensorSpec:
    """The TensorSpec of a spec, a Keras InputSpec or a KerasTensor."""
    if isinstance(value, TensorSpec):
        return value
    return TensorSpec(value.shape, as_dtype(value.dtype), name=getattr(value, "name", None))


def input_signature(model: Any) -> list[Any]:
    """What a built model takes: the nest of its inputs' specs, in a list; ValueError where it is not built."""
    from tfcompat.keras.models.functional import Functional
    from tfcompat.keras.models.sequential import Sequential

    if not model.built:
        raise ValueError("The model provided has not yet been built. It must be built before export.")
    if isinstance(model, Sequential) and model._functional is not None:
        model = model._functional
    if isinstance(model, Functional):
        nest = tree.map_structure(_spec, model._inputs_struct)
        whole = isinstance(nest, (list, tuple)) and len(nest) == 1
        return [nest[0] if whole else nest]
    if model._save_spec is not None and not model._save_spec[1]:
        return model._save_spec[0]
    shapes = model._build_shapes_dict
    if not shapes:
        raise ValueError(
            f"The model {model.name!r} does not tell what it takes: call it on data first, or pass `input_signature`."
        )

    def of_shape(shape: Any) -> Any:
        if isinstance(shape, dict):
            return {key: of_shape(each) for key, each in shape.items()}
        if isinstance(shape, list) or (shape and not all(n is None or isinstance(n, int) for n in shape)):
            return type(shape)(of_shape(each) for each in shape)
        return TensorSpec((None, *tuple(shape)[1:]), as_dtype(model.input_dtype))

    return [of_shape(shape) for shape in shapes.values()]


def serving_function(model: Any, signature: Any = None) -> Any:
    """The model's call for inference, as a tf.function of the inputs that it is built for."""
    from tfcompat._function.function import function

    signature = input_signature(model) if signature is None else signature

    def serve(args_0: Any, /) -> Any:
        return model(args_0, training=False) if model._call_has_training_arg else model(args_0)

    def serve_many(*args: Any) -> Any:
        return model(*args)

    nests = [tree.map_structure(_spec, each) for each in signature]
    return function(serve if len(nests) == 1 else serve_many, input_signature=nests)


def call_function(model: Any) -> Any:
    """The model's call as tf.saved_model.save writes it: a tf.function whose argument is called `inputs`."""
    from tfcompat._function.function import function

    names = itertools.chain(["inputs"], (f"inputs_{i}" for i in itertools.count(1)))
    specs = input_signature(model)
    signature = [tree.map_structure(lambda spec: TensorSpec(spec.shape, spec.dtype, next(names)), x) for x in specs]
    if len(signature) > 1:
        return serving_function(model, signature)

    def serving_default(inputs: Any) -> Any:
        return model(inputs)

    return function(serving_default, input_signature=signature)


def export(
    model: Any,
    filepath: str | os.PathLike[str],
    format: str = "tf_saved_model",
    verbose: bool | None = None,
    input_signature: Any = None,
    **kwargs: Any,
) -> None:
    """Writes a model for inference: a SavedModel with the endpoint "serve" (tf.keras.Model.export)."""
    known = ("tf_saved_model", "onnx", "openvino", "litert", "torch")
    if format not in known:
        raise ValueError(f"Unrecognized format={format}. Supported formats are: {list(known)}.")
    if format != "tf_saved_model":
        raise NotImplementedError(
            f"Model.export(format={format!r}) is not in tfcompat: export the torch side of the model with torch.export."
        )
    if kwargs:
        raise ValueError(f"Unrecognized keyword arguments: {kwargs}")
    serve = serving_function(model, input_signature)
    archive = ExportArchive()
    archive.track(model)
    serve.get_concrete_function()
    archive.add_endpoint(ENDPOINT, serve)
    archive.write_out(filepath, verbose=True if verbose is None else verbose)
