"""Layers that normalize each input by itself: over axes, groups of channels, or to length 1."""

from __future__ import annotations

import warnings
from typing import Any

import torch
import torch.nn.functional as F

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import ops
from tfcompat.keras._dtypes import result_type, standardize_dtype
from tfcompat.keras.layers._same_shape import Normalizing
from tfcompat.keras.layers._weighted import Weighted
from tfcompat.keras.layers.input_spec import InputSpec
from tfcompat.keras.ops._nn_normalization import layer_normalized


class _Scaling(Weighted, Normalizing):
    """A layer that normalizes, then scales by gamma and moves by beta."""

    _parts = ("beta", "gamma")
    center: bool
    scale: bool
    gamma: Any = None
    beta: Any = None

    def _make(self, shape: Any, scale: bool, center: bool) -> None:
        self.gamma = self._add("gamma", shape, autocast=False) if scale else None
        self.beta = self._add("beta", shape, autocast=False) if center else None


class LayerNormalization(_Scaling):
    """Each example brought to mean 0 and variance 1 over `axis`, times gamma plus beta.

    axis: an int or several. center, scale: whether there are beta and gamma. rms_scaling=True, deprecated, divides by
    the deviation alone. TypeError for another axis (tf.keras.layers.LayerNormalization).
    """

    def __init__(
        self,
        axis: Any = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        given = dict(locals())
        rms_scaling = kwargs.pop("rms_scaling", False)
        if rms_scaling:
            warnings.warn(
                "You passed `rms_scaling=True`, which is deprecated. It scales by the variance, not by the root mean "
                "square: use `keras.layers.RMSNormalization` instead.",
                stacklevel=2,
            )
        super().__init__(**kwargs)
        if not isinstance(axis, (int, list, tuple)):
            raise TypeError(f"Expected an int or a list/tuple of ints for the argument 'axis', but received: {axis!r}")
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.epsilon, self.center, self.scale, self.rms_scaling = epsilon, center, scale, rms_scaling
        self._take(given)
        self.autocast = False

    def build(self, input_shape: Any) -> None:
        """Makes gamma and beta, of the sizes along the axes."""
        axes = [self.axis] if isinstance(self.axis, int) else sorted(self.axis)
        self.axis = axes
        shape = tuple(input_shape[axis] for axis in axes)
        self._make(shape, self.scale or self.rms_scaling, self.center and not self.rms_scaling)

    def call(self, inputs: Any) -> Any:
        """The normalized inputs."""
        outputs = layer_normalized(inputs, self.gamma, self.beta, self.axis, self.epsilon, self.rms_scaling)
        return ops.cast(wrap(outputs), self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {
            **super().get_config(),
            "axis": self.axis,
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            "rms_scaling": self.rms_scaling,
            **self._parts_config(activity=False),
        }


class GroupNormalization(_Scaling):
    """Channels brought to mean 0 and variance 1 in groups, in each example by itself, times gamma plus beta.

    groups: how many groups the channels are cut into; -1 for one a channel. axis: the channels'. ValueError where the
    channels are no multiple of the groups (tf.keras.layers.GroupNormalization).
    """

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        given = dict(locals())
        if not isinstance(groups, int) or (groups <= 0 and groups != -1):
            raise ValueError(
                "Received an invalid value for argument `groups`, expected a positive integer (or `-1` for instance "
                f"normalization). Received: groups={groups}"
            )
        super().__init__(**kwargs)
        self.autocast = False
        self.groups, self.axis, self.epsilon, self.center, self.scale = groups, axis, epsilon, center, scale
        self._take(given)

    def build(self, input_shape: Any) -> None:
        """Makes gamma and beta, one number for each channel."""
        channels = input_shape[self.axis]
        if channels is None:
            raise ValueError(
                f"Axis {self.axis} of input tensor should have a defined dimension but the layer received an input "
                f"with shape {input_shape}."
            )
        self.groups = channels if self.groups == -1 else self.groups
        if channels < self.groups:
            raise ValueError(
                f"Number of groups ({self.groups}) cannot be more than the number of channels ({channels})."
            )
        if channels % self.groups:
            raise ValueError(
                f"Number of groups ({self.groups}) must be a multiple of the number of channels ({channels})."
            )
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: channels})
        self._make((channels,), self.scale, self.center)

    def call(self, inputs: Any) -> Any:
        """The normalized inputs."""
        x = to_storage(inputs)
        kind = getattr(torch, result_type(standardize_dtype(inputs.dtype), "float32"))
        gamma, beta = (None if v is None else to_storage(v).to(kind) for v in (self.gamma, self.beta))
        moved = x.to(kind).movedim(self.axis, 1)
        outputs = F.group_norm(moved, self.groups, gamma, beta, self.epsilon).movedim(1, self.axis)
        return ops.cast(wrap(outputs.to(x.dtype)), self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {
            **super().get_config(),
            "groups": self.groups,
            "axis": self.axis,
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            **self._parts_config(activity=False),
        }


class RMSNormalization(Normalizing):
    """Inputs divided by their root mean square over `axis`, times a weight (tf.keras.layers.RMSNormalization)."""

    def __init__(self, axis: Any = -1, epsilon: float = 1e-6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = False
        self.axis, self.epsilon = axis, epsilon

    def build(self, input_shape: Any) -> None:
        """Makes the weight, of the sizes along the axes."""
        self.axis = sorted(self.axis) if isinstance(self.axis, (list, tuple)) else [self.axis]
        shape = tuple(input_shape[axis] for axis in self.axis)
        self.scale = self.add_weight(name="scale", shape=shape, initializer="ones")

    def call(self, x: Any) -> Any:
        """The normalized inputs."""
        return ops.rms_normalization(x, scale=self.scale, axis=self.axis, epsilon=self.epsilon)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "axis": self.axis, "epsilon": self.epsilon}


class UnitNormalization(Normalizing):
    """Inputs brought to length 1 along `axis`, an int or several (tf.keras.layers.UnitNormalization)."""

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(axis, (int, list, tuple)):
            raise TypeError(
                f"Invalid value for `axis` argument: expected an int or a list/tuple of ints. Received: axis={axis}"
            )
        self.axis = axis if isinstance(axis, int) else list(axis)
        self._build_at_init()

    def call(self, inputs: Any) -> Any:
        """The inputs, of length 1."""
        return ops.normalize(inputs, axis=self.axis, order=2, epsilon=1e-12)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "axis": self.axis}
