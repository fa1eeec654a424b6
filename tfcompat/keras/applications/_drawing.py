"""What the architectures share: their input, their head, the steps they are drawn with, and finding their weights."""

from __future__ import annotations

import dataclasses
import os
import urllib.request
import warnings
from collections.abc import Callable, Iterable
from typing import Any

from tfcompat._formats import files
from tfcompat.keras import activations, layers
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._state import settings
from tfcompat.keras.models import Model

STORE = "https://storage.googleapis.com/tensorflow/keras-applications/"


@dataclasses.dataclass
class Options:
    """The arguments that the architectures share."""

    include_top: bool
    weights: Any
    input_tensor: Any
    input_shape: Any
    pooling: str | None
    classes: int
    classifier_activation: Any
    name: str | None


def first() -> bool:
    """Whether channels come first."""
    return settings.image_data_format == "channels_first"


def channels() -> int:
    """The axis of the channels, counted from the front."""
    return 1 if first() else 3


def last() -> int:
    """The axis of the channels, counted from the back where they come last."""
    return 1 if first() else -1


def width(x: Any) -> int:
    """The number of channels."""
    return x.shape[channels()]


def divisible(value: float, by: int = 8) -> int:
    """The multiple of `by` nearest to `value`, but not more than a tenth below it."""
    found = max(by, int(value + by / 2) // by * by)
    return found + by if found < 0.9 * value else found


def before_stride(x: Any, kernel: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """The zeros around an image that a stride of 2 with a valid window then needs, for odd and even sizes alike."""
    size = x.shape[2] if first() else x.shape[1]
    other = x.shape[3] if first() else x.shape[2]
    odd = (1, 1) if size is None else (1 - size % 2, 1 - other % 2)
    half = kernel // 2
    return ((half - odd[0], half), (half - odd[1], half))


# ---- arguments ----


def check(options: Options) -> None:
    """ValueError for weights that are no file, and for ImageNet's with another number of classes."""
    weights = options.weights
    if weights not in ("imagenet", None) and not os.path.exists(weights):
        raise ValueError(
            "The `weights` argument should be either `None` (random initialization), 'imagenet' (pre-training on "
            f"ImageNet), or the path to the weights file to be loaded. Received: weights={weights}"
        )
    if weights == "imagenet" and options.include_top and options.classes != 1000:
        raise ValueError(
            "If using `weights='imagenet'` with `include_top=True`, `classes` should be 1000. Received: "
            f"classes={options.classes}"
        )


def shape_of(options: Options, size: int, smallest: int) -> tuple[int | None, ...]:
    """The input's shape without the batch; ValueError where it is too small, or not known though the top needs it."""
    data_format = "channels_first" if first() else "channels_last"
    return obtain_input_shape(options.input_shape, size, smallest, data_format, options.include_top, options.weights)


def obtain_input_shape(
    input_shape: Any,
    default_size: int,
    min_size: int,
    data_format: str,
    require_flatten: bool,
    weights: Any = "imagenet",
) -> tuple[int | None, ...]:
    """The shape of images without the batch: `input_shape` where it fits, else the usual one.

    require_flatten: whether the sizes must be known; with ImageNet's weights they must be the usual ones then.
    ValueError for another number of sizes or channels, and for images that are too small.
    """
    given, pretrained, before = input_shape, weights == "imagenet", data_format == "channels_first"
    if given is not None and len(given) != 3:
        raise ValueError(f"`input_shape` must be a tuple of three integers. Received: input_shape={given}")
    depth = 3 if given is None else given[0 if before else -1]
    if given is not None and not pretrained and depth not in (1, 3):
        warnings.warn(
            f"This model usually expects 1 or 3 input channels. However, it was passed an input_shape with {depth} "
            "input channels.",
            stacklevel=5,
        )
    usual = (depth, default_size, default_size) if before else (default_size, default_size, depth)
    if pretrained and require_flatten:
        usual = (3, *usual[1:]) if before else (*usual[:2], 3)
        if given is not None and tuple(given) != usual:
            raise ValueError(
                f"When setting `include_top=True` and loading `imagenet` weights, `input_shape` should be {usual}. "
                f"Received: input_shape={given}"
            )
        return usual
    if given is None:
        free = (3, None, None) if before else (None, None, 3)
        return usual if require_flatten else free
    if pretrained and depth != 3:
        raise ValueError(f"The input must have 3 channels; Received `input_shape={given}`")
    if any(n is not None and n < min_size for n in (given[1:] if before else given[:-1])):
        raise ValueError(f"Input size must be at least {min_size}x{min_size}; Received: input_shape={given}")
    if require_flatten and None in given:
        raise ValueError(
            f"If `include_top` is True, you should specify a static `input_shape`. Received: input_shape={given}"
        )
    return tuple(given)


def usual_size(options: Options, sizes: Iterable[int], default: int = 224) -> int:
    """The size of square inputs where it is among `sizes`, else `default`."""
    shape = options.input_shape
    if shape is None and isinstance(options.input_tensor, KerasTensor):
        shape = options.input_tensor.shape[1:]
    if shape is None:
        return default
    rows, columns = shape[1:3] if first() else shape[:2]
    return rows if rows == columns and rows in sizes else default


def image(options: Options, shape: Any) -> Any:
    """The KerasTensor to start from: `input_tensor` or an Input; ValueError for a tensor that is no KerasTensor."""
    given = options.input_tensor
    if given is None:
        return layers.Input(shape=shape)
    if not isinstance(given, KerasTensor):
        raise ValueError(
            f"`input_tensor` must be a KerasTensor, the output of `keras.Input()` or of a layer. Received: {given!r}"
        )
    return given


def _sources(x: Any) -> list[Any]:
    """The Inputs that a KerasTensor was computed from."""
    operation, index, _ = x._keras_history
    node = operation._inbound_nodes[index]
    if node.is_input:
        return node.output_tensors
    found: list[Any] = []
    for parent in node.input_tensors:
        found += [source for source in _sources(parent) if not any(source is known for known in found)]
    return found


def check_activation(options: Options) -> None:
    """ValueError for pretrained weights with another activation of the head than softmax or none."""
    if options.weights is None:
        return
    if activations.get(options.classifier_activation) not in (activations.softmax, activations.linear):
        raise ValueError(
            "Only `None` and `softmax` activations are allowed for the `classifier_activation` argument when using "
            "pretrained weights, with `include_top=True`; Received: "
            f"classifier_activation={options.classifier_activation}"
        )


# ---- heads ----


def pooled_head(name: str | None = "avg_pool", rate: float = 0.0, **dense: Any) -> Callable[[Any, Options], Any]:
    """The usual head: the mean of each channel, dropout, a dense layer."""

    def head(x: Any, options: Options) -> Any:
        x = layers.GlobalAveragePooling2D(name=name)(x)
        if rate > 0:
            x = layers.Dropout(rate, name="top_dropout")(x)
        activation = options.classifier_activation
        return layers.Dense(options.classes, activation=activation, name="predictions", **dense)(x)

    return head


def topped(
    x: Any, options: Options, head: Callable[[Any, Options], Any], names: tuple[str | None, str | None] = (None, None)
) -> Any:
    """x with the head, or pooled where there is none. names: those of the layers that average and that maximize."""
    if options.include_top:
        check_activation(options)
        return head(x, options)
    if options.pooling == "avg":
        return layers.GlobalAveragePooling2D(name=names[0])(x)
    return layers.GlobalMaxPooling2D(name=names[1])(x) if options.pooling == "max" else x


def finished(start: Any, x: Any, options: Options, weights: Callable[[], tuple[str, str]]) -> Any:
    """The model from `start` to `x`, with its weights. weights: tells the name and the address of ImageNet's."""
    inputs = start if options.input_tensor is None else _sources(start)
    model = Model(inputs[0] if isinstance(inputs, list) and len(inputs) == 1 else inputs, x, name=options.name)
    if options.weights == "imagenet":
        model.load_weights(cached(*weights()))
    elif options.weights is not None:
        model.load_weights(options.weights)
    return model


def kernels_file(name: str, folder: str, options: Options) -> tuple[str, str]:
    """The file name and the address of weights that are named as most are."""
    file = f"{name}_weights_tf_dim_ordering_tf_kernels{'' if options.include_top else '_notop'}.h5"
    return file, f"{STORE}{folder}/{file}"


def cache_folder() -> str:
    """Where files from the net are kept: ~/.keras/models, or below KERAS_HOME."""
    home = os.environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")
    return os.path.join(home, "models")


def cached(name: str, address: str) -> str:
    """The path of a file in the cache, fetched if it is not there; OSError, which says where to put it, on failure."""
    path = os.path.join(cache_folder(), name)
    if os.path.exists(path):
        return path
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            data = answer.read()
    except OSError as error:
        raise OSError(
            f"{address} could not be fetched ({error}). Put the file there yourself as {path}, or pass weights=None "
            "for random ones, or the path of a weights file."
        ) from error
    with files.replacing(path) as temporary, open(temporary, "wb") as file:
        file.write(data)
    return path


# ---- steps ----


def convolved(
    x: Any,
    filters: int,
    kernel: Any,
    strides: Any = 1,
    padding: str = "same",
    *,
    conv: str | None = None,
    norm: str | None = None,
    act: str | None = None,
    activation: Any = "relu",
    axis: int | None = None,
    options: dict[str, Any] | None = None,
    **normalization: Any,
) -> Any:
    """A convolution without bias, its normalization, and an activation (None for none).

    conv, norm, act: the layers' names. activation: a name, or a function of KerasTensors. options: further arguments of
    the convolution; normalization: of the normalization.
    """
    x = layers.Conv2D(filters, kernel, strides=strides, padding=padding, use_bias=False, name=conv, **(options or {}))(
        x
    )
    x = layers.BatchNormalization(axis=channels() if axis is None else axis, name=norm, **normalization)(x)
    return activated(x, activation, act)


def activated(x: Any, activation: Any, name: str | None = None) -> Any:
    """x through an activation: by name as a layer, 6.0 for ReLU up to 6, a function as it is, None for none."""
    if activation is None:
        return x
    if activation == 6.0:
        return layers.ReLU(6.0, name=name)(x)
    return layers.Activation(activation, name=name)(x) if isinstance(activation, str) else activation(x)


def standard(
    function_name: str,
    model_name: str,
    draw: Callable[[Any], Any],
    weights: Callable[[Options], tuple[str, str]],
    *,
    size: int = 224,
    smallest: int = 32,
    head: Callable[[Any, Options], Any] | None = None,
    names: tuple[str | None, str | None] = (None, None),
    doc: str = "",
) -> Callable[..., Any]:
    """The public function of an architecture with the usual arguments, which `draw` draws."""
    where = weights

    def build(
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: Any = "softmax",
        name: str = model_name,
    ) -> Any:
        options = Options(
            include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name
        )
        check(options)
        start = image(options, shape_of(options, size, smallest))
        x = topped(draw(start), options, head or pooled_head(), names)
        return finished(start, x, options, lambda: where(options))

    build.__name__ = build.__qualname__ = function_name
    build.__doc__ = f"""The {function_name} architecture{doc} (tf.keras.applications.{function_name}).

    include_top: whether the classifier is there, with `classes` scores through `classifier_activation`; without it,
    pooling: None, "avg" or "max". weights: None, a path, or "imagenet", which takes a file from the cache or the net.
    input_tensor: a KerasTensor to start from; input_shape: three sizes. ValueError where they do not fit together,
    OSError where the file is not to be had.
    """
    return build
