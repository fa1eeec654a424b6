"""The fields of an extension type: what their annotations allow, and how values are made to fit.

Every annotation is turned into a `Kind` once. Its `convert` serves values, default values (which stay as they are
where a tensor is wanted, so that no class makes tensors when it is defined) and specs (which have TypeSpecs in the
place of tensors).
"""

from __future__ import annotations

import abc
import enum
import sys
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any

from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.dtypes import DType, as_dtype
from tfcompat._core.immutable_dict import ImmutableDict
from tfcompat._core.shapes import TensorShape, as_shape
from tfcompat._core.tensor import Tensor
from tfcompat._core.type_spec import TypeSpec

NO_DEFAULT = object()
IN_CONSTRUCTOR = "_tf_extension_type_in_constructor"
CACHED_SPEC = "_tf_extension_type_cached_type_spec"

_RESERVED = frozenset(
    (
        "self Spec _type_spec _shape_invariant_to_type_spec _consumers value_type is_compatible_with "
        "most_specific_compatible_type _with_tensor_ranks_only _to_components _from_components _component_specs "
        "_to_tensor_list _from_tensor_list _from_compatible_tensor_list _flat_tensor_specs _serialize _deserialize "
        "_to_legacy_output_types _to_legacy_output_shapes _to_legacy_output_classes _keras_mask"
    ).split()
)
_PYTHON_TYPES = (int, float, str, bytes, bool, type(None))
_UNIONS = (typing.Union, getattr(types, "UnionType", typing.Union))


def is_reserved(name: str) -> bool:
    """Whether no field may have this name."""
    return name in _RESERVED or name.lower().startswith("_tf_extension_type")


class Mode(enum.Enum):
    """What is converted: a field of a value, of a spec, or a default of the constructor."""

    VALUE = enum.auto()
    SPEC = enum.auto()
    DEFAULT = enum.auto()


# ---- annotations ----


class Kind(abc.ABC):
    """What one annotation allows."""

    @abc.abstractmethod
    def convert(self, value: Any, path: str, mode: Mode) -> Any:
        """`value` as the annotation says; TypeError, which names `path`, where it does not fit."""

    @staticmethod
    def misfit(path: str, wanted: str, value: Any) -> TypeError:
        """The error for a value that is not what is wanted."""
        return TypeError(f"{path}: expected {wanted}, got {type(value).__name__!r}")


class _PythonKind(Kind):
    def __init__(self, cls: type) -> None:
        self.cls = cls

    def convert(self, value: Any, path: str, mode: Mode) -> Any:
        if not isinstance(value, self.cls):
            raise self.misfit(path, repr(self.cls.__name__), value)
        return value


class _TensorKind(Kind):
    def convert(self, value: Any, path: str, mode: Mode) -> Any:
        if mode is Mode.SPEC:
            if not isinstance(value, TypeSpec) or value.value_type is not Tensor:
                raise self.misfit(path, "a TensorSpec", value)
            return value
        if mode is Mode.DEFAULT or isinstance(value, Tensor):
            return value
        try:
            return convert_to_tensor(value)
        except (ValueError, TypeError) as e:
            raise self.misfit(path, "a Tensor", value) from e


class _CompositeKind(Kind):
    def __init__(self, cls: type) -> None:
        self.cls = cls

    def convert(self, value: Any, path: str, mode: Mode) -> Any:
        if mode is Mode.SPEC:
            kind = getattr(value, "value_type", None) if isinstance(value, TypeSpec) else None
            if not isinstance(kind, type) or not issubclass(kind, self.cls):
                raise self.misfit(path, f"a TypeSpec for {self.cls.__name__!r}", value)
        elif not isinstance(value, self.cls):
            raise self.misfit(path, repr(self.cls.__name__), value)
        return value


class _StaticKind(Kind):
    """A shape or a dtype, and what is taken for one."""

    def __init__(self, name: str, make: Any) -> None:
        self.name, self.make = name, make

    def convert(self, value: Any, path: str, mode: Mode) -> Any:
        try:
            return self.make(value)
        except TypeError as e:
            raise self.misfit(path, f"'tf.{self.name}'", value) from e


class _TupleKind(Kind):
    def __init__(self, elements: Sequence[Kind], repeated: bool) -> None:
        self.elements, self.repeated = elements, repeated

    def convert(self, value: Any, path: str, mode: Mode) -> tuple:
        if not isinstance(value, Sequence):
            raise self.misfit(path, "tuple", value)
        elements = [self.elements[0]] * len(value) if self.repeated else self.elements
        if len(value) != len(elements):
            raise self.misfit(path, f"tuple with length {len(elements)}", value)
        pairs = zip(value, elements, strict=True)
        return tuple([kind.convert(v, f"{path}[{i}]", mode) for i, (v, kind) in enumerate(pairs)])


class _MappingKind(Kind):
    def __init__(self, key: Kind, value: Kind) -> None:
        self.key, self.value = key, value

    def convert(self, value: Any, path: str, mode: Mode) -> ImmutableDict:
        if not isinstance(value, Mapping):
            raise self.misfit(path, "mapping", value)
        return ImmutableDict(
            (self.key.convert(k, f"{path}[<key>]", mode), self.value.convert(v, f"{path}[{k!r}]", mode))
            for k, v in value.items()
        )


class _UnionKind(Kind):
    def __init__(self, annotation: Any, options: Sequence[Kind]) -> None:
        self.annotation, self.options = annotation, options

    def convert(self, value: Any, path: str, mode: Mode) -> Any:
        for kind in self.options:
            try:
                return kind.convert(value, path, mode)
            except TypeError:
                continue
        raise self.misfit(path, repr(self.annotation), value)


class _UnresolvedKind(Kind):
    """The name of a class that does not exist yet; only defaults may pass."""

    def __init__(self, annotation: Any) -> None:
        self.annotation = annotation

    def convert(self, value: Any, path: str, mode: Mode) -> Any:
        if mode is Mode.DEFAULT:
            return value
        raise TypeError(f"{path}: Unsupported type annotation {self.annotation!r}")


def kind_of(annotation: Any, in_key: bool = False) -> Kind:
    """The kind of an annotation; TypeError for one that fields can't have (tensors can't be `in_key` of a mapping)."""
    if isinstance(annotation, (str, typing.ForwardRef)):
        return _UnresolvedKind(annotation)
    annotation = type(None) if annotation is None else annotation
    if annotation in _PYTHON_TYPES:
        return _PythonKind(annotation)
    if annotation is DType:
        return _StaticKind("DType", as_dtype)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is None and isinstance(annotation, type) and _holds_tensors(annotation):
        if in_key:
            raise TypeError(f"Mapping had a key {annotation.__name__!r} with type {type(annotation).__name__!r}")
        if annotation is Tensor:
            return _TensorKind()
        return _StaticKind("TensorShape", as_shape) if annotation is TensorShape else _CompositeKind(annotation)
    if origin is tuple:
        repeated = len(arguments) == 2 and arguments[1] is Ellipsis
        return _TupleKind([kind_of(a, in_key) for a in (arguments[:1] if repeated else arguments)], repeated)
    if origin in _UNIONS:
        return _UnionKind(annotation, [kind_of(a, in_key) for a in arguments])
    if origin is Mapping:
        return _MappingKind(kind_of(arguments[0], in_key=True), kind_of(arguments[1], in_key))
    shown = annotation.__name__ if isinstance(annotation, type) and origin is None else annotation
    raise TypeError(f"Unsupported type annotation {shown!r}")


def _holds_tensors(cls: type) -> bool:
    return cls in (Tensor, TensorShape) or issubclass(cls, CompositeTensor)


# ---- fields ----


class Field(typing.NamedTuple):
    """One field: its name, its annotation with what that allows, and its default or NO_DEFAULT."""

    name: str
    annotation: Any
    kind: Kind
    default: Any


def _field(cls: type, name: str, annotation: Any) -> Field:
    try:
        kind = kind_of(annotation)
    except TypeError as e:
        raise TypeError(f"In field {name!r}: {e}") from e
    default = getattr(cls, name, NO_DEFAULT)
    if default is not NO_DEFAULT:
        default = kind.convert(default, f"default value for {name}", Mode.DEFAULT)
    return Field(name, annotation, kind, default)


def fields_of(cls: type) -> tuple[tuple[Field, ...], bool]:
    """The fields of an extension type, inherited ones first, and whether all their annotations are resolved."""
    try:
        hints, resolved = typing.get_type_hints(cls), True
    except (NameError, AttributeError):  # a class that is defined later
        hints, resolved = {}, False
        for base in reversed(cls.__mro__):
            hints.update(annotations_of(base))
    return tuple([_field(cls, name, annotation) for name, annotation in hints.items()]), resolved


def annotations_of(cls: type) -> dict[str, Any]:
    """The annotations of the class itself, names of classes that are defined later as they stand."""
    if sys.version_info >= (3, 14):
        import annotationlib

        return annotationlib.get_annotations(cls, format=annotationlib.Format.FORWARDREF)
    return cls.__dict__.get("__annotations__", {})  # noqa: RUF063 - annotationlib is Python 3.14's


def convert_fields(fields: Sequence[Field], values: dict[str, Any], mode: Mode) -> None:
    """Replaces, in place, the values of all fields by converted ones.

    ValueError unless `values` has all of the fields and nothing else, TypeError where a value does not fit.
    """
    expected = {field.name for field in fields}
    if extra := set(values) - expected:
        raise ValueError(f"Got unexpected fields: {extra}")
    if missing := expected - set(values):
        raise ValueError(f"Missing required fields: {missing}")
    values.update({field.name: field.kind.convert(values[field.name], field.name, mode) for field in fields})
