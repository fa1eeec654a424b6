"""What makes architectures one: their layers' names and kinds, their weights' paths and shapes, in short.

TFCOMPAT_ORACLE_PYTHON=... python tests/keras/applications/architectures.py    (records architectures.json anew)
"""

import hashlib
import json
import os
import pathlib
import subprocess
import sys
from typing import Any

RECORD = pathlib.Path(__file__).with_name("architectures.json")

# Of every family one that is small; the others are compared live.
QUICK = (
    "DenseNet121(classes=7)",
    "EfficientNetB0(classes=7)",
    "EfficientNetB1(include_top=False, pooling='avg', input_shape=(65, 70, 3))",
    "EfficientNetV2B0(classes=7)",
    "EfficientNetV2B0(include_top=False, include_preprocessing=False, input_shape=(64, 64, 1))",
    "MobileNet(classes=7, alpha=0.5)",
    "MobileNetV2(classes=7)",
    "MobileNetV2(include_top=False, input_shape=(96, 96, 3), alpha=1.4, pooling='max')",
    "MobileNetV3Small(classes=7)",
    "MobileNetV3Small(classes=7, minimalistic=True, alpha=0.75, include_preprocessing=False)",
    "MobileNetV3Large(classes=7)",
    "NASNetMobile(classes=7)",
    "ResNet50(classes=7)",
    "ResNet50V2(include_top=False, pooling='max')",
    "VGG16(include_top=False)",
    "Xception(classes=7)",
    "InceptionV3(classes=7)",
    "ConvNeXtTiny(classes=7)",
)
ALL = (
    *QUICK,
    "DenseNet169()",
    "DenseNet201()",
    *(f"EfficientNetB{number}()" for number in range(2, 8)),
    *(f"EfficientNetV2{kind}()" for kind in ("B1", "B2", "B3", "S", "M", "L")),
    "InceptionResNetV2()",
    "NASNetLarge(include_top=False)",
    "ResNet101()",
    "ResNet152()",
    "ResNet101V2()",
    "ResNet152V2()",
    "VGG19(include_top=False, pooling='avg')",
    "ConvNeXtSmall()",
    "ConvNeXtBase(include_top=False)",
)


def describe(tf: Any, call: str) -> dict[str, Any]:
    """The number of parameters and layers, the shape of the outputs, and digests of names, weights and configs."""
    tf.keras.backend.clear_session()
    name, _, arguments = call.partition("(")
    given = eval(f"dict({arguments}")
    model = getattr(tf.keras.applications, name)(weights=None, **given)

    def digest(x: Any) -> str:
        return hashlib.sha256(json.dumps(x).encode()).hexdigest()[:16]

    layers = [[type(layer).__name__, layer.name, [str(layer.output.shape)]] for layer in model.layers]
    weights = [[w.path, list(w.shape), bool(w.trainable)] for w in model.weights if "seed_generator" not in w.path]
    options = ("axis", "epsilon", "momentum", "strides", "padding", "activation", "rate", "groups", "scale", "offset")
    configs = [
        [layer.name, {key: layer.get_config()[key] for key in options if key in layer.get_config()}]
        for layer in model.layers
    ]
    return {
        "name": model.name,
        "parameters": model.count_params(),
        "layers": [len(layers), digest(layers)],
        "weights": [len(weights), digest(weights)],
        "configs": digest(configs),
        "output": [*model.output_shape],
    }


def under_tensorflow(calls: tuple[str, ...]) -> dict[str, Any]:
    """The descriptions of architectures under the TensorFlow of TFCOMPAT_ORACLE_PYTHON."""
    done = subprocess.run(
        [os.environ["TFCOMPAT_ORACLE_PYTHON"], str(pathlib.Path(__file__).resolve()), "--run", json.dumps(calls)],
        env={
            **os.environ,
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "TF_ENABLE_ONEDNN_OPTS": "0",
            "CUDA_VISIBLE_DEVICES": "",
            "PYTHONPATH": "",
        },
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        import tensorflow

        print(json.dumps({call: describe(tensorflow, call) for call in json.loads(sys.argv[2])}))
    else:
        RECORD.write_text(json.dumps(under_tensorflow(ALL), indent=0) + "\n", encoding="utf-8")
