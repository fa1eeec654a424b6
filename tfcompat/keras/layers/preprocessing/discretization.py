"""keras.layers.Discretization."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.trackable import AutoTrackable
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._state import settings
from tfcompat.keras._version import is_legacy
from tfcompat.keras.layers.preprocessing import _checks
from tfcompat.keras.layers.preprocessing.data_layer import DataLayer
from tfcompat.keras.layers.preprocessing.encoding import encoded

_MODES = ("int", "one_hot", "multi_hot", "count")


class Discretization(DataLayer):
    """The number of the bin that each input falls into (tf.keras.layers.Discretization).

    bin_boundaries: the bins' ends, each in the bin above it. num_bins: how many bins of about equally many examples
    `adapt` makes instead, from a summary whose error is about `epsilon`. output_mode: "int", or vectors as long as
    there are bins: "one_hot", "multi_hot", "count"; SparseTensors where `sparse`.
    """

    def __init__(
        self,
        bin_boundaries: Any = None,
        num_bins: int | None = None,
        epsilon: float = 0.01,
        output_mode: str = "int",
        sparse: bool = False,
        dtype: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        told = dtype or ("int64" if output_mode == "int" else settings.floatx)
        super().__init__(name=name, dtype=told if is_legacy() else dtype, **kwargs)
        _checks.no_sparse_ints(sparse, output_mode, _MODES)
        _checks.one_of(output_mode, _MODES, self, "output_mode")
        if num_bins is not None and num_bins < 0:
            raise ValueError(f"`num_bins` must be greater than or equal to 0. Received: `num_bins={num_bins}`")
        if num_bins is not None and bin_boundaries is not None:
            raise ValueError(
                "Both `num_bins` and `bin_boundaries` should not be set. Received: "
                f"`num_bins={num_bins}` and `bin_boundaries={bin_boundaries}`"
            )
        if num_bins is None and bin_boundaries is None:
            raise ValueError("You need to set either `num_bins` or `bin_boundaries`.")
        self.bin_boundaries, self.num_bins, self.epsilon = bin_boundaries, num_bins, epsilon
        self.output_mode, self.sparse = output_mode, sparse
        self.summary = np.zeros((2, 0), dtype="float32")

    input_dtype = property(lambda self: settings.floatx, doc="The dtype that inputs are cast to.")  # type: ignore

    @property
    def output_dtype(self) -> str:
        """The dtype of the outputs: in Keras 2 the layer's, in Keras 3 int32 where they are numbers of bins."""
        return self.compute_dtype if is_legacy() or self.output_mode != "int" else "int32"

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Takes the bins' ends from an array, a tf.data.Dataset or another iterable of batches, at most `steps`.

        ValueError where the layer was given `bin_boundaries`.
        """
        if self.num_bins is None:
            raise ValueError(
                "Cannot adapt a Discretization layer that has been initialized with `bin_boundaries`, use `num_bins` "
                "instead."
            )
        self.reset_state()
        found = _checks.batches(data, steps, lists_are_data=False)
        for batch in [data] if found is None else found:
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Adds a batch to the summary."""
        array = np.asarray(data.numpy() if _checks.is_tensor(data) else data).astype("float32")
        self.summary = _merged(_summary(array, self.epsilon), self.summary, self.epsilon)

    def finalize_state(self) -> None:
        """Makes the bins' ends of the summary."""
        if self.num_bins is not None:
            self.bin_boundaries = _compressed(self.summary, 1.0 / self.num_bins)[0, :-1].tolist()

    def reset_state(self) -> None:
        """Forgets the summary."""
        if self.num_bins is not None:
            self.summary = np.zeros((2, 0), dtype="float32")

    def call(self, inputs: Any) -> Any:
        """The numbers of bins in the output mode; ValueError before `adapt`."""
        if self.bin_boundaries is None:
            raise ValueError(
                "You need to either pass the `bin_boundaries` argument at construction time or call `adapt(dataset)` "
                "before you can start using the `Discretization` layer."
            )
        x = to_storage(inputs)
        ends = torch.tensor(list(self.bin_boundaries), dtype=torch.float32, device=x.device)
        numbers = wrap(torch.bucketize(x.to(torch.float32), ends, right=True).to(torch.int32))
        return encoded(numbers, self.output_mode, len(self.bin_boundaries) + 1, self.output_dtype, self.sparse)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape, with the vectors' length at its end where the output mode makes vectors."""
        shape = tuple(input_shape)
        if self.output_mode == "int":
            return shape
        depth = self.num_bins if self.bin_boundaries is None else len(self.bin_boundaries) + 1
        if self.output_mode == "one_hot":
            return (*(shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape), depth)
        return (shape[0], *shape[2:], depth) if len(shape) >= 2 else (depth,)

    def compute_output_spec(self, inputs: Any) -> KerasTensor:
        """The outputs' shape and dtype."""
        return KerasTensor(self.compute_output_shape(inputs.shape), dtype=self.output_dtype)

    def load_own_variables(self, store: Any) -> None:
        """The boundaries are in the config; Keras 2's files have the summary, of which they are made."""
        if len(store) == 1:
            self._take_summary(store["0"])

    def _take_summary(self, summary: Any) -> None:
        self.summary = np.asarray(summary, dtype="float32")
        if self.summary.size:
            self.finalize_state()

    def _trackable_aliases(self) -> dict[str, Any]:
        """The summary, which is a variable in Keras 2's checkpoints."""
        own = {} if self.num_bins is None else {"summary": _SummaryOf(self)}
        return {**super()._trackable_aliases(), **own}

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`, and the boundaries that were learnt."""
        return {
            "bin_boundaries": _checks.plain(self.bin_boundaries),
            "num_bins": self.num_bins,
            "epsilon": self.epsilon,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
            "name": self.name,
            "dtype": self.dtype,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Discretization:
        """The layer that `get_config` described, learnt boundaries too."""
        learnt = config.get("bin_boundaries") if config.get("num_bins") is not None else None
        layer = cls(**({**config, "bin_boundaries": None} if learnt is not None else config))
        if learnt is not None:
            layer.bin_boundaries = learnt
        return layer


class _SummaryOf(AutoTrackable):
    """A layer's summary, as a part of it that checkpoints know."""

    def __init__(self, layer: Discretization) -> None:
        self._layer = layer

    def _serialize_to_tensors(self) -> dict[str, Any]:
        return {"VARIABLE_VALUE": self._layer.summary}

    def _restore_from_tensors(self, tensors: dict[str, Any]) -> None:
        self._layer._take_summary(tensors["VARIABLE_VALUE"])


# A summary is [values, weights]: ascending values, and how many examples each stands for.


def _summary(values: np.ndarray, epsilon: float) -> np.ndarray:
    ordered = np.sort(values.reshape(-1))
    step = max(ordered.size * epsilon, 1)
    picked = ordered[int(step - 1) :: int(step)]
    return np.stack([picked, np.full_like(picked, step)])


def _merged(one: np.ndarray, other: np.ndarray, epsilon: float) -> np.ndarray:
    both = np.concatenate([one, other], axis=1)
    return _compressed(both[:, np.argsort(both[0])], epsilon)


def _compressed(summary: np.ndarray, epsilon: float) -> np.ndarray:
    """At most 1 / epsilon values, at even shares of the weight."""
    if summary.shape[1] * epsilon < 1:
        return summary
    wanted = epsilon + np.arange(0.0, 1.0, epsilon)
    below = summary[1].cumsum()
    shares = below / below[-1]
    weights = np.diff(np.interp(wanted, shares, below), prepend=0)
    return np.stack([np.interp(wanted, shares, summary[0]), weights]).astype("float32")
