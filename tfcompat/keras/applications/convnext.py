"""tf.keras.applications.convnext."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat import _names
from tfcompat.keras import initializers, layers, ops, random
from tfcompat.keras.applications._drawing import STORE, Options, check, finished, first, image, shape_of, topped
from tfcompat.keras.applications.imagenet_utils import decode_predictions, preprocessing
from tfcompat.keras.models import Sequential

__all__ = [
    "ConvNeXtBase",
    "ConvNeXtLarge",
    "ConvNeXtSmall",
    "ConvNeXtTiny",
    "ConvNeXtXLarge",
    "decode_predictions",
    "preprocess_input",
]

preprocess_input = preprocessing(None)

_MEANS, _DEVIATIONS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class LayerScale(layers.Layer):
    """The inputs times a weight for each channel, `init_values` at the start."""

    _api_name = "keras.src.applications.convnext.LayerScale"

    def __init__(self, init_values: float, projection_dim: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.init_values, self.projection_dim = init_values, projection_dim

    def build(self, input_shape: Any) -> None:
        """Makes the weights."""
        start = initializers.Constant(self.init_values)
        self.gamma = self.add_weight(shape=(self.projection_dim,), initializer=start)

    def call(self, x: Any) -> Any:
        """The scaled inputs."""
        return x * self.gamma

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = {"init_values": self.init_values, "projection_dim": self.projection_dim}
        return {**super().get_config(), **own}


class StochasticDepth(layers.Layer):
    """In training 0 for a share of `drop_path_rate` of the examples, and the others scaled up."""

    _api_name = "keras.src.applications.convnext.StochasticDepth"

    def __init__(self, drop_path_rate: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.drop_path_rate = drop_path_rate

    def call(self, x: Any, training: Any = None) -> Any:
        """The inputs, or what is left of them."""
        if not training:
            return x
        kept = 1 - self.drop_path_rate
        shape = (ops.shape(x)[0], *(1,) * (len(x.shape) - 1))
        return x / kept * ops.floor(kept + random.uniform(shape, 0, 1))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "drop_path_rate": self.drop_path_rate}


def _norm(name: str | None = None) -> Any:
    return layers.LayerNormalization(epsilon=1e-6, name=name)


def _block(x: Any, filters: int, name: str) -> Any:
    start = x
    x = layers.Conv2D(filters, 7, padding="same", groups=filters, name=f"{name}_depthwise_conv")(x)
    x = _norm(f"{name}_layernorm")(x)
    x = layers.Dense(4 * filters, name=f"{name}_pointwise_conv_1")(x)
    x = layers.Activation("gelu", name=f"{name}_gelu")(x)
    x = layers.Dense(filters, name=f"{name}_pointwise_conv_2")(x)
    x = LayerScale(1e-6, filters, name=f"{name}_layer_scale")(x)
    return start + layers.Activation("linear", name=f"{name}_identity")(x)


def _draw(x: Any, depths: tuple[int, ...], filters: tuple[int, ...], name: str) -> Any:
    stem = layers.Conv2D(filters[0], 4, strides=4, name=f"{name}_stem_conv")
    smaller = [Sequential([stem, _norm(f"{name}_stem_layernorm")], name=f"{name}_stem")]
    for index, size in enumerate(filters[1:]):
        steps = [
            _norm(f"{name}_downsampling_layernorm_{index}"),
            layers.Conv2D(size, 2, strides=2, name=f"{name}_downsampling_conv_{index}"),
        ]
        smaller.append(Sequential(steps, name=f"{name}_downsampling_block_{index}"))
    for stage, (shrink, depth, size) in enumerate(zip(smaller, depths, filters)):
        x = shrink(x)
        for step in range(depth):
            x = _block(x, size, f"{name}_stage_{stage}_block_{step}")
    return x


def _variant(function: str, depths: tuple[int, ...], filters: tuple[int, ...]) -> Callable[..., Any]:
    model_name = f"convnext_{function.removeprefix('ConvNeXt').lower()}"

    def build(
        include_top: bool = True,
        include_preprocessing: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: Any = "softmax",
        name: str = model_name,
    ) -> Any:
        if first():
            raise ValueError(
                "ConvNeXt does not support the `channels_first` image data format. Switch to `channels_last` with "
                "`keras.config.set_image_data_format`."
            )
        options = Options(
            include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name
        )
        check(options)
        start = x = image(options, shape_of(options, 224, 32))
        if include_preprocessing and x.shape[-1] == 3:
            means = [mean * 255 for mean in _MEANS]
            variances = [(deviation * 255) ** 2 for deviation in _DEVIATIONS]
            x = layers.Normalization(mean=means, variance=variances, name=f"{name}_prestem_normalization")(x)
        x = _draw(x, depths, filters, name)

        def head(x: Any, options: Options) -> Any:
            x = layers.GlobalAveragePooling2D(name=f"{name}_head_gap")(x)
            x = _norm(f"{name}_head_layernorm")(x)
            return layers.Dense(classes, activation=classifier_activation, name=f"{name}_head_dense")(x)

        x = topped(x, options, head)
        x = x if include_top else _norm()(x)
        file = f"{name}{'' if include_top else '_notop'}.h5"
        return finished(start, x, options, lambda: (file, f"{STORE}convnext/{file}"))

    build.__name__ = build.__qualname__ = function
    build.__doc__ = f"""The {function} architecture (tf.keras.applications.{function}).

    include_preprocessing: whether the model takes pixels in [0, 255] and normalizes them. The others are ResNet50's.
    """
    return build


ConvNeXtTiny = _variant("ConvNeXtTiny", (3, 3, 9, 3), (96, 192, 384, 768))
ConvNeXtSmall = _variant("ConvNeXtSmall", (3, 3, 27, 3), (96, 192, 384, 768))
ConvNeXtBase = _variant("ConvNeXtBase", (3, 3, 27, 3), (128, 256, 512, 1024))
ConvNeXtLarge = _variant("ConvNeXtLarge", (3, 3, 27, 3), (192, 384, 768, 1536))
ConvNeXtXLarge = _variant("ConvNeXtXLarge", (3, 3, 27, 3), (256, 512, 1024, 2048))

__getattr__ = _names.module_getattr("tf.keras.applications.convnext", globals())
