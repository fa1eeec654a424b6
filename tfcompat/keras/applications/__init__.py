"""tf.keras.applications: architectures of image classifiers, with random weights, those of a file, or ImageNet's."""

from tfcompat import _names

_FUNCTIONS = {
    "convnext": "ConvNeXtBase ConvNeXtLarge ConvNeXtSmall ConvNeXtTiny ConvNeXtXLarge",
    "densenet": "DenseNet121 DenseNet169 DenseNet201",
    "efficientnet": " ".join(f"EfficientNetB{number}" for number in range(8)),
    "efficientnet_v2": " ".join(f"EfficientNetV2{kind}" for kind in ("B0", "B1", "B2", "B3", "L", "M", "S")),
    "inception_resnet_v2": "InceptionResNetV2",
    "inception_v3": "InceptionV3",
    "mobilenet": "MobileNet",
    "mobilenet_v2": "MobileNetV2",
    "mobilenet_v3": "MobileNetV3Large MobileNetV3Small",
    "nasnet": "NASNetLarge NASNetMobile",
    "resnet": "ResNet50 ResNet101 ResNet152",
    "resnet_v2": "ResNet50V2 ResNet101V2 ResNet152V2",
    "vgg16": "VGG16",
    "vgg19": "VGG19",
    "xception": "Xception",
}
_LAZY = {name: f"{__name__}.{name}" for name in (*_FUNCTIONS, "imagenet_utils", "resnet50")}
_LAZY |= {name: f"{__name__}.{module}:{name}" for module, names in _FUNCTIONS.items() for name in names.split()}
_PUBLIC = sorted(_LAZY)
# Layers of some architectures, which configs name as being here.
_LAYERS = {"CustomScaleLayer": "inception_resnet_v2", "LayerScale": "convnext", "StochasticDepth": "convnext"}
_LAZY |= {name: f"{__name__}.{module}:{name}" for name, module in _LAYERS.items()}

__getattr__ = _names.module_getattr("tf.keras.applications", globals(), lazy=_LAZY)


def __dir__() -> list[str]:
    return _PUBLIC
