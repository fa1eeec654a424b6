"""tf.data.Options and what is in it: what a dataset may do to be faster, and how it is spread over workers."""

from __future__ import annotations

import enum
from typing import Any

from tfcompat._core import logging


class AutotuneAlgorithm(enum.Enum):
    """How TensorFlow finds out how much to do at once (tf.data.experimental.AutotuneAlgorithm)."""

    DEFAULT = 0
    HILL_CLIMB = 1
    GRADIENT_DESCENT = 2
    MAX_PARALLELISM = 3
    STAGE_BASED = 4


class AutoShardPolicy(enum.IntEnum):
    """How a dataset is cut up for several workers (tf.data.experimental.AutoShardPolicy)."""

    OFF = -1
    AUTO = 0
    FILE = 1
    DATA = 2
    HINT = 3


class ExternalStatePolicy(enum.Enum):
    """What becomes of state outside of a dataset when that is copied (tf.data.experimental.ExternalStatePolicy)."""

    WARN = 0
    IGNORE = 1
    FAIL = 2


class OptionsBase:
    """The base of classes of options: attributes of known types, None where nobody set them; others can't be set."""

    _kinds: dict[str, type] = {}
    _parts: dict[str, type] = {}

    def __init__(self) -> None:
        values: dict[str, Any] = {}
        object.__setattr__(self, "_values", values)
        object.__setattr__(self, "_mutable", True)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or "_values" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        if name in self._parts:
            return self._values.setdefault(name, self._parts[name]())
        if name in self._kinds:
            return self._values.get(name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        kind = self._kinds.get(name) or self._parts.get(name)
        if kind is None:
            raise AttributeError(f"Cannot set the property {name} on {type(self).__name__}.")
        if not self._mutable:
            raise ValueError(
                "Mutating `tf.data.Options()` returned by `tf.data.Dataset.options()` has no effect. Use "
                "`tf.data.Dataset.with_options(options)` to set or update dataset options."
            )
        if value is not None and not isinstance(value, kind):
            raise TypeError(f'Property "{name}" must be of type {kind}, got: {value!r} (type: {type(value)!r})')
        self._values[name] = value

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._kinds, *self._parts})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in (*self._kinds, *self._parts))

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def copied(self) -> Any:
        """Options like these."""
        return type(self)().merge(self)

    def merge(self, other: Any) -> Any:
        """These options with those that `other` sets over them."""
        if not isinstance(other, type(self)):
            raise TypeError(f"Incompatible options types: {type(self).__name__}, {type(other).__name__}.")
        merged = type(self)()
        for name in self._kinds:
            values = [o._values.get(name) for o in (other, self)]
            merged._values[name] = values[0] if values[0] is not None else values[1]
        for name in self._parts:
            merged._values[name] = getattr(self, name).merge(getattr(other, name))
        return merged

    def _set_mutable(self, mutable: bool) -> None:
        object.__setattr__(self, "_mutable", mutable)
        for name in self._parts:
            getattr(self, name)._set_mutable(mutable)


def _named(cls: type) -> type:
    """Gives a class of options a property for each option, for tools that look at the class."""
    cls.__module__ = "tensorflow.python.data.ops.options"
    return cls


@_named
class AutotuneOptions(OptionsBase):
    """How much is done at once, where that is left to the dataset (tf.data.experimental.AutotuneOptions)."""

    _kinds = {
        "enabled": bool,
        "cpu_budget": int,
        "ram_budget": int,
        "autotune_algorithm": AutotuneAlgorithm,
        "initial_parallelism": int,
        "min_parallelism": int,
    }


@_named
class DistributeOptions(OptionsBase):
    """How a dataset is spread over workers (tf.data.experimental.DistributeOptions)."""

    _kinds = {"auto_shard_policy": AutoShardPolicy, "num_devices": int}


@_named
class OptimizationOptions(OptionsBase):
    """Which rewrites of a dataset are allowed (tf.data.experimental.OptimizationOptions)."""

    _kinds = dict.fromkeys(
        (
            "apply_default_optimizations filter_fusion filter_parallelization inject_prefetch seq_interleave_prefetch "
            "map_and_batch_fusion map_and_filter_fusion map_fusion map_parallelization noop_elimination parallel_batch "
            "shuffle_and_repeat_fusion"
        ).split(),
        bool,
    )


@_named
class ServiceOptions(OptionsBase):
    """What the tf.data service does with a dataset (tf.data.experimental.ServiceOptions)."""

    _kinds = {"pinned": bool}


@_named
class ThreadingOptions(OptionsBase):
    """How many threads a dataset takes (tf.data.ThreadingOptions)."""

    _kinds = {"max_intra_op_parallelism": int, "private_threadpool_size": int}


@_named
class Options(OptionsBase):
    """What Dataset.with_options takes (tf.data.Options); None where nobody set an option.

    They say what TensorFlow's pipelines may do to be faster. tfcompat keeps them; a dataset's elements and their order
    depend on none of them.
    """

    _kinds = {
        "deterministic": bool,
        "experimental_deterministic": bool,
        "experimental_external_state_policy": ExternalStatePolicy,
        "experimental_slack": bool,
        "experimental_symbolic_checkpoint": bool,
        "experimental_warm_start": bool,
        "dataset_name": str,
        "framework_type": list,
    }
    _parts = {
        "autotune": AutotuneOptions,
        "experimental_distribute": DistributeOptions,
        "experimental_optimization": OptimizationOptions,
        "experimental_service": ServiceOptions,
        "threading": ThreadingOptions,
    }

    def __getattr__(self, name: str) -> Any:
        if name == "experimental_threading":
            logging.warning("options.experimental_threading is deprecated. Use options.threading instead.")
            return self.threading
        return super().__getattr__("deterministic" if name == "experimental_deterministic" else name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("experimental_") and name in ("experimental_threading", "experimental_deterministic"):
            current = name.removeprefix("experimental_")
            logging.warning(f"options.{name} is deprecated. Use options.{current} instead.")
            name = current
        super().__setattr__(name, value)
