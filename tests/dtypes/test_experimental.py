"""tf.dtypes.experimental: types that tensors have few or no ops for."""

from tfcompat.dtypes import experimental


def test_public_names():
    assert sorted(experimental.__all__) == [
        "float4_e2m1fn",
        "float8_e4m3b11fnuz",
        "float8_e4m3fn",
        "float8_e4m3fnuz",
        "float8_e5m2",
        "float8_e5m2fnuz",
        "int2",
        "int4",
        "uint2",
        "uint4",
    ]
    assert all(getattr(experimental, name).name == name for name in experimental.__all__)
