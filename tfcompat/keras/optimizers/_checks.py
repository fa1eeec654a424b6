"""What optimizers refuse among their arguments; Keras 2 and Keras 3 do so in other words."""

from __future__ import annotations

from typing import Any

from tfcompat.keras._version import by_version, is_legacy


def check(optimizer: Any) -> None:
    """ValueError where arguments that all optimizers have are out of range, or exclude each other."""
    steps = optimizer.gradient_accumulation_steps
    if steps and not steps >= 2:
        raise ValueError(
            f"`gradient_accumulation_steps` must be an integer >= 2. Received: gradient_accumulation_steps={steps}"
        )
    if optimizer.use_ema:
        _check_averages(optimizer.ema_momentum, optimizer.ema_overwrite_frequency)
    if is_legacy():
        check_norms(optimizer.clipnorm, optimizer.global_clipnorm)
        return
    clips = {key: getattr(optimizer, key) for key in ("clipnorm", "clipvalue", "global_clipnorm")}
    if sum(value is not None for value in clips.values()) > 1:
        raise ValueError(f"Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set. Received: {clips}")


def _check_averages(momentum: float, every: Any) -> None:
    if not 0 <= momentum <= 1:
        raise ValueError(f"`ema_momentum` must be in the range [0, 1]. Received: ema_momentum={momentum}")
    if every and (not isinstance(every, int) or every < 1):
        raise ValueError(
            f"`ema_overwrite_frequency` must be an integer {by_version('>=', '>')} 1 or None. Received: "
            f"ema_overwrite_frequency={every}"
        )


def check_norms(clipnorm: Any, global_clipnorm: Any) -> None:
    """ValueError for two bounds for norms; Keras 2 takes a bound for the elements beside one for norms."""
    if clipnorm is not None and global_clipnorm is not None:
        raise ValueError(
            f"At most one of `clipnorm` and `global_clipnorm` can be set. Received: clipnorm={clipnorm}, "
            f"global_clipnorm={global_clipnorm}."
        )


def check_momentum(momentum: Any) -> None:
    """ValueError for a momentum outside of [0, 1]."""
    if is_legacy():
        if isinstance(momentum, (int, float)) and not 0 <= momentum <= 1:
            raise ValueError("`momentum` must be between [0, 1].")
    elif isinstance(momentum, bool) or not isinstance(momentum, (int, float)) or not 0 <= momentum <= 1:
        raise ValueError(f"`momentum` must be a float between [0, 1]. Received: momentum={momentum!r}")
