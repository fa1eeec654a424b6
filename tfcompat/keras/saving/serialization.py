"""Keras objects as JSON-ready dicts of {module, class_name, config, registered_name}, and back.

A class of ours is named by the public name it has in Keras ("keras.layers", "Dense"); a registered one by its name in
the registry; any other by its own module and name, and must be given to the loader as a custom object.
"""

from __future__ import annotations

import importlib
import types
from typing import Any, cast

import numpy as np

from tfcompat._core.dtypes import DType
from tfcompat._core.shapes import TensorShape
from tfcompat._core.tensor import Tensor
from tfcompat._keras_modules import home
from tfcompat.keras import _naming, _version
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras._graph import Saveable
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._state import thread
from tfcompat.keras.ops._operation import OPERATIONS
from tfcompat.keras.saving import registration

_PLAIN = (str, int, float, bool)
_OURS = "tfcompat."
# Where functions that are named without a module are looked for.
_FUNCTION_MODULES = ("activations", "constraints", "initializers", "losses", "metrics", "optimizers", "regularizers")
_PUBLIC_DEPTH = {"keras.optimizers.schedules": 3, "keras.optimizers.legacy": 3}


class SafeModeScope:
    """Within it, deserialization runs no code from the file where `safe_mode` is true."""

    def __init__(self, safe_mode: bool | None = True) -> None:
        self.safe_mode = safe_mode
        self._outer: bool | None = None

    def __enter__(self) -> None:
        self._outer = thread.safe_mode
        thread.safe_mode = self.safe_mode

    def __exit__(self, *exc: Any) -> None:
        thread.safe_mode = self._outer


class ObjectSharingScope:
    """Within it, an object that occurs twice is one object again after loading."""

    def __enter__(self) -> None:
        thread.shared_configs, thread.shared_objects = {}, {}

    def __exit__(self, *exc: Any) -> None:
        thread.shared_configs = thread.shared_objects = None


def public_name(obj: Any) -> str | None:
    """The public name of one of our classes or functions ("keras.layers.Dense"); None for others."""
    own = obj.__dict__.get("_api_name") if isinstance(obj, type) else None
    if own:
        return own
    module = home(obj)
    if not module.startswith(_OURS + "keras."):
        return None
    parts = module.removeprefix(_OURS).split(".")
    if parts[1].startswith("_"):
        return None
    for namespace, depth in _PUBLIC_DEPTH.items():
        if ".".join(parts[:depth]) == namespace:
            return f"{namespace}.{obj.__name__}"
    return f"{'.'.join(parts[:2])}.{obj.__name__}"


def find_public(name: str) -> Any:
    """The class or function of a public name; None where there is none. Only Keras objects, never other attributes."""
    if not name.startswith("keras.") or any(part.startswith("_") for part in name.split(".")):
        return None
    module, _, attribute = name.rpartition(".")
    try:
        found = getattr(importlib.import_module(_OURS + module), attribute, None)
    except ImportError:
        return None
    if found is None or not home(found).startswith(_OURS):
        return None
    return found


# ---- serializing ----


def serialize_keras_object(obj: Any) -> Any:
    """A JSON-ready description of a Keras object, tensor, function or nest of them; TypeError for other objects."""
    if obj is None or isinstance(obj, _PLAIN):
        return obj
    if isinstance(obj, (list, tuple)):
        items = [serialize_keras_object(x) for x in obj]
        return tuple(items) if isinstance(obj, tuple) else items
    if isinstance(obj, dict):
        return serialize_dict(obj)
    special = _serialize_value(obj)
    if special is not None:
        return special[0]
    config = _description(obj, _inner_config(obj))
    for key, method in (("build_config", "get_build_config"), ("compile_config", "get_compile_config")):
        if hasattr(obj, method):
            found = getattr(obj, method)()
            if found is not None:
                config[key] = serialize_dict(found)
    _share(obj, config)
    return config


def serialize_as(obj: Any, use_legacy_format: bool) -> Any:
    """A description of a Keras object, as {"class_name", "config"} in the format that Keras 2 had first."""
    if not use_legacy_format:
        return serialize_keras_object(obj)
    from tfcompat.keras.utils import legacy

    return legacy.serialize_keras_object(obj)


def serialize_dict(obj: dict[Any, Any]) -> dict[Any, Any]:
    """The dict with its values serialized."""
    return {key: serialize_keras_object(value) for key, value in obj.items()}


def _tagged(name: str, **config: Any) -> tuple[dict[str, Any]]:
    return ({"class_name": name, "config": config},)


def _serialize_value(obj: Any) -> tuple[Any] | None:
    """What stands for a value that is no Keras object, in a tuple; None for other objects."""
    if isinstance(obj, bytes):
        return _tagged("__bytes__", value=obj.decode("utf-8"))
    if isinstance(obj, slice):
        return _tagged(
            "__slice__", **{key: serialize_keras_object(getattr(obj, key)) for key in ("start", "stop", "step")}
        )
    if obj is Ellipsis:
        return _tagged("__ellipsis__")
    if isinstance(obj, KerasTensor):
        history = getattr(obj, "_keras_history", None)
        where = [history[0].name, *history[1:]] if history else None
        return _tagged("__keras_tensor__", shape=obj.shape, dtype=obj.dtype, keras_history=where)
    if isinstance(obj, TensorShape):
        return (obj.as_list() if obj.rank is not None else None,)
    if isinstance(obj, DType):
        return (obj.name,)
    if isinstance(obj, Tensor):
        return _tagged("__tensor__", value=np.array(obj).tolist(), dtype=standardize_dtype(obj.dtype))
    if isinstance(obj, np.ndarray) and obj.ndim:
        return _tagged("__numpy__", value=obj.tolist(), dtype=standardize_dtype(obj.dtype))
    if isinstance(obj, (np.ndarray, np.generic)):
        return (obj.item(),)
    if isinstance(obj, types.FunctionType) and obj.__name__ == "<lambda>":
        raise ValueError(
            "Python lambdas can't be saved: tfcompat writes no code into files. Use a named function that is decorated "
            "with @keras.saving.register_keras_serializable(), or override get_config()."
        )
    return None


def _inner_config(obj: Any) -> Any:
    if isinstance(obj, types.FunctionType) or (not hasattr(obj, "get_config") and hasattr(obj, "__name__")):
        return registration.get_registered_name(obj)
    if not hasattr(obj, "get_config"):
        raise TypeError(f"Cannot serialize {obj!r} of type {type(obj)}: it has no `get_config()` method.")
    config = obj.get_config()
    if not isinstance(config, dict):
        raise TypeError(f"`get_config()` of {obj!r} should return a dict. It returned: {config!r}")
    return serialize_dict(config)


def _description(obj: Any, inner: Any) -> dict[str, Any]:
    if isinstance(obj, types.FunctionType):
        return {
            "module": "builtins" if public_name(obj) else obj.__module__,
            "class_name": "function",
            "config": inner,
            "registered_name": "function",
        }
    if isinstance(obj, type):
        return {"module": "builtins", "class_name": "type", "config": inner, "registered_name": "type"}
    return describe_class(type(obj), inner)


def describe_class(cls: type, inner: Any) -> dict[str, Any]:
    """The description of an instance of `cls` with the config `inner`."""
    name = public_name(cls)
    if name is None:
        module = None if cls.__module__ == "__main__" else cls.__module__
        registered = registration.get_registered_name(cls)
        return {"module": module, "class_name": cls.__name__, "config": inner, "registered_name": registered}
    module, _, class_name = name.rpartition(".")
    # Keras names the classes that it does not export with their own module.
    registered = class_name if module.startswith("keras.src.") else None
    if module == "keras.src.models.functional" and _version.is_legacy():
        module = "keras.src.engine.functional"
    return {"module": module, "class_name": class_name, "config": inner, "registered_name": registered}


def _share(obj: Any, config: dict[str, Any]) -> None:
    if thread.shared_configs is None:
        return
    earlier = thread.shared_configs.setdefault(id(obj), config)
    if earlier is not config:
        earlier["shared_object_id"] = config["shared_object_id"] = id(obj)


# ---- deserializing ----


def deserialize_named(config: Any, table: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """The object of a config whose class may be named by a key of `table` alone; a name that nobody knows stays."""
    custom = _custom(custom_objects)
    if isinstance(config, str):
        if config in custom:
            return custom[config]
        found = table.get(config, config)
        return found() if isinstance(found, type) else found
    if not isinstance(config, dict) or "class_name" not in config:
        raise ValueError(f"Unknown `config` as a `dict`, config={config}")
    name, inner = config["class_name"], config.get("config")
    registered = config.get("registered_name")
    if name in custom or registered in custom or (isinstance(inner, str) and inner in custom):
        return deserialize_keras_object(config, custom_objects=custom)
    if name == "function":
        key = inner if isinstance(inner, str) else registered
        return table[key] if key in table else deserialize_keras_object(config, custom_objects=custom)
    if name not in table:
        if config.get("module", name) is None:
            raise TypeError(
                f"Cannot deserialize object of type `{name}`. If it is a custom class, register it with "
                "`@keras.saving.register_keras_serializable()`."
            )
        return deserialize_keras_object(config, custom_objects=custom) if "module" in config else name
    found = table[name]
    if isinstance(found, types.FunctionType):
        return found
    return _from_config(found, cast(Any, inner) or {}, config, custom)


def deserialize_as(
    config: Any, table: dict[str, Any], custom_objects: dict[str, Any] | None, use_legacy_format: bool, kind: str
) -> Any:
    """The object of a config as `serialize_as` gives it; what errors call an object in `table` is `kind`."""
    if not use_legacy_format:
        return deserialize_named(config, table, custom_objects)
    from tfcompat.keras.utils import legacy

    return legacy.deserialize_keras_object(config, table, custom_objects, kind)


def _custom(custom_objects: dict[str, Any] | None) -> dict[str, Any]:
    return {**(custom_objects or {}), **thread.custom_objects, **registration.get_custom_objects()}


def deserialize_keras_object(
    config: Any, custom_objects: dict[str, Any] | None = None, safe_mode: bool = True, **kwargs: Any
) -> Any:
    """The object that `serialize_keras_object` described.

    custom_objects: {name: class or function} for what is not registered. safe_mode: whether running code from the
    config (a lambda) is refused. ValueError or TypeError where the class can't be found or does not take its config.
    """
    table = kwargs.pop("module_objects", None)
    kwargs.pop("printable_module_name", None)
    if kwargs:
        raise TypeError(f"deserialize_keras_object() got unexpected keyword arguments: {sorted(kwargs)}")
    if table is not None:
        return deserialize_named(config, table, custom_objects)
    safe_mode = safe_mode if thread.safe_mode is None else thread.safe_mode
    custom = _custom(custom_objects)
    if config is None:
        return None
    if isinstance(config, str):
        return custom.get(config, config)
    if isinstance(config, _PLAIN):
        return config
    if isinstance(config, (list, tuple)):
        return [deserialize_keras_object(x, custom, safe_mode) for x in config]
    if not isinstance(config, dict):
        raise TypeError(f"Could not parse config: {config!r}")
    if "class_name" not in config or "config" not in config:
        return {key: deserialize_keras_object(value, custom, safe_mode) for key, value in config.items()}
    name, inner = config["class_name"], config["config"]
    if isinstance(name, str) and name.startswith("__") and name.endswith("__"):
        return _deserialize_value(name, inner, custom, safe_mode)
    if name == "function":
        if not isinstance(inner, str):
            raise TypeError(f"Expected the config of a function to be its name. Received: {inner!r}")
        return _find(inner, config, custom, function=True)
    inner = {} if inner is None else inner
    if not isinstance(inner, dict):
        raise TypeError(f"Expected 'config' to be a dict for {name}. Received: {inner!r}")
    shared = config.get("shared_object_id")
    if shared is not None and thread.shared_objects is not None and shared in thread.shared_objects:
        return thread.shared_objects[shared]
    cls = _find(name, config, custom, function=False)
    if isinstance(cls, types.FunctionType):
        return cls
    with SafeModeScope(safe_mode):
        instance = _from_config(cls, inner, config, custom)
    if shared is not None and thread.shared_objects is not None:
        thread.shared_objects[shared] = instance
    return instance


def _from_config(cls: Any, inner: dict[str, Any], config: dict[str, Any], custom: dict[str, Any]) -> Any:
    if not hasattr(cls, "from_config"):
        raise TypeError(f"{cls} has no `from_config()`, so it can't be made from {config}")
    with registration.CustomObjectScope(custom):
        try:
            instance = cls.from_config(inner)
        except TypeError as error:
            raise TypeError(
                f"{cls} could not be made from its config. Objects that `get_config()` returns (layers, functions, "
                "...) "
                f"must be deserialized in `from_config()`.\n\nconfig={config}.\n\nException encountered: {error}"
            ) from error
        build_config = config.get("build_config")
        if build_config and not instance.built:
            with _naming.of_part(instance):
                instance.build_from_config(build_config)
            instance.built = True
        if config.get("compile_config"):
            instance.compile_from_config(config["compile_config"])
            instance.compiled = True
    return instance


def _deserialize_value(name: str, inner: Any, custom: dict[str, Any], safe_mode: bool) -> Any:
    if name == "__keras_tensor__":
        tensor = KerasTensor(inner["shape"], dtype=inner["dtype"])
        tensor._pre_serialization_keras_history = inner["keras_history"]  # type: ignore[attr-defined]
        return tensor
    if name == "__tensor__":
        from tfcompat.keras import ops

        return ops.convert_to_tensor(inner["value"], dtype=inner["dtype"])
    if name == "__numpy__":
        return np.array(inner["value"], dtype=inner["dtype"])
    if name == "__bytes__":
        return inner["value"].encode("utf-8")
    if name == "__ellipsis__":
        return Ellipsis
    if name == "__slice__":
        return slice(*(deserialize_keras_object(inner[key], custom, safe_mode) for key in ("start", "stop", "step")))
    if name == "__lambda__":
        raise ValueError(
            "The config holds the bytecode of a Python lambda, which tfcompat never runs, whatever `safe_mode` says. "
            "Save the model with a named, registered function instead."
        )
    raise ValueError(f"Unknown kind of value in a config: {name!r}")


def _find(name: str, config: dict[str, Any], custom: dict[str, Any], function: bool) -> Any:
    """The class or function that a config names: custom, registered, or one of Keras's public ones."""
    registered = config.get("registered_name", name)
    for key in (name, registered) if function else (registered, name):
        found = registration.get_registered_object(key, custom_objects=custom) if key else None
        if found is not None:
            return found
    module = config.get("module") or ""
    if module.startswith("keras.src.ops.") and name in OPERATIONS:
        return OPERATIONS[name]
    if f"{module}.{name}" == "keras.src.activations.activations.ReLU":
        from tfcompat.keras._relu import ReLU

        return ReLU
    if module in ("keras.src.layers.core.tf_op_layer", "tf_keras.src.layers.core.tf_op_layer"):
        from tfcompat.keras import _drawn

        return _drawn.classes()[name]
    if module == "keras" or module.startswith("keras."):
        found = find_public(f"{_without_src(module)}.{name}")
        found = found or find_public(f"{module.replace('keras.src.', 'keras.', 1)}.{name}")
        if isinstance(found, types.FunctionType) and not function:
            found = None
        if found is not None and (function or issubclass(cast(type, found), Saveable) or hasattr(found, "from_config")):
            return found
    if function and module == "builtins":
        for namespace in _FUNCTION_MODULES:
            found = find_public(f"keras.{namespace}.{name}")
            if isinstance(found, types.FunctionType):
                return found
        for key, value in custom.items():
            if key.endswith(f">{name}"):
                return value
    kind = "function" if function else "class"
    raise TypeError(
        f"Could not locate {kind} '{name}'. Register custom classes and functions with "
        f"`@keras.saving.register_keras_serializable()`, or pass them in `custom_objects`. Full object config: {config}"
    )


def _without_src(module: str) -> str:
    """The public namespace of one of Keras's private modules ("keras.src.models.functional" is in "keras.models").

    Keras 2 had its models in keras.src.engine; keras._legacy is what tf.keras has beside Keras 3's own.
    """
    if not module.startswith("keras.src."):
        return module.replace("keras._legacy.", "keras.", 1)
    return ".".join(["keras", *module.split(".")[2:3]]).replace("keras.engine", "keras.models")


def enable_unsafe_deserialization() -> None:
    """Loading trusts its files from now on (keras.config); tfcompat still runs no bytecode from them."""
    thread.safe_mode = False
