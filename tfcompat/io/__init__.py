"""tf.io: files, and tensors as strings."""

from tfcompat import _names
from tfcompat.io import gfile
from tfcompat.io.csv import decode_csv
from tfcompat.io.decoding import decode_base64, decode_compressed, decode_raw, encode_base64
from tfcompat.io.files import match_filenames_once, matching_files, read_file, write_file, write_graph
from tfcompat.io.sparse import deserialize_many_sparse, serialize_many_sparse, serialize_sparse
from tfcompat.io.tensors import parse_tensor, serialize_tensor

__all__ = [
    "decode_base64",
    "decode_compressed",
    "decode_csv",
    "decode_raw",
    "deserialize_many_sparse",
    "encode_base64",
    "gfile",
    "match_filenames_once",
    "matching_files",
    "parse_tensor",
    "read_file",
    "serialize_many_sparse",
    "serialize_sparse",
    "serialize_tensor",
    "write_file",
    "write_graph",
]

_LAZY = _names.lazy_names(
    {
        "tfcompat.image.codecs": (
            "decode_and_crop_jpeg decode_bmp decode_gif decode_image decode_jpeg decode_jxl decode_png decode_webp "
            "encode_jpeg encode_png extract_jpeg_shape is_jpeg"
        ),
        "tfcompat.io.examples": "decode_json_example parse_example parse_single_example",
        "tfcompat.io.features": "FixedLenFeature FixedLenSequenceFeature RaggedFeature SparseFeature VarLenFeature",
        "tfcompat.io.protos": "decode_proto encode_proto",
        "tfcompat.io.records": "TFRecordOptions TFRecordWriter",
        "tfcompat.io.sequence_examples": "parse_sequence_example parse_single_sequence_example",
    }
)
__getattr__ = _names.module_getattr("tf.io", globals(), lazy=_LAZY)
