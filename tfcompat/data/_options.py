"""tf.data.Options and what is in it: what a dataset may do to be faster, and how it is spread over workers."""

from __future__ import annotations

import enum
from typing import Any

from tfcompat._core import logging

_MODULE = "tensorflow.python.data.ops.options"


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


class Option:
    """An attribute of a class of options: of a known type, None where nobody set it.

    part: whether it is a class of options itself, made when it is first asked for.
    """

    def __init__(self, kind: type, part: bool = False) -> None:
        self.kind, self.part = kind, part

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, options: Any, owner: type | None = None) -> Any:
        if options is None:
            return self
        if self.part:
            return options._values.setdefault(self.name, self.kind())
        return options._values.get(self.name)

    def __set__(self, options: Any, value: Any) -> None:
        if value is not None and not isinstance(value, self.kind):
            raise TypeError(
                f'Property "{self.name}" must be of type {self.kind}, got: {value!r} (type: {type(value)!r})'
            )
        options._values[self.name] = value


class Renamed:
    """An older name of an option."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __set_name__(self, owner: type, name: str) -> None:
        self.old = name

    def _warn(self) -> None:
        logging.warning(f"options.{self.old} is deprecated. Use options.{self.name} instead.")

    def __get__(self, options: Any, owner: type | None = None) -> Any:
        if options is None:
            return self
        self._warn()
        return getattr(options, self.name)

    def __set__(self, options: Any, value: Any) -> None:
        self._warn()
        setattr(options, self.name, value)


class OptionsBase:
    """The base of classes of options; what is no option can't be set."""

    _values: dict[str, Any]

    def __init__(self) -> None:
        object.__setattr__(self, "_values", {})

    def __setattr__(self, name: str, value: Any) -> None:
        if not isinstance(getattr(type(self), name, None), (Option, Renamed)):
            raise AttributeError(f"Cannot set the property {name} on {type(self).__name__}.")
        object.__setattr__(self, name, value)

    @classmethod
    def _all(cls) -> list[Option]:
        return [v for v in vars(cls).values() if isinstance(v, Option)]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return all(getattr(self, o.name) == getattr(other, o.name) for o in self._all())

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
        for option in self._all():
            own, others = getattr(self, option.name), getattr(other, option.name)
            merged._values[option.name] = own.merge(others) if option.part else own if others is None else others
        return merged


class AutotuneOptions(OptionsBase):
    """How much is done at once, where that is left to the dataset (tf.data.experimental.AutotuneOptions)."""

    __module__ = _MODULE

    enabled = Option(bool)
    cpu_budget = Option(int)
    ram_budget = Option(int)
    autotune_algorithm = Option(AutotuneAlgorithm)
    initial_parallelism = Option(int)
    min_parallelism = Option(int)


class DistributeOptions(OptionsBase):
    """How a dataset is spread over workers (tf.data.experimental.DistributeOptions)."""

    __module__ = _MODULE

    auto_shard_policy = Option(AutoShardPolicy)
    num_devices = Option(int)


class OptimizationOptions(OptionsBase):
    """Which rewrites of a dataset are allowed (tf.data.experimental.OptimizationOptions)."""

    __module__ = _MODULE

    apply_default_optimizations = Option(bool)
    filter_fusion = Option(bool)
    filter_parallelization = Option(bool)
    inject_prefetch = Option(bool)
    seq_interleave_prefetch = Option(bool)
    map_and_batch_fusion = Option(bool)
    map_and_filter_fusion = Option(bool)
    map_fusion = Option(bool)
    map_parallelization = Option(bool)
    noop_elimination = Option(bool)
    parallel_batch = Option(bool)
    shuffle_and_repeat_fusion = Option(bool)


class ServiceOptions(OptionsBase):
    """What the tf.data service does with a dataset (tf.data.experimental.ServiceOptions)."""

    __module__ = _MODULE

    pinned = Option(bool)


class ThreadingOptions(OptionsBase):
    """How many threads a dataset takes (tf.data.ThreadingOptions)."""

    __module__ = _MODULE

    max_intra_op_parallelism = Option(int)
    private_threadpool_size = Option(int)


class Options(OptionsBase):
    """What Dataset.with_options takes (tf.data.Options); None where nobody set an option.

    They say what TensorFlow's pipelines may do to be faster. tfcompat keeps them; a dataset's elements and their order
    depend on none of them.
    """

    __module__ = _MODULE

    autotune = Option(AutotuneOptions, part=True)
    deterministic = Option(bool)
    experimental_deterministic = Renamed("deterministic")
    experimental_distribute = Option(DistributeOptions, part=True)
    experimental_external_state_policy = Option(ExternalStatePolicy)
    experimental_optimization = Option(OptimizationOptions, part=True)
    experimental_slack = Option(bool)
    experimental_symbolic_checkpoint = Option(bool)
    experimental_service = Option(ServiceOptions, part=True)
    experimental_threading = Renamed("threading")
    experimental_warm_start = Option(bool)
    dataset_name = Option(str)
    framework_type = Option(list)
    threading = Option(ThreadingOptions, part=True)
