"""Layers that prepare data: numbers, categories, text, sound and images. Each loads on first use."""

from __future__ import annotations

from tfcompat import _names

LAYERS = _names.lazy_names(
    {
        "tfcompat.keras.layers.preprocessing.discretization": "Discretization",
        "tfcompat.keras.layers.preprocessing.encoding": "CategoryEncoding",
        "tfcompat.keras.layers.preprocessing.hashing": "HashedCrossing Hashing",
        "tfcompat.keras.layers.preprocessing.lookup": "IntegerLookup StringLookup",
        "tfcompat.keras.layers.preprocessing.normalization": "Normalization",
        "tfcompat.keras.layers.preprocessing.pipeline": "Pipeline",
        "tfcompat.keras.layers.preprocessing.rescaling": "Rescaling",
        "tfcompat.keras.layers.preprocessing.spectrograms": "MelSpectrogram STFTSpectrogram",
        "tfcompat.keras.layers.preprocessing.text": "TextVectorization",
    }
)

__getattr__ = _names.module_getattr("tf.keras.layers", globals(), lazy=LAYERS)
