"""DType and its constants: `tf.float32`, `tf.as_dtype`, and how they map to numpy's and torch's dtypes."""

import builtins
import dataclasses
from collections.abc import Sequence
from typing import Any

import ml_dtypes
import numpy as np
import torch

from tfcompat._core.trace_type import StaticTraceType, TraceType

_REF_OFFSET = 100


@dataclasses.dataclass(frozen=True)
class HandleData:
    """What is known of the object behind a resource or variant tensor."""

    shape_inference: Any = None
    alias_id: int | None = None


class DType(StaticTraceType):
    """The type of a tensor's elements (`tf.dtypes.DType`).

    `DType(type_enum)` returns the interned constant of that enum number, so dtypes may be compared with `is`; with
    `handle_data` (resource and variant only) it is a new object. `==` also takes what `tf.as_dtype` takes.
    """

    __slots__ = {  # noqa: RUF023 - in order of meaning
        "_type_enum": "TensorFlow's number of the type, as in its protos.",
        "_numpy": "The numpy class or structured dtype, None where there is none.",
        "_handle_data": "HandleData of a resource or variant, else None.",
        "name": "The string name, such as 'float32'.",
        "size": "Bytes of one element; 0 for string, resource and variant.",
        "torch": "The torch.dtype that stores such tensors, or None where torch has none. Not in TensorFlow.",
        "is_integer": "Whether this is a non-quantized integer type.",
        "is_floating": "Whether this is a non-quantized real floating point type.",
        "is_complex": "Whether this is a complex type.",
        "is_bool": "Whether this is the boolean type.",
        "is_unsigned": "Whether this is a non-quantized unsigned integer type.",
        "is_quantized": "Whether this is a quantized type.",
        "is_numeric": "Whether arithmetic ops take this type; False for types below 8 bits and 8-bit floats.",
        "is_numpy_compatible": "Whether numpy can represent this type.",
        "__weakref__": "",
    }

    _type_enum: int
    _numpy: Any
    _handle_data: HandleData | None
    name: str
    size: int
    torch: torch.dtype | None
    is_integer: builtins.bool
    is_floating: builtins.bool
    is_complex: builtins.bool
    is_bool: builtins.bool
    is_unsigned: builtins.bool
    is_quantized: builtins.bool
    is_numeric: builtins.bool
    is_numpy_compatible: builtins.bool

    def __new__(cls, type_enum: int, handle_data: HandleData | None = None) -> "DType":
        try:
            known = _BY_ENUM[int(type_enum)]
        except KeyError:
            raise TypeError(f"{type_enum!r} does not correspond to a valid tensorflow::DataType") from None
        if handle_data is None:
            return known
        if not isinstance(handle_data, HandleData):
            raise TypeError(f"handle_data must be of the type HandleData, got {handle_data!r}")
        self = _copy(known)
        self._handle_data = handle_data
        return self

    @property
    def as_datatype_enum(self) -> int:
        """TensorFlow's enum number of this type."""
        return self._type_enum

    @property
    def as_numpy_dtype(self) -> Any:
        """The numpy class (or structured dtype, where quantized) of this type; `object` for strings.

        Raises KeyError for resource and variant, as TensorFlow does.
        """
        if self._numpy is None:
            raise KeyError(self._type_enum)
        return self._numpy

    @property
    def base_dtype(self) -> "DType":
        """The type without TensorFlow 1's reference flag."""
        return _BY_ENUM[self._type_enum - _REF_OFFSET] if self._is_ref_dtype else self

    @property
    def real_dtype(self) -> "DType":
        """The type of the real part: float32 for complex64, float64 for complex128, else this type."""
        if not self.is_complex:
            return self
        return float32 if self.size == 8 else float64

    @property
    def _is_ref_dtype(self) -> builtins.bool:
        return self._type_enum > _REF_OFFSET

    @property
    def _as_ref(self) -> "DType":
        return self if self._is_ref_dtype else _BY_ENUM[self._type_enum + _REF_OFFSET]

    @property
    def min(self) -> Any:
        """The smallest finite value; TypeError for types that have no order, and for quantized ones."""
        return self._number_info("minimum").min

    @property
    def max(self) -> Any:
        """The largest finite value; TypeError for types that have no order, and for quantized ones."""
        return self._number_info("maximum").max

    def _number_info(self, bound: str) -> Any:
        if self.is_floating:
            return ml_dtypes.finfo(self._numpy)
        if self.is_integer:
            return ml_dtypes.iinfo(self._numpy)
        if self._numpy is None:
            raise TypeError(f"Cannot find {bound} value of {self}.")
        kind = "quantized type" if self.is_quantized else "type"
        raise TypeError(f"Cannot find {bound} value of {self} with {kind} {self.base_dtype}.")

    @property
    def limits(self) -> tuple[Any, Any]:
        """The intensities an image of this type takes, (min, max), with the negative ones clipped off."""
        if self.is_bool:
            return 0, True
        if self.is_integer and self.is_numeric:
            return 0, self.max
        if self.is_floating and self.size >= 4:
            return 0, 1
        raise ValueError(f"{self} does not have defined limits.")

    def is_compatible_with(self, other: Any) -> builtins.bool:
        """Whether a tensor of dtype `other` needs no conversion: the same type, or a reference to it."""
        other = as_dtype(other)
        return self == other or self == other.base_dtype

    def is_subtype_of(self, other: Any) -> builtins.bool:
        """Whether `other` is this type."""
        return self == other

    def most_specific_common_supertype(self, types: Sequence[Any]) -> "DType | None":
        """This type if all `types` equal it, else None."""
        return self if all(self == other for other in types) else None

    def __eq__(self, other: object) -> builtins.bool:
        if self is other:
            return True
        if other is None:
            return False
        if type(other) is not DType:
            try:
                other = as_dtype(other)
            except TypeError:
                return False
        return self._type_enum == other._type_enum

    def __hash__(self) -> int:
        return self._type_enum

    def __int__(self) -> int:
        return self._type_enum

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"

    def __reduce__(self):
        return as_dtype, (self.name,)


TraceType.register(DType)
DType.__module__ = "tensorflow.python.framework.dtypes"

_BY_ENUM: dict[int, DType] = {}
# Of what holds a tensor's values: the torch dtype or, where torch has none, the numpy dtype of an array.
BY_STORAGE: dict[torch.dtype | np.dtype, DType] = {}
NUMPY_STORAGE: dict[DType, np.dtype] = {}
# For torch dtypes that torch can't exchange with numpy: the torch integer type to view them as, the numpy class to view
# those bits as, and that integer type's numpy class.
VIEW_AS: dict[torch.dtype, tuple[torch.dtype, Any, Any]] = {}
# Everything as_dtype looks up: enum numbers, names, Python types, numpy classes and dtypes, torch dtypes.
_LOOKUP: dict[Any, DType] = {}


def _copy(source: DType) -> DType:
    copy = object.__new__(DType)
    for slot in DType.__slots__:
        if slot != "__weakref__":
            setattr(copy, slot, getattr(source, slot))
    return copy


def _define(name: str, enum: int, kind: str, numpy_type: Any = None, torch_type: torch.dtype | None = None) -> DType:
    """Makes and registers a type and its reference variant.

    `kind` is a letter: i(nteger), u(nsigned), f(loat), c(omplex), b(ool), q(uantized), s(tring), h(andle); upper case
    for the numbers that TensorFlow does not count as numeric.
    """
    dtype = object.__new__(DType)
    dtype._type_enum = enum
    dtype._numpy = numpy_type
    dtype._handle_data = None
    dtype.name = name
    dtype.size = 0 if kind in "sh" else np.dtype(numpy_type).itemsize
    dtype.torch = torch_type
    dtype.is_integer = kind in "iuIU"
    dtype.is_floating = kind in "fF"
    dtype.is_complex = kind == "c"
    dtype.is_bool = kind == "b"
    dtype.is_unsigned = kind in "uU"
    dtype.is_quantized = kind == "q"
    dtype.is_numeric = kind in "iufcq"
    dtype.is_numpy_compatible = kind != "h"

    reference = _copy(dtype)
    reference.name += "_ref"
    reference._type_enum += _REF_OFFSET
    for variant in (dtype, reference):
        _BY_ENUM[variant._type_enum] = variant
        _LOOKUP[variant._type_enum] = _LOOKUP[variant.name] = variant
    if numpy_type is not None:
        _LOOKUP[numpy_type] = _LOOKUP[np.dtype(numpy_type)] = dtype
    if torch_type is not None:
        _LOOKUP[torch_type] = BY_STORAGE[torch_type] = dtype
        if numpy_type.__module__ == "ml_dtypes":
            torch_int, numpy_int = (torch.int16, np.int16) if dtype.size == 2 else (torch.uint8, np.uint8)
            VIEW_AS[torch_type] = (torch_int, numpy_type, numpy_int)
    elif numpy_type is not None:
        NUMPY_STORAGE[dtype] = np.dtype(numpy_type)
        BY_STORAGE[np.dtype(numpy_type)] = dtype
    return dtype


float32 = _define("float32", 1, "f", np.float32, torch.float32)
float64 = _define("float64", 2, "f", np.float64, torch.float64)
int32 = _define("int32", 3, "i", np.int32, torch.int32)
uint8 = _define("uint8", 4, "u", np.uint8, torch.uint8)
int16 = _define("int16", 5, "i", np.int16, torch.int16)
int8 = _define("int8", 6, "i", np.int8, torch.int8)
string = _define("string", 7, "s", object)
complex64 = _define("complex64", 8, "c", np.complex64, torch.complex64)
int64 = _define("int64", 9, "i", np.int64, torch.int64)
bool = _define("bool", 10, "b", np.bool_, torch.bool)
qint8 = _define("qint8", 11, "q", np.dtype([("qint8", np.int8)]))
quint8 = _define("quint8", 12, "q", np.dtype([("quint8", np.uint8)]))
qint32 = _define("qint32", 13, "q", np.dtype([("qint32", np.int32)]))
bfloat16 = _define("bfloat16", 14, "f", ml_dtypes.bfloat16, torch.bfloat16)
qint16 = _define("qint16", 15, "q", np.dtype([("qint16", np.int16)]))
quint16 = _define("quint16", 16, "q", np.dtype([("quint16", np.uint16)]))
uint16 = _define("uint16", 17, "u", np.uint16, torch.uint16)
complex128 = _define("complex128", 18, "c", np.complex128, torch.complex128)
float16 = _define("float16", 19, "f", np.float16, torch.float16)
resource = _define("resource", 20, "h")
variant = _define("variant", 21, "h")
uint32 = _define("uint32", 22, "u", np.uint32, torch.uint32)
uint64 = _define("uint64", 23, "u", np.uint64, torch.uint64)
float8_e5m2 = _define("float8_e5m2", 24, "F", ml_dtypes.float8_e5m2, torch.float8_e5m2)
float8_e4m3fn = _define("float8_e4m3fn", 25, "F", ml_dtypes.float8_e4m3fn, torch.float8_e4m3fn)
float8_e4m3fnuz = _define("float8_e4m3fnuz", 26, "F", ml_dtypes.float8_e4m3fnuz, torch.float8_e4m3fnuz)
float8_e4m3b11fnuz = _define("float8_e4m3b11fnuz", 27, "F", ml_dtypes.float8_e4m3b11fnuz)
float8_e5m2fnuz = _define("float8_e5m2fnuz", 28, "F", ml_dtypes.float8_e5m2fnuz, torch.float8_e5m2fnuz)
# torch has names for types below 8 bits, but no operations on them.
int4 = _define("int4", 29, "I", ml_dtypes.int4)
uint4 = _define("uint4", 30, "U", ml_dtypes.uint4)
int2 = _define("int2", 31, "I", ml_dtypes.int2)
uint2 = _define("uint2", 32, "U", ml_dtypes.uint2)
float4_e2m1fn = _define("float4_e2m1fn", 33, "F", ml_dtypes.float4_e2m1fn)

half = float16
double = float64

# What stands for strings in the graph of a tf.function: a torch dtype that nothing else uses.
SYMBOLIC_STRING = torch.bits16
BY_STORAGE[SYMBOLIC_STRING] = string

QUANTIZED_DTYPES = frozenset(dtype for dtype in _BY_ENUM.values() if dtype.is_quantized)


def _add_aliases() -> None:
    for alias, dtype in (("half", float16), ("float", float32), ("double", float64)):
        _LOOKUP[alias] = dtype
        _LOOKUP[f"{alias}_ref"] = dtype._as_ref
    # Python's int is no alias, as in TensorFlow: it would have to be int32 here and int64 in numpy.
    _LOOKUP[builtins.float] = float32
    _LOOKUP[builtins.bool] = bool
    for text in (np.object_, np.bytes_, np.str_):
        _LOOKUP[text] = string
    if hasattr(np.dtypes, "StringDType"):
        _LOOKUP[np.dtypes.StringDType()] = string
    for platform_type in (np.intc, np.uintc, np.int_, np.uint, np.longlong, np.ulonglong):
        _LOOKUP.setdefault(platform_type, _LOOKUP[np.dtype(f"{np.dtype(platform_type).kind}{platform_type(0).nbytes}")])


_add_aliases()


def as_dtype(type_value: Any) -> DType:
    """Converts `type_value` to a DType (`tf.dtypes.as_dtype`).

    Takes a DType, a name such as 'float32' or 'half', a numpy class or dtype, Python's float and bool, TensorFlow's
    enum number, a torch dtype, and arrays and torch tensors, for theirs. Raises TypeError for anything else, Python's
    `int` and `str` included.
    """
    if type(type_value) is DType:
        return type_value
    try:
        return _LOOKUP[type_value]
    except (KeyError, TypeError):  # TypeError where type_value is not hashable
        pass
    if not isinstance(type_value, np.dtype):
        type_value_dtype = getattr(type_value, "dtype", None)
    else:
        type_value_dtype = type_value
    if isinstance(type_value_dtype, torch.dtype):
        found = BY_STORAGE.get(type_value_dtype)
    else:
        # The class of a numpy dtype leaves out byte order and string length.
        found = _LOOKUP.get(getattr(type_value_dtype, "type", None))
    if found is None:
        raise TypeError(f"Cannot convert the argument `type_value`: {type_value!r} to a TensorFlow DType.")
    return found


def from_torch(torch_dtype: torch.dtype) -> DType:
    """Returns the DType of a torch dtype; TypeError where TensorFlow has none."""
    try:
        return BY_STORAGE[torch_dtype]
    except KeyError:
        raise TypeError(f"TensorFlow has no dtype for torch_dtype={torch_dtype!r}.") from None
