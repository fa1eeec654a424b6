"""Layers around a function or another layer: Lambda, Wrapper, SpectralNormalization; and Masking."""

from __future__ import annotations

import codecs
import inspect
import marshal
import types
from collections.abc import Callable
from typing import Any

from tfcompat.keras import initializers, ops, tree
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._state import thread
from tfcompat.keras.layers._call import set_mask
from tfcompat.keras.layers._same_shape import SameShape
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.input_spec import InputSpec


class Masking(SameShape):
    """Marks the steps whose features all equal `mask_value` as ones to skip, and makes them 0.

    Later layers that support masks see the mask, [batch, steps] (tf.keras.layers.Masking).
    """

    def __init__(self, mask_value: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(mask_value, dict) and mask_value.get("config"):
            from tfcompat.keras.saving.serialization import deserialize_keras_object

            mask_value = deserialize_keras_object(mask_value)
        self.mask_value = mask_value
        self._build_at_init()

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Where a step has a feature other than `mask_value`."""
        return ops.any(ops.not_equal(inputs, self.mask_value), axis=-1)

    def call(self, inputs: Any) -> Any:
        """The inputs, 0 in the steps that are masked."""
        kept = ops.any(ops.not_equal(inputs, self.mask_value), axis=-1, keepdims=True)
        outputs = ops.where(kept, inputs, 0)
        set_mask(outputs, ops.squeeze(kept, axis=-1))
        return outputs

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "mask_value": self.mask_value}


class Wrapper(Layer):
    """A layer around another, whose weights it builds; subclasses change the calls (tf.keras.layers.Wrapper)."""

    def __init__(self, layer: Any, **kwargs: Any) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(
                f"Layer {layer} supplied to Wrapper isn't a supported layer type. Please ensure wrapped layer is a "
                "valid Keras layer."
            )
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape: Any = None) -> None:
        """Builds the wrapped layer."""
        if not self.layer.built:
            self.layer.build(input_shape)
            self.layer.built = True

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        return {**super().get_config(), "layer": serialize_keras_object(self.layer)}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """The wrapper that `get_config` described, around a new layer."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        config = dict(config)
        return cls(deserialize_keras_object(config.pop("layer"), custom_objects=custom_objects), **config)


class SpectralNormalization(Wrapper):
    """A layer whose kernel is divided by its largest singular value at each call in training.

    power_iterations: how many steps the search for that value takes. ValueError where it is not over 0, or the layer
    has no kernel and no embeddings (tf.keras.layers.SpectralNormalization).
    """

    def __init__(self, layer: Any, power_iterations: int = 1, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        if power_iterations <= 0:
            raise ValueError(
                f"`power_iterations` should be greater than zero. Received: `power_iterations={power_iterations}`"
            )
        self.power_iterations = power_iterations

    def build(self, input_shape: Any) -> None:
        """Builds the layer, and the vector that the search goes on with."""
        super().build(input_shape)
        self.input_spec = InputSpec(min_ndim=1, axes={-1: input_shape[-1]})
        for name in ("kernel", "embeddings"):
            if hasattr(self.layer, name):
                self.kernel = getattr(self.layer, name)
                break
        else:
            raise ValueError(f"{type(self.layer).__name__} object has no attribute 'kernel' nor 'embeddings'")
        self.kernel_shape = self.kernel.shape
        self.vector_u = self.add_weight(
            shape=(1, self.kernel_shape[-1]),
            initializer=initializers.TruncatedNormal(stddev=0.02),
            trainable=False,
            name="vector_u",
            dtype=self.kernel.dtype,
        )

    def call(self, inputs: Any, training: bool = False) -> Any:
        """The layer's outputs."""
        if training:
            vector, kernel = self.normalized_weights()
            empty = ops.all(ops.equal(self.kernel, 0))
            self.vector_u.assign(ops.where(empty, self.vector_u, vector))
            self.kernel.assign(ops.where(empty, self.kernel, kernel))
        return ops.cast(self.layer(inputs), inputs.dtype)

    def normalized_weights(self) -> tuple[Any, Any]:
        """The search's vector and the kernel after its steps."""
        weights = ops.reshape(self.kernel, (-1, self.kernel_shape[-1]))
        u = ops.convert_to_tensor(self.vector_u)
        v = u
        for _ in range(self.power_iterations):
            v = _unit(ops.matmul(u, ops.transpose(weights)))
            u = _unit(ops.matmul(v, weights))
        u, v = ops.stop_gradient(u), ops.stop_gradient(v)
        largest = ops.matmul(ops.matmul(v, weights), ops.transpose(u))
        kernel = ops.reshape(ops.divide(self.kernel, largest), tuple(self.kernel_shape))
        return ops.cast(u, self.vector_u.dtype), ops.cast(kernel, self.kernel.dtype)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The layer's outputs' shape."""
        return self.layer.compute_output_shape(input_shape)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        config = super().get_config()
        layer = config.pop("layer")
        return {**config, "layer": layer, "power_iterations": self.power_iterations}


def _unit(x: Any) -> Any:
    """A matrix of length 1."""
    return ops.reshape(ops.normalize(ops.reshape(x, (-1,)), axis=-1), ops.shape(x))


class Lambda(Layer):
    """A function as a layer (tf.keras.layers.Lambda): function(inputs, **arguments).

    The function gets `mask` and `training` where it has such parameters. output_shape: a shape without the batch, or a
    function of the inputs' shape; found by a dry run where None. mask: the outputs' mask, or a function of inputs and
    mask. Variables that the function uses are not the layer's.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        mask: Any = None,
        arguments: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.arguments = arguments or {}
        self.function = function
        self.supports_masking = mask is not None
        self.mask = mask
        self._output_shape = output_shape
        names = inspect.getfullargspec(function).args
        self._passes = [name for name in ("mask", "training") if name in names]

    def call(self, inputs: Any, mask: Any = None, training: Any = None) -> Any:
        """function(inputs)."""
        given = {"mask": mask, "training": training}
        return self.function(inputs, **{**self.arguments, **{name: given[name] for name in self._passes}})

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The outputs' shape; NotImplementedError where it was not given and a dry run does not tell it."""
        if self._output_shape is None:
            from tfcompat.keras._symbolic import compute_output_spec

            inputs = tree.map_shape_structure(lambda shape: KerasTensor(shape, dtype=self.compute_dtype), input_shape)
            try:
                return tree.map_structure(lambda x: x.shape, compute_output_spec(self.call, inputs))
            except Exception as error:
                raise NotImplementedError(
                    "We could not automatically infer the shape of the Lambda's output. Please specify the "
                    f"`output_shape` argument for this Lambda layer. The error was: {error}"
                ) from error
        if callable(self._output_shape):
            return self._output_shape(input_shape)
        first = tree.flatten(input_shape)[0]
        batch = first[0] if isinstance(first, tuple) else first
        return tree.map_shape_structure(lambda shape: (batch, *shape), self._output_shape)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The mask that was given, or what its function returns."""
        return self.mask(inputs, mask) if callable(self.mask) else self.mask

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`; a Python lambda as its bytecode, a function by its name."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        own: dict[str, Any] = {"function": _described(self.function)}
        if self._output_shape is not None:
            own["output_shape"] = _described(self._output_shape) if callable(self._output_shape) else self._output_shape
        if self.mask is not None:
            own["mask"] = _described(self.mask) if callable(self.mask) else serialize_keras_object(self.mask)
        own["arguments"] = serialize_keras_object(self.arguments)
        config = super().get_config()
        return {**config, **own}

    def _alike(self) -> Lambda:
        """A layer of the same functions and arguments."""
        return Lambda(self.function, self._output_shape, self.mask, self.arguments, **super().get_config())

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None, safe_mode: bool | None = None
    ) -> Any:
        """The layer that `get_config` described; ValueError for a Python lambda unless `safe_mode` is False."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        safe_mode = thread.safe_mode if safe_mode is None else safe_mode
        config = dict(config)
        for key in ("function", "output_shape", "mask"):
            given = config.get(key)
            if isinstance(given, dict) and given.get("class_name") == "__lambda__":
                config[key] = _from_bytecode(given["config"], safe_mode)
            elif given is not None:
                config[key] = deserialize_keras_object(given, custom_objects=custom_objects)
        shape = config.get("output_shape")
        if isinstance(shape, list) and all(isinstance(size, (int, type(None))) for size in shape):
            config["output_shape"] = tuple(shape)
        if "arguments" in config:
            config["arguments"] = deserialize_keras_object(config["arguments"], custom_objects=custom_objects)
        return cls(**config)


def _described(function: Any) -> Any:
    """A function as JSON has it."""
    from tfcompat.keras.saving.serialization import serialize_keras_object

    if not (isinstance(function, types.FunctionType) and function.__name__ == "<lambda>"):
        return serialize_keras_object(function)
    code = codecs.encode(marshal.dumps(function.__code__), "base64").decode("ascii")
    cells = tuple(cell.cell_contents for cell in function.__closure__ or ())
    inner = {"code": code, "defaults": function.__defaults__, "closure": cells or None}
    return {"class_name": "__lambda__", "config": inner}


def _from_bytecode(inner: dict[str, Any], safe_mode: bool | None) -> Callable[..., Any]:
    """The Python lambda of a config, for those who trust it."""
    if safe_mode is not False:
        raise ValueError(
            "Requested the deserialization of a `Lambda` layer whose `function` is a Python lambda. This carries a "
            "potential risk of arbitrary code execution and thus it is disallowed by default. If you trust the source "
            "of the artifact, you can override this error by passing `safe_mode=False` to the loading function, or "
            "calling `keras.config.enable_unsafe_deserialization()`."
        )
    try:
        code = marshal.loads(codecs.decode(inner["code"].encode("ascii"), "base64"))
    except (ValueError, EOFError, TypeError, KeyError) as error:
        raise ValueError(f"The bytecode of a `Lambda` layer is not that of this Python version: {error}") from error
    defaults, cells = inner.get("defaults"), inner.get("closure") or ()
    closure = tuple(types.CellType(value) for value in cells) or None
    scope = {"__builtins__": __builtins__, **_common_names()}
    return types.FunctionType(code, scope, argdefs=None if defaults is None else tuple(defaults), closure=closure)


def _common_names() -> dict[str, Any]:
    """The names that programs call these modules, which the lambdas of their models use."""
    import numpy

    import tfcompat

    return {"tf": tfcompat, "keras": tfcompat.keras, "K": tfcompat.keras.backend, "np": numpy}
