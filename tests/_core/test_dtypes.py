"""DType: the facts of each type, recorded from TensorFlow 2.21, and conversion from all that names a type."""

import copy
import pickle

import ml_dtypes
import numpy as np
import pytest
import torch

from tests.oracle import ask_tensorflow
from tfcompat._core import dtypes
from tfcompat._core.dtypes import DType, HandleData, as_dtype, from_torch

# name, enum, bytes, then the flags integer, floating, complex, bool, unsigned, quantized, numeric, numpy_compatible
FACTS = """
float32 1 4 01000011
float64 2 8 01000011
int32 3 4 10000011
uint8 4 1 10001011
int16 5 2 10000011
int8 6 1 10000011
string 7 0 00000001
complex64 8 8 00100011
int64 9 8 10000011
bool 10 1 00010001
qint8 11 1 00000111
quint8 12 1 00000111
qint32 13 4 00000111
bfloat16 14 2 01000011
qint16 15 2 00000111
quint16 16 2 00000111
uint16 17 2 10001011
complex128 18 16 00100011
float16 19 2 01000011
resource 20 0 00000000
variant 21 0 00000000
uint32 22 4 10001011
uint64 23 8 10001011
float8_e5m2 24 1 01000001
float8_e4m3fn 25 1 01000001
float8_e4m3fnuz 26 1 01000001
float8_e4m3b11fnuz 27 1 01000001
float8_e5m2fnuz 28 1 01000001
int4 29 1 10000001
uint4 30 1 10001001
int2 31 1 10000001
uint2 32 1 10001001
float4_e2m1fn 33 1 01000001
"""
NAMES = [line.split()[0] for line in FACTS.strip().splitlines()]
FLAGS = ("integer", "floating", "complex", "bool", "unsigned", "quantized", "numeric", "numpy_compatible")


@pytest.mark.parametrize("line", FACTS.strip().splitlines(), ids=NAMES)
def test_facts(line):
    name, enum, size, flags = line.split()
    dtype = getattr(dtypes, name)
    assert (dtype.name, dtype.as_datatype_enum, int(dtype), dtype.size) == (name, int(enum), int(enum), int(size))
    assert [getattr(dtype, f"is_{flag}") for flag in FLAGS] == [flag == "1" for flag in flags]
    assert repr(dtype) == f"tf.{name}"
    assert str(dtype) == f"<dtype: '{name}'>"
    assert as_dtype(name) is as_dtype(int(enum)) is DType(int(enum)) is dtype
    assert dtype.base_dtype is dtype


@pytest.mark.parametrize("name", NAMES)
def test_reference_variant(name):
    dtype, reference = getattr(dtypes, name), as_dtype(f"{name}_ref")
    assert reference is dtype._as_ref
    assert reference.base_dtype is dtype
    assert reference._is_ref_dtype
    assert not dtype._is_ref_dtype
    assert reference != dtype
    assert reference.as_datatype_enum == dtype.as_datatype_enum + 100
    assert reference.size == dtype.size
    assert dtype.is_compatible_with(reference)
    assert not reference.is_compatible_with(dtype)


@pytest.mark.parametrize("name", NAMES)
def test_as_numpy_dtype_converts_back(name):
    dtype = getattr(dtypes, name)
    if name in ("resource", "variant"):
        with pytest.raises(KeyError):
            _ = dtype.as_numpy_dtype
        return
    assert as_dtype(dtype.as_numpy_dtype) is dtype
    if name != "string":
        assert np.dtype(dtype.as_numpy_dtype).itemsize == dtype.size


def test_as_numpy_dtype_is_the_class():
    assert dtypes.float32.as_numpy_dtype is np.float32
    assert dtypes.bool.as_numpy_dtype is np.bool_
    assert dtypes.string.as_numpy_dtype is object
    assert dtypes.bfloat16.as_numpy_dtype is ml_dtypes.bfloat16
    assert dtypes.qint8.as_numpy_dtype == np.dtype([("qint8", np.int8)])


@pytest.mark.parametrize("torch_dtype", sorted((d.torch for d in map(as_dtype, NAMES) if d.torch), key=str), ids=str)
def test_torch_storage(torch_dtype):
    dtype = from_torch(torch_dtype)
    assert dtype.torch is torch_dtype
    assert as_dtype(torch_dtype) is dtype
    assert dtypes.BY_STORAGE[torch_dtype] is dtype
    assert f"torch.{dtype.name}" == str(torch_dtype)
    assert torch.empty((), dtype=torch_dtype).element_size() == dtype.size


def test_types_that_torch_lacks_are_stored_by_numpy_or_not_at_all():
    assert dtypes.string.torch is dtypes.int4.torch is dtypes.qint8.torch is dtypes.variant.torch is None
    assert dtypes.NUMPY_STORAGE[dtypes.string] == np.dtype(object)
    for dtype, numpy_dtype in dtypes.NUMPY_STORAGE.items():
        assert dtypes.BY_STORAGE[numpy_dtype] is dtype
        assert dtype.torch is None
    with pytest.raises(TypeError, match=r"torch_dtype=torch\.float8_e8m0fnu"):
        from_torch(torch.float8_e8m0fnu)


@pytest.mark.parametrize("torch_dtype", dtypes.VIEW_AS, ids=str)
def test_view_as_carries_values_to_numpy(torch_dtype):
    through, numpy_class, numpy_integers = dtypes.VIEW_AS[torch_dtype]
    values = torch.tensor([0.0, 1.0, -2.0, 0.25]).to(torch_dtype)
    bits = values.view(through).numpy()
    assert bits.dtype == numpy_integers
    assert bits.view(numpy_class).astype(np.float32).tolist() == [0.0, 1.0, -2.0, 0.25]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (float, "float32"),
        (bool, "bool"),
        (object, "string"),
        (3, "int32"),
        (np.float32(1), "float32"),
        (np.zeros(2), "float64"),
        (np.dtype("float32"), "float32"),
        (np.dtype(">f4"), "float32"),
        (np.dtype("S3"), "string"),
        (np.dtype("U2"), "string"),
        (np.str_, "string"),
        (np.bytes_, "string"),
        ("half", "float16"),
        ("float", "float32"),
        ("double", "float64"),
        ("half_ref", "float16_ref"),
        (np.intc, "int32"),
        (np.longlong, "int64"),
        (np.ulonglong, "uint64"),
        (torch.zeros(2, dtype=torch.bfloat16), "bfloat16"),
        (np.dtype(ml_dtypes.int4), "int4"),
    ],
    ids=repr,
)
def test_as_dtype_takes(value, name):
    assert as_dtype(value).name == name


@pytest.mark.parametrize(
    "value",
    [int, str, bytes, complex, None, "foo", "int", "str", ">f4", 0, 34, 100, 1.5, [1], np.longdouble, np.integer,
     np.dtype("datetime64"), np.dtype([("a", np.int8)]), torch.float8_e8m0fnu, object()],
)  # fmt: skip
def test_as_dtype_refuses(value):
    with pytest.raises(TypeError, match=r"Cannot convert the argument `type_value`: .* to a TensorFlow DType"):
        as_dtype(value)


def test_equality_takes_what_as_dtype_takes():
    f = dtypes.float32
    assert f == "float32"
    assert f == np.float32
    assert np.dtype("float32") == f
    assert f == 1
    assert f == torch.float32
    assert f != "foo"
    assert f != dtypes.float64
    assert f != [1]
    assert f != None  # noqa: E711 - the comparison is what is tested
    assert hash(f) == 1
    assert {f: "a"}[DType(1)] == "a"


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("int8", -128, 127),
        ("uint64", 0, 2**64 - 1),
        ("int4", -8, 7),
        ("uint2", 0, 3),
        ("float32", -3.4028234663852886e38, 3.4028234663852886e38),
        ("float16", -65504.0, 65504.0),
        ("bfloat16", -3.3895313892515355e38, 3.3895313892515355e38),
        ("float8_e4m3fn", -448.0, 448.0),
        ("float4_e2m1fn", -6.0, 6.0),
        ("int32_ref", -(2**31), 2**31 - 1),
    ],
)
def test_min_and_max(name, low, high):
    assert as_dtype(name).min == low
    assert as_dtype(name).max == high


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("string", "Cannot find minimum value of <dtype: 'string'> with type <dtype: 'string'>."),
        ("bool_ref", "Cannot find minimum value of <dtype: 'bool_ref'> with type <dtype: 'bool'>."),
        ("complex64", "Cannot find minimum value of <dtype: 'complex64'> with type <dtype: 'complex64'>."),
        ("qint8", "Cannot find minimum value of <dtype: 'qint8'> with quantized type <dtype: 'qint8'>."),
        ("resource", "Cannot find minimum value of <dtype: 'resource'>."),
    ],
)
def test_types_without_order_have_no_bounds(name, message):
    with pytest.raises(TypeError) as error:
        _ = as_dtype(name).min
    assert str(error.value) == message
    with pytest.raises(TypeError, match="maximum"):
        _ = as_dtype(name).max


def test_limits():
    assert dtypes.uint8.limits == (0, 255)
    assert dtypes.int16.limits == (0, 32767)
    assert dtypes.float64.limits == (0, 1)
    assert dtypes.bool.limits == (0, True)
    for dtype in (dtypes.float16, dtypes.bfloat16, dtypes.int4, dtypes.qint8, dtypes.string, dtypes.complex64):
        with pytest.raises(ValueError, match="does not have defined limits"):
            _ = dtype.limits


def test_real_dtype():
    assert dtypes.complex64.real_dtype is dtypes.float32
    assert as_dtype("complex128_ref").real_dtype is dtypes.float64
    assert dtypes.int8.real_dtype is dtypes.int8


def test_handle_data_tells_resources_apart_from_the_constant():
    data = HandleData(alias_id=3)
    handle = DType(dtypes.resource.as_datatype_enum, data)
    assert handle is not dtypes.resource
    assert handle == dtypes.resource
    assert handle._handle_data == HandleData(alias_id=3)
    assert as_dtype(handle) is handle
    assert dtypes.resource._handle_data is None
    with pytest.raises(TypeError, match="handle_data must be of the type HandleData"):
        DType(20, "x")


@pytest.mark.parametrize("enum", [0, 34, 999])
def test_unknown_enums_are_refused(enum):
    with pytest.raises(TypeError, match=f"{enum} does not correspond to a valid tensorflow::DataType"):
        DType(enum)


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, lambda dtype: pickle.loads(pickle.dumps(dtype))])
def test_copies_and_pickles_are_the_constant(clone):
    assert clone(dtypes.bfloat16) is dtypes.bfloat16
    assert clone(as_dtype("int8_ref")) is as_dtype("int8_ref")


def test_trace_type():
    assert dtypes.int8.is_subtype_of(dtypes.int8)
    assert not dtypes.int8.is_subtype_of(dtypes.int16)
    assert dtypes.int8.most_specific_common_supertype([dtypes.int8, dtypes.int8]) is dtypes.int8
    assert dtypes.int8.most_specific_common_supertype([dtypes.int8, dtypes.int16]) is None
    assert dtypes.int8.flatten() == dtypes.int8.to_tensors(1) == []
    with pytest.raises(AssertionError, match=r"Can not cast 1 to type tf\.int8"):
        dtypes.int8.cast(1, None)


def test_quantized_dtypes():
    names = {dtype.name for dtype in dtypes.QUANTIZED_DTYPES}
    plain = {"qint8", "quint8", "qint16", "quint16", "qint32"}
    assert names == plain | {f"{name}_ref" for name in plain}


_SURVEY = """
from tensorflow.python.framework import dtypes
rows = {}
for name in NAMES:
    for d in (dtypes.as_dtype(name), dtypes.as_dtype(name + "_ref")):
        flags = [int(getattr(d, "is_" + f)) for f in FLAGS]
        try:
            low = float(d.min)
        except TypeError as e:
            low = str(e)
        try:
            limits = [float(x) for x in d.limits]
        except (ValueError, KeyError) as e:
            limits = None
        names = [repr(d), str(d), d.base_dtype.name, d.real_dtype.name]
        rows[d.name] = [d.as_datatype_enum, d.size, low, limits] + names + flags
"""


@pytest.mark.oracle
def test_survey_agrees_with_tensorflow():
    theirs = ask_tensorflow(f"NAMES = {NAMES}\nFLAGS = {FLAGS}\n{_SURVEY}\nanswer(rows)")
    ours = {"NAMES": NAMES, "FLAGS": FLAGS}
    exec(_SURVEY.replace("from tensorflow.python.framework import", "from tfcompat._core import"), ours)
    assert ours["rows"] == theirs
