"""Layers around what is no Keras layer: TensorFlow's SavedModels, and torch's modules."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.tensor import Tensor
from tfcompat.keras import tree
from tfcompat.keras._state import thread
from tfcompat.keras._variable import Variable
from tfcompat.keras.layers.base import Layer


class TFSMLayer(Layer):
    """An endpoint of a SavedModel as a layer (tf.keras.layers.TFSMLayer).

    call_endpoint: an attribute or signature of what tf.saved_model.load returns for `filepath`; call_training_endpoint:
    that of calls with training=True. ValueError for one that there is not.
    """

    def __init__(
        self,
        filepath: str,
        call_endpoint: str = "serve",
        call_training_endpoint: str | None = None,
        trainable: bool = True,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        import tfcompat

        super().__init__(trainable=trainable, name=name, dtype=dtype)
        loaded = tfcompat.saved_model.load(str(filepath))
        self.filepath, self.call_endpoint, self.call_training_endpoint = filepath, call_endpoint, call_training_endpoint
        self._call_endpoint = _endpoint(loaded, call_endpoint)
        training = call_training_endpoint
        self._training_endpoint = _endpoint(loaded, training) if training else self._call_endpoint
        object.__setattr__(self, "_reloaded_obj", loaded)
        for variable in getattr(loaded, "variables", ()):
            name = variable.name.partition(":")[0].replace("/", "_")
            self._track_variable(Variable(variable, trainable=variable.trainable, name=name))
        self._build_at_init()

    def call(self, inputs: Any, training: bool = False, **kwargs: Any) -> Any:
        """What the endpoint returns."""
        return (self._training_endpoint if training else self._call_endpoint)(inputs, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {
            **super().get_config(),
            "filepath": self.filepath,
            "call_endpoint": self.call_endpoint,
            "call_training_endpoint": self.call_training_endpoint,
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None, safe_mode: bool | None = None
    ) -> Any:
        """The layer that `get_config` described; ValueError unless `safe_mode` is False, as it loads another file."""
        if (thread.safe_mode if safe_mode is None else safe_mode) is not False:
            raise ValueError(
                "Requested the deserialization of a `TFSMLayer`, which loads an external SavedModel. This carries a "
                "potential risk of arbitrary code execution and thus it is disallowed by default. If you trust the "
                "source of the artifact, you can override this error by passing `safe_mode=False` to the loading "
                "function, or calling `keras.config.enable_unsafe_deserialization()`."
            )
        return cls(**config)


def _endpoint(loaded: Any, name: str) -> Any:
    signatures = getattr(loaded, "signatures", {})
    if hasattr(loaded, name):
        return getattr(loaded, name)
    if name in signatures:
        return signatures[name]
    raise ValueError(
        f"The endpoint '{name}' is neither an attribute of the reloaded SavedModel, nor an entry in the `signatures` "
        "field of the reloaded SavedModel. Select another endpoint via the `call_endpoint` argument. Available "
        f"endpoints for this SavedModel: {list(signatures)}"
    )


class TorchModuleWrapper(Layer):
    """A torch.nn.Module as a layer (tf.keras.layers.TorchModuleWrapper).

    Its parameters and buffers become the layer's weights, whose values its calls use; the module's own stay as they
    were. output_shape: the outputs' shape, found by a dry run where None. ValueError for a lazy module that has not
    been called yet; the layer can't be saved as a config.
    """

    _keeps_modules = True

    def __init__(self, module: Any, name: str | None = None, output_shape: Any = None, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        if getattr(module, "has_uninitialized_params", bool)():  # a LazyModuleMixin
            raise ValueError(
                "LazyModules are not supported unless they are already initialized. Received uninitialized "
                f"LazyModule: module={module}"
            )
        self.module = module
        self.output_shape = output_shape
        self._slots: dict[str, Variable] = {}
        for path, value in (*module.named_parameters(), *module.named_buffers()):
            trainable = isinstance(value, torch.nn.Parameter) and value.requires_grad
            variable = Variable(wrap(value.detach().clone()), trainable=trainable, name=path.replace(".", "_"))
            self._track_variable(variable)
            self._slots[path] = variable
        self._build_at_init()

    def parameters(self, recurse: bool = True) -> Any:
        """The module's own parameters, with the values they had when the layer was made."""
        return self.module.parameters(recurse=recurse)

    def call(self, *args: Any, training: Any = None, **kwargs: Any) -> Any:
        """What the module returns for torch tensors, as tensors; its buffers are updated."""
        self.module.train(training is not False)
        values = {path: to_storage(variable) for path, variable in self._slots.items()}
        buffers = {path: values[path].detach().clone() for path, _ in self.module.named_buffers()}
        args, kwargs = tree.map_structure(lambda x: to_storage(x) if isinstance(x, Tensor) else x, (args, kwargs))
        outputs = torch.func.functional_call(self.module, {**values, **buffers}, args, kwargs)
        for path, value in buffers.items():
            self._slots[path].assign(wrap(value.detach()))
        return tree.map_structure(lambda x: wrap(x) if isinstance(x, torch.Tensor) else x, outputs)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """A KerasTensor of `output_shape`, or what a dry run gives."""
        from tfcompat.keras._keras_tensor import KerasTensor
        from tfcompat.keras._symbolic import compute_output_spec

        if self.output_shape is not None:
            return KerasTensor(self.output_shape, dtype=self.compute_dtype)
        return compute_output_spec(self.call, *args, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """NotImplementedError: a module has no config but pickled code, which tfcompat neither writes nor reads."""
        raise NotImplementedError(
            "A TorchModuleWrapper can't be described by a config: that takes pickled code, which tfcompat neither "
            "writes nor reads. Save the weights (model.save_weights) and make the module anew."
        )
