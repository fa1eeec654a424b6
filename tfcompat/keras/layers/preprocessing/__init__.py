"""Layers that prepare data: numbers, categories, text, sound and images. Each loads on first use."""

from __future__ import annotations

from tfcompat import _names

LAYERS = _names.lazy_names(
    {
        "tfcompat.keras.layers.preprocessing.discretization": "Discretization",
        "tfcompat.keras.layers.preprocessing.encoding": "CategoryEncoding",
        "tfcompat.keras.layers.preprocessing.hashing": "HashedCrossing Hashing",
        "tfcompat.keras.layers.preprocessing.images.affine": (
            "RandomFlip RandomRotation RandomShear RandomTranslation RandomZoom"
        ),
        "tfcompat.keras.layers.preprocessing.images.colors": (
            "RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomGrayscale RandomHue "
            "RandomInvert RandomSaturation"
        ),
        "tfcompat.keras.layers.preprocessing.images.mixing": "AugMix CutMix MaxNumBoundingBoxes MixUp RandAugment",
        "tfcompat.keras.layers.preprocessing.images.pixels": (
            "AutoContrast ContrastLimitedAdaptiveHistogramEqualization Equalization RandomErasing RandomGaussianBlur "
            "RandomPosterization RandomSharpness Solarization"
        ),
        "tfcompat.keras.layers.preprocessing.images.sizes": "CenterCrop RandomCrop RandomHeight RandomWidth Resizing",
        "tfcompat.keras.layers.preprocessing.images.warping": "RandomElasticTransform RandomPerspective",
        "tfcompat.keras.layers.preprocessing.lookup": "IntegerLookup StringLookup",
        "tfcompat.keras.layers.preprocessing.normalization": "Normalization",
        "tfcompat.keras.layers.preprocessing.pipeline": "Pipeline",
        "tfcompat.keras.layers.preprocessing.rescaling": "Rescaling",
        "tfcompat.keras.layers.preprocessing.spectrograms": "MelSpectrogram STFTSpectrogram",
        "tfcompat.keras.layers.preprocessing.text": "TextVectorization",
    }
)

__getattr__ = _names.module_getattr("tf.keras.layers", globals(), lazy=LAYERS)
