"""The public names of tf.dtypes."""

from tfcompat import dtypes

TYPES = (
    "bfloat16 bool complex128 complex64 double float16 float32 float64 half int16 int32 int64 int8 qint16 qint32 qint8 "
    "quint16 quint8 resource string uint16 uint32 uint64 uint8 variant"
).split()


def test_public_types():
    assert {name for name in dtypes.__all__ if isinstance(getattr(dtypes, name), dtypes.DType)} == set(TYPES)
    assert dtypes.half is dtypes.float16
    assert dtypes.double is dtypes.float64
    for name in set(TYPES) - {"half", "double"}:
        assert getattr(dtypes, name).name == name
    assert dtypes.qint8 in dtypes.QUANTIZED_DTYPES
