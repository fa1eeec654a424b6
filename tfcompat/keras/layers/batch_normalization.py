"""BatchNormalization: channels brought to mean 0 and variance 1 over the batch, in training."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.state import state
from tfcompat._core.variable import writable
from tfcompat.keras import _version, initializers, ops
from tfcompat.keras._building import is_building, sessions
from tfcompat.keras._dtypes import result_type, standardize_dtype
from tfcompat.keras._replicas import is_spread, synchronized_moments
from tfcompat.keras._state import settings, thread
from tfcompat.keras.layers._same_shape import Normalizing
from tfcompat.keras.layers._weighted import Weighted
from tfcompat.keras.layers.input_spec import InputSpec

_HALF = (torch.float16, torch.bfloat16)


def _checked_clipping(clipping: Any) -> dict[str, Any]:
    clipping = clipping or {}
    keys = ["rmax", "rmin", "dmax"]
    if set(clipping) - set(keys):
        raise ValueError(f"Received invalid keys for `renorm_clipping` argument: {clipping}. Supported values: {keys}.")
    low, high, most = (clipping.get(key) for key in ("rmin", "rmax", "dmax"))
    if high is not None and low is not None and high < low:
        raise ValueError(
            f"rmax should be greater than rmin in the `renorm_clipping` argument. Received: rmax={high}, rmin={low}."
        )
    if most is not None and most < 0:
        raise ValueError(f"dmax should be non-negative in the `renorm_clipping` argument. Received: dmax={most}.")
    return clipping


def _deviation(initializer: Any) -> Any:
    """An initializer that gives the square root of what a variance's gives."""

    def make(shape: Any, dtype: Any = None) -> Any:
        own = isinstance(initializer, initializers.Initializer)
        fresh = type(initializer).from_config(initializer.get_config()) if own else initializer
        return ops.sqrt(fresh(shape, dtype=dtype))

    return make


class BatchNormalization(Weighted, Normalizing):
    """Channels brought to mean 0 and variance 1, times gamma plus beta (tf.keras.layers.BatchNormalization).

    In training by the batch's mean and variance, of which moving averages are kept; else, and where the layer is
    frozen, by those. axis: the channels'. momentum: how much of the averages stays at a step. center, scale: whether
    there are beta and gamma. renorm: corrects the batch's statistics by moving ones, within renorm_clipping.
    synchronized: over all replicas. fused: as Keras 2's kernel for images and volumes, whose moving variance is that of
    a sample; None for what Keras does. Keras 2 refuses it where the kernel can't be used.
    """

    _parts = ("beta", "gamma")
    gamma: Any = None
    beta: Any = None
    moving_mean: Any = None
    moving_variance: Any = None
    fused: bool | None

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: dict[str, Any] | None = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        given = dict(locals())
        self.fused = kwargs.pop("fused", None)
        if _version.is_legacy() and not isinstance(axis, (int, list, tuple)):
            raise TypeError(f"Expected an int or a list/tuple of ints for the argument 'axis', but received: {axis!r}")
        if _version.is_legacy() and self.fused and renorm:
            raise ValueError("Passing both `fused=True` and `renorm=True` is not supported")
        if _version.is_legacy() and self.fused and synchronized:
            raise ValueError("`fused=True` is not supported when `synchronized=True`.")
        if kwargs.get("virtual_batch_size", 0) is None:
            del kwargs["virtual_batch_size"]
        super().__init__(**kwargs)
        # Configs of Keras 2 have the axis in a list.
        self.axis = int(axis[0] if isinstance(axis, (list, tuple)) and len(axis) == 1 else axis)
        self.momentum, self.epsilon = float(momentum), float(epsilon)
        self.center, self.scale, self.synchronized = center, scale, synchronized
        self._take(given)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.renorm, self.renorm_momentum = renorm, renorm_momentum
        self.renorm_clipping = _checked_clipping(renorm_clipping) if renorm else renorm_clipping

    def build(self, input_shape: Any) -> None:
        """Makes gamma, beta and the moving mean and variance, one number for each channel."""
        axis = self._keras2_axis(input_shape) if _version.is_legacy() else self.axis
        shape = (input_shape[axis],)
        self.gamma = self._add("gamma", shape, autocast=False) if self.scale else None
        self.beta = self._add("beta", shape, autocast=False) if self.center else None
        self.moving_mean = self._average("moving_mean", shape, self.moving_mean_initializer)
        self.moving_variance = self._average("moving_variance", shape, self.moving_variance_initializer)
        if self.renorm:
            deviation = _deviation(self.moving_variance_initializer)
            self.moving_stddev = self._average("moving_stddev", shape, deviation)
            self.renorm_mean = self._average("renorm_mean", shape, self.moving_mean_initializer)
            self.renorm_stddev = self._average("renorm_stddev", shape, deviation)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={axis: input_shape[axis]})

    def _keras2_axis(self, input_shape: Any) -> int:
        """The axis, counted from the front, and whether Keras 2's kernel is used; ValueError where one does not fit."""
        rank = len(input_shape)
        axis = self.axis + rank if self.axis < 0 else self.axis
        if not 0 <= axis < rank:
            raise ValueError(
                f"Invalid value for `axis` argument. Expected 0 <= axis < inputs.rank (with inputs.rank={rank}). "
                f"Received: axis=({axis},)"
            )
        if self.fused and rank not in (4, 5):
            raise ValueError(
                "Batch normalization layers with `fused=True` only support 4D or 5D input tensors. Received tensor "
                f"with shape: {tuple(input_shape)}"
            )
        if input_shape[axis] is None:
            raise ValueError(
                f"Input has undefined `axis` dimension. Received input with shape {tuple(input_shape)} and "
                f"axis=({axis},)"
            )
        can_be = rank in (4, 5) and axis in (1, rank - 1) and not (self.renorm or self.synchronized)
        self.fused = can_be and self.fused is not False
        return axis

    def _average(self, name: str, shape: Any, initializer: Any) -> Any:
        return self.add_weight(shape=shape, name=name, initializer=initializer, trainable=False, autocast=False)

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """The normalized inputs; a mask, of one dimension less, tells what counts for the batch's statistics."""
        if mask is not None and len(mask.shape) != len(inputs.shape) - 1:
            raise ValueError(
                "The mask provided should be one dimension less than the inputs. Received: "
                f"mask.shape={mask.shape}, inputs.shape={inputs.shape}"
            )
        x = to_storage(inputs)
        kind = getattr(torch, result_type(standardize_dtype(inputs.dtype), "float32"))
        x = x if x.dtype in _HALF else x.to(kind)  # the kernels compute half precision in float32 by themselves
        gamma, beta, mean, variance = (
            None if v is None else to_storage(v).to(kind)
            for v in (self.gamma, self.beta, self.moving_mean, self.moving_variance)
        )
        if not (training and self.trainable):
            outputs, _, _ = _kernel(x, self.axis, gamma, beta, mean, variance, self.epsilon)
        elif mask is None and not self.renorm and not (self.synchronized and state.replica is not None):
            outputs, mean, variance = _kernel(x, self.axis, gamma, beta, None, None, self.epsilon)
            self._follow(mean, variance * _of_sample(x, self.axis) if _version.is_legacy() and self.fused else variance)
        else:
            wide = x.to(kind)
            others = [i for i in range(x.ndim) if i != self.axis % x.ndim]
            together = synchronized_moments(wide, others) if self.synchronized and mask is None else None
            batch = _moments(wide, self.axis, mask) if together is None else together
            if self.renorm:
                gamma, beta = self._corrected(*batch, gamma, beta)
                self._follow_renormalized(*batch)
            else:
                self._follow(*batch)
            outputs, _, _ = _normalize(wide, self.axis, gamma, beta, *batch, self.epsilon)
        return ops.cast(wrap(outputs), self.compute_dtype)

    def _move(self, variable: Any, value: torch.Tensor, momentum: float) -> None:
        """A step of a moving average."""
        if is_building():
            self.add_update(sessions().moved(variable, value, momentum))
            return
        if thread.stateless is None and variable._value.dtype.torch is value.dtype and not is_spread(variable._value):
            writable(variable._value).lerp_(value.detach(), 1.0 - momentum)
            return
        old = to_storage(variable).to(value.dtype)
        variable.assign(wrap(torch.lerp(old, value.detach(), 1.0 - momentum)))

    def _follow(self, mean: torch.Tensor, variance: torch.Tensor) -> None:
        self._move(self.moving_mean, mean, self.momentum)
        self._move(self.moving_variance, variance, self.momentum)

    def _corrected(
        self, mean: torch.Tensor, variance: torch.Tensor, gamma: torch.Tensor | None, beta: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Gamma and beta that make of the batch's statistics the moving ones, no gradient through the correction."""
        mean, variance = mean.detach(), variance.detach()
        known = to_storage(self.renorm_mean).to(mean.dtype)
        scale = to_storage(self.renorm_stddev).to(mean.dtype).clamp_min(self.epsilon**0.5)
        limits = self.renorm_clipping or {}
        r = (torch.sqrt(variance + self.epsilon) / scale).clamp(limits.get("rmin", 0.0), limits.get("rmax"))
        d = (mean - known) / scale
        most = limits.get("dmax")
        d = d if most is None else d.clamp(-most, most)
        scaled, moved = (r, d) if gamma is None else (r * gamma, d * gamma)
        return scaled, moved if beta is None else moved + beta

    def _follow_renormalized(self, mean: torch.Tensor, variance: torch.Tensor) -> None:
        deviation = torch.sqrt(variance + self.epsilon)
        self._move(self.renorm_mean, mean, self.renorm_momentum)
        self._move(self.renorm_stddev, deviation, self.renorm_momentum)
        self._move(self.moving_mean, mean, self.momentum)
        self._move(self.moving_stddev, deviation, self.momentum)
        now = to_storage(self.moving_stddev)
        self.moving_variance.assign(wrap(torch.relu(now * now - self.epsilon)))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        parts = self._parts_config(activity=False)
        return {
            **super().get_config(),
            "axis": list(self.input_spec.axes) if self.built and _version.is_legacy() else self.axis,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            **{key: value for key, value in parts.items() if key.endswith("initializer")},
            "moving_mean_initializer": initializers.serialize(self.moving_mean_initializer),
            "moving_variance_initializer": initializers.serialize(self.moving_variance_initializer),
            **{key: value for key, value in parts.items() if not key.endswith("initializer")},
            "synchronized": self.synchronized,
            "renorm": self.renorm,
            "renorm_clipping": self.renorm_clipping,
            "renorm_momentum": self.renorm_momentum,
        }


def _of_sample(x: torch.Tensor, axis: int) -> Any:
    """What makes the variance of all of a batch's numbers that of a sample (Bessel's correction)."""
    count = x.numel() // x.shape[axis]
    return count / torch.sym_max(count - 1, 1)


_Normalized = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def _kernel(
    x: torch.Tensor,
    axis: int,
    gamma: torch.Tensor | None,
    beta: torch.Tensor | None,
    mean: torch.Tensor | None,
    variance: torch.Tensor | None,
    epsilon: float,
) -> _Normalized:
    """x normalized by the given statistics, or by its own; and these."""
    own = mean is None
    mean, variance = (None if v is None else v.detach() for v in (mean, variance))
    if 0 in x.shape or not x.is_floating_point():
        given = _moments(x, axis, None) if mean is None or variance is None else (mean, variance)
        return _normalize(x, axis, gamma, beta, *given, epsilon)
    # What is no image becomes one, of a single column: its kernels keep channels that come last.
    column = axis in (-1, x.ndim - 1) and x.ndim != 4
    others = [i for i in range(x.ndim) if i != axis % x.ndim]
    order = [*others[:1], axis % x.ndim, *others[1:]]
    seen = x.reshape(1, -1, 1, x.shape[axis]).permute(0, 3, 1, 2) if column else x.permute(order)
    y, batch_mean, factor = torch.native_batch_norm(seen, gamma, beta, mean, variance, own, 0.0, epsilon)
    y = y.permute(0, 2, 3, 1).reshape(x.shape) if column else y.permute([order.index(i) for i in range(x.ndim)])
    return y, batch_mean, (factor.pow(-2) - epsilon).clamp_min(0) if own else factor


def _moments(x: torch.Tensor, axis: int, mask: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """The mean and the variance over all axes but one, of what the mask keeps."""
    over = [i for i in range(x.ndim) if i != axis % x.ndim]
    if mask is None:
        mean = x.mean(over)
        return mean, (x - _along(mean, x, axis)).square().mean(over)
    kept = to_storage(mask).to(torch.bool).unsqueeze(-1).expand(x.shape)
    count = kept.to(x.dtype).sum(over) + settings.epsilon
    mean = torch.where(kept, x, 0).sum(over) / count
    apart = torch.where(kept, x - _along(mean, x, axis), 0)
    return mean, apart.square().sum(over) / count


def _along(v: torch.Tensor, x: torch.Tensor, axis: int) -> torch.Tensor:
    return v.reshape([-1 if i == axis % x.ndim else 1 for i in range(x.ndim)])


def _normalize(
    x: torch.Tensor,
    axis: int,
    gamma: torch.Tensor | None,
    beta: torch.Tensor | None,
    mean: torch.Tensor,
    variance: torch.Tensor,
    epsilon: float,
) -> _Normalized:
    """x normalized by statistics that gradients flow through."""
    factor = torch.rsqrt(variance + epsilon)
    factor = factor if gamma is None else factor * gamma
    moved = -mean * factor if beta is None else beta - mean * factor
    return x * _along(factor, x, axis) + _along(moved, x, axis), mean, variance
