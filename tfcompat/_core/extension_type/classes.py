"""tf.experimental.ExtensionType: classes of values whose fields, tensors among them, are named by annotations.

The metaclass checks a new class, gives it a constructor and makes its `Spec`; what a value is taken apart into, for
tf.nest, tf.function and the like, is in `specs.py`, and how fields are converted in `fields.py`.
"""

from __future__ import annotations

import abc
import functools
import inspect
from typing import Any

import torch

from tfcompat._core import structure
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.extension_type.fields import (
    CACHED_SPEC,
    IN_CONSTRUCTOR,
    NO_DEFAULT,
    Field,
    Mode,
    annotations_of,
    convert_fields,
    fields_of,
    is_reserved,
)
from tfcompat._core.extension_type.specs import BatchableExtensionTypeSpec, ExtensionTypeSpec
from tfcompat._core.ops import Value, Values, op
from tfcompat._core.type_spec import TypeSpec

_FIELDS = "_tf_extension_type_cached_fields"
_FRAMEWORK = "_tf_extension_type_do_not_transform_this_class"
_MADE_WITH_A_CLASS = ("__module__", "__dict__", "__weakref__", "__abstractmethods__", "_abc_impl")
_MUTABLE = ("_keras_mask",)  # Keras hands masks on by it


class ExtensionTypeMetaclass(abc.ABCMeta):
    """Makes extension types of the classes that are derived from ExtensionType."""

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> None:
        if not namespace.get(_FRAMEWORK, False):
            _check_namespace(cls)
            _add_constructor(cls)
            cls.Spec = _make_spec(cls)
        super().__init__(name, bases, namespace)


class ExtensionType(CompositeTensor, metaclass=ExtensionTypeMetaclass):
    """The base of user-defined types of values that hold tensors (`tf.experimental.ExtensionType`).

    A subclass annotates its fields: `values: tf.Tensor`. Annotations are int, float, str, bytes, bool, None, tf.Tensor,
    tf.TensorShape, tf.DType, composite and extension types, and tuples, `typing.Mapping`s and unions of these. Values
    are immutable, their fields converted (TypeError where one does not fit) and then checked by `__validate__`. A class
    without `__init__` gets one that takes the fields in order; `Spec` is the class of its TypeSpecs.
    """

    _tf_extension_type_do_not_transform_this_class = True
    _is_tensor = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if type(self) is ExtensionType:
            raise AssertionError(
                "Cannot create an instance of ExtensionType because ExtensionType is an abstract base class."
            )

    @classmethod
    def _tf_extension_type_fields(cls) -> tuple[Field, ...]:
        """The fields, cached by the class once all annotations are resolved."""
        found = cls.__dict__.get(_FIELDS)
        if found is None:
            found, resolved = fields_of(cls)
            if resolved:
                setattr(cls, _FIELDS, found)
        return found

    @classmethod
    def _tf_extension_type_has_field(cls, name: str) -> bool:
        return any(field.name == name for field in cls._tf_extension_type_fields())

    def _tf_extension_type_convert_fields(self) -> None:
        convert_fields(self._tf_extension_type_fields(), vars(self), Mode.VALUE)

    def __validate__(self) -> None:
        """Called when a value was made; a subclass may override it, to raise where the fields don't go together."""

    @property
    def _type_spec(self) -> Any:
        spec = self.__dict__.get(CACHED_SPEC)
        if spec is None:
            spec = self.__dict__[CACHED_SPEC] = type(self).Spec.from_value(self)  # type: ignore[attr-defined]
        return spec

    # ---- immutable ----

    def __setattr__(self, name: str, value: Any) -> None:
        self._refuse_unless_constructing(name)
        vars(self)[name] = value

    def __delattr__(self, name: str) -> None:
        self._refuse_unless_constructing(name)
        del vars(self)[name]

    def _refuse_unless_constructing(self, name: str) -> None:
        if name in _MUTABLE or (IN_CONSTRUCTOR in self.__dict__ and self._tf_extension_type_has_field(name)):
            return
        raise AttributeError(f"Cannot mutate attribute `{name}` outside the custom constructor of ExtensionType.")

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __repr__(self) -> str:
        shown = [f"{field.name}={getattr(self, field.name)!r}" for field in self._tf_extension_type_fields()]
        return f"{type(self).__qualname__}({', '.join(shown)})"

    # ---- comparing: unhashable, as tensors are ----

    def __eq__(self, other: object) -> Any:
        """A scalar tensor: whether all tensors are equal; False where the types or what is no tensor differ."""
        if type(self) is not type(other) or self._type_spec != other._type_spec:  # type: ignore[attr-defined]
            return False
        pairs = zip(*(structure.flatten(v, expand_composites=True) for v in (self, other)), strict=True)
        return _all([_same(a, b) for a, b in pairs])

    def __ne__(self, other: object) -> Any:
        same = self.__eq__(other)
        return not same if isinstance(same, bool) else ~same

    __hash__ = None  # type: ignore[assignment]


class BatchableExtensionType(ExtensionType):
    """An ExtensionType whose values can be stacked and split (`tf.experimental.BatchableExtensionType`).

    tf.map_fn, tf.data and Keras take such values apart along the first dimension of all their tensors, or as the
    class's `__batch_encoder__`, a `tf.experimental.ExtensionTypeBatchEncoder`, says.
    """

    _tf_extension_type_do_not_transform_this_class = True


def as_dict(value: Any) -> dict[str, Any]:
    """The fields of an extension type's value by name (`tf.experimental.extension_type.as_dict`), not recursive."""
    return {field.name: getattr(value, field.name) for field in value._tf_extension_type_fields()}


@op("Equal", strings=True)
def _same(x: Value, y: Value, name: str | None = None) -> torch.Tensor:
    """Whether two tensors of one dtype have the same shape and values, as a scalar."""
    return torch.eq(x, y).all() if x.shape == y.shape else x.new_zeros((), dtype=torch.bool)


@op("All")
def _all(x: Values, name: str | None = None) -> torch.Tensor:
    """Whether all of these scalars are true."""
    return torch.stack(list(x)).all() if x else torch.ones((), dtype=torch.bool)


# ---- what the metaclass does ----


def _check_namespace(cls: Any) -> None:
    """ValueError for what a class body can't have: reserved names, values without annotations, a strange Spec."""
    annotations = annotations_of(cls)
    problem = f"The field annotations for {cls.__name__} are invalid."
    for name, value in cls.__dict__.items():
        if name == "Spec":
            if not isinstance(value, type):
                raise ValueError(f"{cls.__qualname__}.Spec must be a nested class; got {value}.")
            if value.__bases__ not in ((TypeSpec,), (object,)):
                raise ValueError(f"{cls.__qualname__}.Spec must be directly subclassed from tf.TypeSpec.")
        elif is_reserved(name):
            raise ValueError(f"{problem} Field '{name}' is reserved.")
    for name in annotations:
        if is_reserved(name):
            raise ValueError(f"{problem} Field '{name}' is reserved.")
    for name, value in cls.__dict__.items():
        internal = name.startswith("_abc_") or (name.startswith("__") and name.endswith("__"))
        if name not in annotations and not internal and not _is_behaviour(value):
            raise ValueError(f"{problem} Field {name} is missing a type annotation.")


def _is_behaviour(value: Any) -> bool:
    return callable(value) or isinstance(value, (property, classmethod, staticmethod))


def _add_constructor(cls: Any) -> None:
    if "__init__" in cls.__dict__:
        _complete_constructor(cls)
        return
    parameters, keyword_only, optional = [], False, False
    for field in cls._tf_extension_type_fields():
        # A field without a default that follows one with a default can only be given by name; so can what follows it.
        required = field.default is NO_DEFAULT
        keyword_only, optional = keyword_only or (optional and required), optional or not required
        parameters.append(
            inspect.Parameter(
                field.name,
                inspect.Parameter.KEYWORD_ONLY if keyword_only else inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=inspect.Parameter.empty if required else field.default,
                annotation=field.annotation,
            )
        )
    _make_constructor(cls, parameters)


def _complete_constructor(cls: Any) -> None:
    """Lets a user's constructor assign the fields, which are converted and checked when it is done."""
    user_constructor = cls.__init__

    @functools.wraps(user_constructor)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        self.__dict__[IN_CONSTRUCTOR] = True
        user_constructor(self, *args, **kwargs)
        del self.__dict__[IN_CONSTRUCTOR]
        self._tf_extension_type_convert_fields()
        self.__validate__()

    cls.__init__ = __init__


def _make_constructor(cls: Any, parameters: list[inspect.Parameter]) -> None:
    """A constructor that takes the fields as these parameters say."""
    signature = inspect.Signature(parameters)

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        self.__dict__.update(bound.arguments)
        self._tf_extension_type_convert_fields()
        self.__validate__()

    own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    __init__.__signature__ = inspect.Signature([own, *parameters], return_annotation=cls)  # type: ignore[attr-defined]
    __init__.__qualname__ = f"{cls.__qualname__}.__init__"
    cls.__init__ = __init__


def _make_spec(cls: Any) -> Any:
    """The class of the TypeSpecs of an extension type, with what its own class `Spec` defines."""
    batchable = issubclass(cls, BatchableExtensionType)
    qualified = f"{cls.__qualname__}.Spec"
    namespace = {"value_type": cls, "__module__": cls.__module__, **_own_spec(cls, qualified)}
    if hasattr(cls, "__batch_encoder__"):
        namespace.setdefault("__batch_encoder__", cls.__batch_encoder__)
    if "__batch_encoder__" in namespace and not batchable:
        raise ValueError("__batch_encoder__ should only be defined for BatchableExtensionType classes.")
    base = BatchableExtensionTypeSpec if batchable else ExtensionTypeSpec
    spec: Any = type(f"{cls.__name__}.Spec", (base,), namespace)
    spec.__qualname__ = qualified
    if "__init__" in namespace:
        _complete_constructor(spec)
    else:
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        _make_constructor(spec, [inspect.Parameter(f.name, kind) for f in cls._tf_extension_type_fields()])
    return spec


def _own_spec(cls: Any, qualified: str) -> dict[str, Any]:
    """What the class `Spec` in the body of an extension type defines; ValueError where a name can't be."""
    found: dict[str, Any] = {}
    own = cls.__dict__.get("Spec")
    for name, value in vars(own).items() if own is not None else ():
        if is_reserved(name):
            raise ValueError(f"TypeSpec {qualified} uses reserved name '{name}'.")
        if cls._tf_extension_type_has_field(name):
            raise ValueError(
                f"TypeSpec {qualified} defines a variable '{name}' which shadows a field in {cls.__qualname__}"
            )
        if name not in _MADE_WITH_A_CLASS:
            found[name] = value
    return found
