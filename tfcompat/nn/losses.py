"""tf.nn's losses."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch.nn import functional

from tfcompat._core import arguments, dtypes, errors
from tfcompat._core.arguments import FLOATS, HALVES, NUMBERS, expect, like
from tfcompat._core.autograd import is_transformed
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.dispatch import dispatchable
from tfcompat._core.operators import _DIVIDES_AS as DIVIDES_AS
from tfcompat._core.ops import BY_STORAGE, Alike, Invalid, Value, is_symbolic, kernel_dtype, op
from tfcompat._core.shapes import TensorShape
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.value_ops import value_op


def _precise(x: torch.Tensor) -> torch.Tensor:
    """Half precision widened: the losses sum up many exponentials."""
    return x.to(torch.float32) if x.dtype in HALVES else x


class _Held(torch.autograd.Function):
    """Labels as the logits' gradient has them in TensorFlow: their own is 0 times the logs, NaN where these are."""

    @staticmethod
    def forward(ctx: Any, labels: torch.Tensor, logs: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        """The labels."""
        ctx.save_for_backward(logs)
        return labels.view_as(labels)

    @staticmethod
    def backward(ctx: Any, gradient: Any) -> Any:  # type: ignore[override]
        """Zeros, but for NaN."""
        (logs,) = ctx.saved_tensors
        return 0 * -logs, None


class _CrossEntropy(torch.autograd.Function):
    """-sum(labels * logs) and logs = log_softmax(logits), of which the first has softmax(logits) - labels for gradient.

    That is so even where the labels do not sum up to 1.
    """

    @staticmethod
    def forward(ctx: Any, labels: torch.Tensor, logits: torch.Tensor, dim: int) -> Any:  # type: ignore[override]
        """Both."""
        logs = torch.log_softmax(logits, dim)
        ctx.dim = dim
        ctx.save_for_backward(labels, logs)
        ctx.set_materialize_grads(False)
        return 0 - torch.sum(labels * logs, dim), logs

    @staticmethod
    def backward(ctx: Any, loss: Any, more: Any) -> Any:  # type: ignore[override]
        """The gradients by the labels and the logits; `more` is that by the logs, as second derivatives have it."""
        labels, logs = ctx.saved_tensors
        chances = torch.exp(logs)
        by_labels = by_logits = None
        if loss is not None:
            seed = loss.unsqueeze(ctx.dim)
            by_labels = -seed * logs if ctx.needs_input_grad[0] else None
            twice = ctx.needs_input_grad[0] and torch.is_grad_enabled()
            by_logits = (chances - (_Held.apply(labels, logs) if twice else labels.detach())) * seed
        if more is not None:
            through = more - chances * torch.sum(more, ctx.dim, keepdim=True)
            by_logits = through if by_logits is None else by_logits + through
        return by_labels, by_logits, None


@op("SoftmaxCrossEntropyWithLogits")
def softmax_cross_entropy_with_logits(
    labels: Value, logits: Value, axis: Any = -1, name: str | None = None
) -> torch.Tensor:
    """-sum(labels * log_softmax(logits)) along `axis`, which the result lacks.

    labels: probabilities, of the shape of the logits or one that broadcasts to it. Differentiable by both; the
    gradient by the logits is softmax(logits) - labels, which takes the labels for a distribution. Follows
    tf.nn.softmax_cross_entropy_with_logits.
    """
    x = _precise(expect(logits, FLOATS))
    y = expect(labels, NUMBERS | {torch.bool}).to(x.dtype)
    dim = arguments.axis(axis, x.ndim)
    rows = [math.prod(t.shape) // max(t.shape[dim - x.ndim], 1) for t in (x, y) if t.ndim >= x.ndim - dim]
    if rows[0] != rows[-1] and 1 not in rows:  # TensorFlow broadcasts what it has made matrices
        raise Invalid(f"logits and labels must be broadcastable: {rows[0]} rows of logits and {rows[1]} of labels")
    try:
        shape = torch.broadcast_shapes(x.shape, y.shape)
    except RuntimeError:
        sizes = (f"[{','.join(map(str, t.shape))}]" for t in (logits, labels))
        raise Invalid("logits and labels must be broadcastable: logits_size={} labels_size={}".format(*sizes)) from None
    if shape != x.shape:
        raise Invalid(f"labels of shape {list(y.shape)} must broadcast to that of logits, {list(x.shape)}")
    y = y.expand(shape)
    if x.requires_grad and not is_transformed():
        return _CrossEntropy.apply(y, x, dim)[0].to(logits.dtype)
    loss = 0 - torch.sum(y * torch.log_softmax(x, dim), dim)
    if x.requires_grad and x.shape[dim] != 0:
        # Adds nothing but the gradient that labels which do not sum up to 1 lack.
        total = torch.logsumexp(x, dim)
        loss = loss + (1 - torch.sum(y.detach(), dim)) * (total - total.detach())
    return loss.to(logits.dtype)


def _stray(labels: torch.Tensor, classes: int) -> str | None:
    """What is wrong with labels that are not all class numbers."""
    least, most = torch.aminmax(labels) if len(labels) else (0, 0)
    if int(least) >= 0 and int(most) < classes:
        return None
    first = int(labels[(labels < 0) | (labels >= classes)][0])
    return (
        f"Received a label value of {first} which is outside the valid range of [0, {classes}).  "
        f"Label values: {' '.join(map(str, labels.tolist()))}"
    )


@value_op("(Tensor labels, SymInt classes) -> Tensor", fake=lambda labels, classes: torch.empty_like(labels))
def _class_numbers(labels: torch.Tensor, classes: int) -> torch.Tensor:
    """The labels of a graph that runs, once they are known to be class numbers."""
    text = _stray(labels, classes)
    if text is not None:
        node = "[[{{node SparseSoftmaxCrossEntropyWithLogits}}]]"
        raise errors.InvalidArgumentError(None, None, f"Graph execution error:\n\n{text}\n\t {node}")
    return labels.clone()


@op("SparseSoftmaxCrossEntropyWithLogits")
def sparse_softmax_cross_entropy_with_logits(labels: Value, logits: Value, name: str | None = None) -> torch.Tensor:
    """-log_softmax(logits)[label] for each of the labels (tf.nn.sparse_softmax_cross_entropy_with_logits).

    labels: int32 or int64 class numbers, of the shape of the logits without their last dimension. ValueError for other
    shapes; InvalidArgumentError for a class that there is not (NaN on a GPU and where vectorized).
    """
    if labels.dtype not in (torch.int32, torch.int64):
        got = kernel_dtype(BY_STORAGE[labels.dtype])
        raise Invalid(f"Value for attr 'Tlabels' of {got} is not in the list of allowed values: int32, int64")
    x = _precise(expect(logits, FLOATS))
    if not x.ndim:
        raise ValueError(f"`logits` cannot be a scalar. Received logits={logits}`")
    if labels.ndim != x.ndim - 1:
        raise ValueError(
            "`labels.shape.rank` must equal `logits.shape.rank - 1`. Received: "
            f"labels.shape={TensorShape(labels.shape)} of rank {labels.ndim} and "
            f"logits.shape={TensorShape(x.shape)} of rank {x.ndim}"
        )
    if tuple(labels.shape) != tuple(x.shape[:-1]):
        raise ValueError(
            "`labels.shape` must equal `logits.shape` except for the last dimension. Received: "
            f"labels.shape={TensorShape(labels.shape)} and logits.shape={TensorShape(x.shape)}"
        )
    classes, y = x.shape[-1], labels.reshape(-1).long()
    batched = torch._C._functorch.is_batchedtensor(y)  # pyright: ignore[reportAttributeAccessIssue] - not in the stub
    if y.is_cpu and not batched:
        if is_symbolic(y):
            y = _class_numbers(y, classes)
        elif (text := _stray(y, classes)) is not None:
            raise Invalid(text)
        loss = functional.cross_entropy(x.reshape(-1, classes), y, reduction="none")
    else:
        bad = (y < 0) | (y >= classes)
        loss = functional.cross_entropy(x.reshape(-1, classes), torch.where(bad, 0, y), reduction="none")
        loss = torch.where(bad, float("nan"), loss)
    return loss.reshape(labels.shape).to(logits.dtype)


def _same_shape(one: torch.Tensor, other: torch.Tensor, names: str) -> None:
    if one.shape != other.shape:
        shapes = f"({TensorShape(one.shape)} vs {TensorShape(other.shape)})"
        raise ValueError(f"{names} must have the same shape, received {shapes}.")


@op("SigmoidCrossEntropyWithLogits")
def _sigmoid_cross_entropy(labels: Value, logits: Value, name: str | None = None) -> torch.Tensor:
    _same_shape(expect(logits, FLOATS), labels, "`logits` and `labels`")
    if labels.dtype != logits.dtype:
        want, got = (kernel_dtype(BY_STORAGE[t.dtype]) for t in (logits, labels))
        raise Invalid(f"labels were expected to be a {want} tensor, as the logits are, but are a {got} tensor")
    return functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")


def sigmoid_cross_entropy_with_logits(labels: Any = None, logits: Any = None, name: str | None = None) -> Any:
    """-labels * log(sigmoid(logits)) - (1 - labels) * log(1 - sigmoid(logits)), elementwise, without overflow.

    labels, logits: of one shape and floating dtype; ValueError where a shape differs or one is missing. Follows
    tf.nn.sigmoid_cross_entropy_with_logits.
    """
    if labels is None or logits is None:
        raise ValueError(
            "Both `labels` and `logits` must be provided for sigmoid_cross_entropy_with_logits"
            f"Received: labels={labels} and logits={logits}"
        )
    return _sigmoid_cross_entropy(labels, logits, name)


@op("WeightedCrossEntropyWithLogits")
def weighted_cross_entropy_with_logits(
    labels: Alike, logits: Alike, pos_weight: Alike, name: str | None = None
) -> torch.Tensor:
    """`sigmoid_cross_entropy_with_logits` with the positive labels' part times `pos_weight`, which may broadcast.

    Follows tf.nn.weighted_cross_entropy_with_logits; ValueError where the shapes of labels and logits differ.
    """
    _same_shape(expect(logits, FLOATS), labels, "`logits` and `labels`")
    weight = 1 + (pos_weight - 1) * labels
    return (1 - labels) * logits + weight * (torch.log1p(torch.exp(-torch.abs(logits))) + torch.relu(-logits))


@op("LogPoissonLoss")
def log_poisson_loss(
    targets: Alike, log_input: Alike, compute_full_loss: bool = False, name: str | None = None
) -> torch.Tensor:
    """exp(log_input) - log_input * targets, the Poisson log likelihood of the targets (tf.nn.log_poisson_loss).

    compute_full_loss: adds Stirling's approximation of log(targets!) for targets over 1. ValueError where the shapes
    differ.
    """
    _same_shape(expect(log_input, FLOATS), targets, "`log_input` and `targets`")
    loss = torch.exp(log_input) - log_input * targets
    if compute_full_loss:
        stirling = targets * torch.log(targets) - targets + 0.5 * torch.log(2 * math.pi * targets)
        small = (targets >= 0) & (targets <= 1)
        loss = loss + torch.where(small, torch.zeros_like(targets), stirling)
    return loss


@op("L2Loss")
def l2_loss(t: Value, name: str | None = None) -> torch.Tensor:
    """sum(t ** 2) / 2, a scalar, for floats (tf.nn.l2_loss)."""
    return torch.sum(expect(t, FLOATS) * t) / 2


def _replicas(name: str) -> int:
    """How many replicas there are in sync with the one that calls the function `name`."""
    from tfcompat.distribute import _context

    if _context.has_strategy() and _context.in_cross_replica_context():
        raise RuntimeError(
            f"You are calling `{name}` in cross replica context, while it was expected to be called in replica context."
        )
    return _context.get_strategy().num_replicas_in_sync


@dispatchable
def compute_average_loss(per_example_loss: Any, sample_weight: Any = None, global_batch_size: Any = None) -> Any:
    """The sum of the weighted losses divided by the batch size (tf.nn.compute_average_loss).

    global_batch_size: the number of examples; where None, the first dimension of the losses, of all replicas.
    ValueError for a scalar loss, TypeError and InvalidArgumentError for a batch size that is no integer or negative,
    and where it is None RuntimeError in a tf.distribute strategy's scope but not in a replica.
    """
    replicas = 1 if global_batch_size is not None else _replicas("compute_average_loss")
    losses = convert_to_tensor(per_example_loss)
    if not losses.shape.rank:
        raise ValueError(
            "Invalid value passed for `per_example_loss`. Expected a tensor with at least rank 1. "
            f"Received per_example_loss={per_example_loss} with rank 0"
        )
    if global_batch_size is not None:
        size = convert_to_tensor(global_batch_size)
        if not size.dtype.is_integer:
            raise TypeError(
                'global_batch_size must be an integer..  Expected "x" to be integer type.  '
                f"Found: tensor of dtype {size.dtype}"
            )
        if size.shape.rank:
            raise ValueError(f"global_batch_size must be scalar., got shape {size.shape}")
        if isinstance(global_batch_size, (int, EagerTensor)) and int(global_batch_size) < 0:
            text = (
                "global_batch_size must be non-negative..   Condition x >= 0 did not hold element-wise: "
                f"{global_batch_size}"
            )
            raise errors.InvalidArgumentError(None, None, text)
    weight = None if sample_weight is None else convert_to_tensor(sample_weight)
    return _average_loss(losses, weight, global_batch_size, replicas)


@op("ComputeAverageLoss")
def _average_loss(
    losses: Value, weight: Value | None = None, size: Value | None = None, replicas: int = 1
) -> torch.Tensor:
    kind = losses.dtype
    if weight is not None:
        wide = losses if kind in FLOATS else losses.to(torch.float32)
        weight = weight.to(wide.dtype)
        if weight.ndim > wide.ndim and weight.shape[-1] == 1:
            weight = weight.squeeze(-1)
        elif wide.ndim - weight.ndim == 1:
            weight = weight.unsqueeze(-1)
        losses = (wide * weight).to(kind)
    total = torch.sum(losses.to(DIVIDES_AS.get(kind, kind)))
    count = torch.full_like(total, losses.shape[0] * replicas) if size is None else like(size.to(total.dtype), total)
    return torch.where(count == 0, 0.0, total / torch.where(count == 0, 1.0, count))


def scale_regularization_loss(regularization_loss: Any) -> Any:
    """The sum of a regularization loss divided by the number of replicas in sync (tf.nn.scale_regularization_loss).

    RuntimeError in a tf.distribute strategy's scope but not in a replica.
    """
    replicas = _replicas("scale_regularization_loss")
    if isinstance(regularization_loss, Tensor) and regularization_loss.dtype is dtypes.string:
        raise TypeError(f"Argument `regularization_loss` takes numbers, got {regularization_loss!r}.")
    return _scaled(regularization_loss, replicas)


@op("ScaleRegularizationLoss")
def _scaled(loss: Value, replicas: int) -> torch.Tensor:
    total = torch.sum(loss, dtype=loss.dtype)
    return total.to(DIVIDES_AS.get(loss.dtype, loss.dtype)) / replicas
