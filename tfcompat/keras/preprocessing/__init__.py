"""tf.keras.preprocessing: Keras 2's ways to prepare images, sequences and text, which Keras 3 keeps as they were."""

from tfcompat import _names
from tfcompat.keras.preprocessing import image, sequence, text

_LAZY = _names.lazy_names(
    {
        "tfcompat.keras.utils.directories": "image_dataset_from_directory text_dataset_from_directory",
        "tfcompat.keras.utils.timeseries": "timeseries_dataset_from_array",
    }
)
__getattr__ = _names.module_getattr("tf.keras.preprocessing", globals(), lazy=_LAZY)
