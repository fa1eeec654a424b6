"""What exported models are given: ServingInputReceiver and what builds one (tf.estimator.export)."""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any

import tfcompat as tf

v1 = tf.compat.v1
_FEATURE, _RECEIVER, _LABEL = "feature", "input", "label"
_NAMES = {
    "feature": _FEATURE,
    "label": _LABEL,
    "receiver_tensor": _RECEIVER,
    "receiver_tensors_alternative": _RECEIVER,
}


def _checked(tensors: Any, what: str, allow_int_keys: bool = False) -> dict[Any, Any]:
    """The tensors by their names; ValueError for none, for what are no tensors, and for other names than strings."""
    if tensors is None:
        raise ValueError(f"{what}s must be defined.")
    tensors = tensors if isinstance(tensors, dict) else {_NAMES[what]: tensors}
    for name, tensor in tensors.items():
        if not isinstance(name, (str, int) if allow_int_keys else str):
            raise ValueError(f"{what} keys must be strings{' or ints' if allow_int_keys else ''}: {name}.")
        _need_tensor(tensor, f"{what} {name}")
    return tensors


def _need_tensor(tensor: Any, what: str) -> None:
    if not isinstance(tensor, (tf.Tensor, tf.SparseTensor, tf.RaggedTensor)):
        raise ValueError(f"{what} must be a Tensor, SparseTensor, or RaggedTensor.")


class ServingInputReceiver(
    collections.namedtuple("ServingInputReceiver", "features receiver_tensors receiver_tensors_alternatives")
):
    """The features of a model that is served, and what is fed for them (tf.estimator.export.ServingInputReceiver).

    Each is a tensor or a dict of them. receiver_tensors_alternatives: {name: other receiver tensors}. ValueError for
    what are no tensors.
    """

    __slots__ = ()

    def __new__(
        cls, features: Any, receiver_tensors: Any, receiver_tensors_alternatives: Any = None
    ) -> ServingInputReceiver:
        features = _checked(features, "feature", allow_int_keys=True)
        receiver_tensors = _checked(receiver_tensors, "receiver_tensor")
        if receiver_tensors_alternatives is not None:
            if not isinstance(receiver_tensors_alternatives, dict):
                raise ValueError(f"receiver_tensors_alternatives must be a dict: {receiver_tensors_alternatives}.")
            receiver_tensors_alternatives = {
                name: _checked(tensors, "receiver_tensors_alternative")
                for name, tensors in receiver_tensors_alternatives.items()
            }
        return super().__new__(cls, features, receiver_tensors, receiver_tensors_alternatives)


class TensorServingInputReceiver(
    collections.namedtuple("TensorServingInputReceiver", "features receiver_tensors receiver_tensors_alternatives")
):
    """As ServingInputReceiver, for a model whose features are one tensor, and no dict (TensorServingInputReceiver)."""

    __slots__ = ()

    def __new__(
        cls, features: Any, receiver_tensors: Any, receiver_tensors_alternatives: Any = None
    ) -> TensorServingInputReceiver:
        if features is None:
            raise ValueError("features must be defined.")
        _need_tensor(features, "feature")
        found = ServingInputReceiver(features, receiver_tensors, receiver_tensors_alternatives)
        return super().__new__(cls, features, found.receiver_tensors, found.receiver_tensors_alternatives)


class SupervisedInputReceiver(collections.namedtuple("SupervisedInputReceiver", "features labels receiver_tensors")):
    """The features and labels of a model that is exported for training or evaluation, and what is fed for them."""

    __slots__ = ()

    def __new__(cls, features: Any, labels: Any, receiver_tensors: Any) -> SupervisedInputReceiver:
        _checked(features, "feature", allow_int_keys=True)
        _checked(labels, "label", allow_int_keys=True)
        return super().__new__(cls, features, labels, _checked(receiver_tensors, "receiver_tensor"))


def build_parsing_serving_input_receiver_fn(
    feature_spec: dict[str, Any], default_batch_size: int | None = None
) -> Callable[[], ServingInputReceiver]:
    """What gives a receiver that is fed serialized tf.train.Examples, "examples", and parses them.

    feature_spec: as tf.io.parse_example takes it. (tf.estimator.export.build_parsing_serving_input_receiver_fn)
    """

    def serving_input_receiver_fn() -> ServingInputReceiver:
        examples = v1.placeholder(tf.string, [default_batch_size], name="input_example_tensor")
        return ServingInputReceiver(tf.io.parse_example(examples, feature_spec), {"examples": examples})

    return serving_input_receiver_fn


def _like(tensor: Any, batch_size: int | None) -> Any:
    """A placeholder of a tensor's dtype and shape but for the batch."""
    shape = tf.TensorShape([batch_size]).concatenate(tensor.shape[1:])
    in_graph = not isinstance(tensor, tf.Variable) and not hasattr(tensor, "numpy")
    return v1.placeholder(tensor.dtype, shape, name=tensor.op.name if in_graph else None)


def build_raw_serving_input_receiver_fn(
    features: dict[str, Any], default_batch_size: int | None = None
) -> Callable[[], ServingInputReceiver]:
    """What gives a receiver that is fed the features themselves (tf.estimator.export).

    features: {name: a tensor of that dtype and shape}, of which the first dimension becomes `default_batch_size`.
    """

    def serving_input_receiver_fn() -> ServingInputReceiver:
        made = {name: _like(tensor, default_batch_size) for name, tensor in features.items()}
        return ServingInputReceiver(made, made)

    return serving_input_receiver_fn


def build_raw_supervised_input_receiver_fn(
    features: Any, labels: Any, default_batch_size: int | None = None
) -> Callable[[], SupervisedInputReceiver]:
    """What gives a receiver that is fed features and labels (tf.estimator.experimental).

    features and labels: a tensor or {name: tensor}. ValueError for names that both have.
    """
    wanted = features if isinstance(features, dict) else {_RECEIVER: features}
    known = labels if isinstance(labels, dict) else {_LABEL: labels}
    both = set(wanted) & set(known)
    if both:
        raise ValueError(f"Features and labels must have distinct keys. Found overlapping keys: {both}")

    def supervised_input_receiver_fn() -> SupervisedInputReceiver:
        fed = {name: _like(tensor, default_batch_size) for name, tensor in wanted.items()}
        told = {name: _like(tensor, default_batch_size) for name, tensor in known.items()}
        return SupervisedInputReceiver(
            fed if isinstance(features, dict) else fed[_RECEIVER],
            told if isinstance(labels, dict) else told[_LABEL],
            {**fed, **told},
        )

    return supervised_input_receiver_fn
