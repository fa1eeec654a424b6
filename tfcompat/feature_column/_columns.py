"""What feature columns are: their kinds, their configurations, and the cache that they transform features in."""

from __future__ import annotations

import dataclasses
import inspect
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import tfcompat as tf
from tfcompat._core.shapes import TensorShape
from tfcompat._sparse.tensor import SparseTensor, convert_to_tensor_or_sparse_tensor


class FeatureColumn:
    """Turns features, tensors by their names, into what a model takes; compared and hashed by its arguments."""

    @property
    def name(self) -> str:
        """What the column is sorted and its weights are named by."""
        raise NotImplementedError(f"{type(self).__name__} must define `name`.")

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """How tf.io.parse_example reads the features that the column needs."""
        raise NotImplementedError(f"{type(self).__name__} must define `parse_example_spec`.")

    @property
    def parents(self) -> list[Any]:
        """The columns and the names of features that it is made from."""
        raise NotImplementedError(f"{type(self).__name__} must define `parents`.")

    def transform_feature(self, transformation_cache: FeatureTransformationCache, state_manager: Any) -> Any:
        """The column's value, from what the cache has."""
        raise NotImplementedError(f"{type(self).__name__} must define `transform_feature`.")

    def create_state(self, state_manager: Any) -> None:
        """Makes the column's variables; most have none."""

    def get_config(self) -> dict[str, Any]:
        """The arguments; columns, dtypes and functions serialized."""
        return {field: _serialized(getattr(self, field)) for field in _fields(type(self))}

    @classmethod
    def from_config(
        cls,
        config: dict[str, Any],
        custom_objects: Mapping[str, Any] | None = None,
        columns_by_name: dict[str, Any] | None = None,
    ) -> Any:
        """The column that `get_config` described; ValueError for other arguments than the column's."""
        fields = _fields(cls)
        missing = {name: True for name in ("use_safe_embedding_lookup",) if name in fields and name not in config}
        config = {**missing, **config}
        if set(config) != set(fields):
            raise ValueError(f"Invalid config: {config}, expected keys: {fields}")
        arguments = {key: tuple(value) if isinstance(value, list) else value for key, value in config.items()}
        for key in ("categorical_column", "source_column"):
            if key in arguments:
                arguments[key] = deserialize_feature_column(arguments[key], custom_objects, columns_by_name)
        if "keys" in arguments:
            keys = arguments["keys"]
            arguments["keys"] = tuple(deserialize_feature_column(k, custom_objects, columns_by_name) for k in keys)
        if "dtype" in arguments:
            arguments["dtype"] = tf.as_dtype(arguments["dtype"])
        for key in ("normalizer_fn", "initializer"):
            if key in arguments:
                arguments[key] = _function(arguments[key], custom_objects or {})
        return cls(**arguments)


class DenseColumn(FeatureColumn):
    """A column that is a float tensor, [batch, ...]."""

    @property
    def variable_shape(self) -> TensorShape:
        """The shape of one row."""
        raise NotImplementedError(f"{type(self).__name__} must define `variable_shape`.")

    def get_dense_tensor(self, transformation_cache: FeatureTransformationCache, state_manager: Any) -> Any:
        """The rows of the batch."""
        raise NotImplementedError(f"{type(self).__name__} must define `get_dense_tensor`.")


class IdWeightPair(NamedTuple):
    """Numbers of categories, a SparseTensor, and their weights or None."""

    id_tensor: Any
    weight_tensor: Any


class CategoricalColumn(FeatureColumn):
    """A column whose values are numbers of categories, below `num_buckets`."""

    IdWeightPair = IdWeightPair

    @property
    def num_buckets(self) -> int:
        """How many categories there are."""
        raise NotImplementedError(f"{type(self).__name__} must define `num_buckets`.")

    def get_sparse_tensors(self, transformation_cache: FeatureTransformationCache, state_manager: Any) -> IdWeightPair:
        """The numbers and their weights; without weights where the column has none."""
        return IdWeightPair(transformation_cache.get(self, state_manager), None)


class TensorSequenceLengthPair(NamedTuple):
    """A tensor [batch, time, ...] and how long each sequence is."""

    dense_tensor: Any
    sequence_length: Any


class SequenceDenseColumn(FeatureColumn):
    """A column that is a float tensor for each step of a sequence."""

    TensorSequenceLengthPair = TensorSequenceLengthPair

    def get_sequence_dense_tensor(
        self, transformation_cache: FeatureTransformationCache, state_manager: Any
    ) -> TensorSequenceLengthPair:
        """The steps, padded, and the lengths of the sequences."""
        raise NotImplementedError(f"{type(self).__name__} must define `get_sequence_dense_tensor`.")


class FeatureTransformationCache:
    """Features by name, and what columns have made of them: each is computed once."""

    def __init__(self, features: Mapping[str, Any]) -> None:
        self._features = dict(features)
        self._found: dict[Any, Any] = {}

    def get(self, key: Any, state_manager: Any, training: Any = None) -> Any:
        """The feature of a name, at least [batch, 1], or the value of a column.

        ValueError for a name that there is not, TypeError for a key that is neither a name nor a column.
        """
        if key not in self._found:
            self._found[key] = self._made(key, state_manager, training)
        return self._found[key]

    def _made(self, key: Any, state_manager: Any, training: Any) -> Any:
        if key in self._features:
            return _of_rank_2(key, convert_to_tensor_or_sparse_tensor(self._features[key]))
        if isinstance(key, str):
            raise ValueError(f"Feature {key} is not in features dictionary.")
        if not isinstance(key, FeatureColumn):
            raise TypeError(f'"key" must be either a "str" or "FeatureColumn". Provided: {key}')
        found = with_training(key.transform_feature, training)(self, state_manager)
        if found is None:
            raise ValueError(f"Column {key.name} is not supported.")
        return found


def with_training(method: Callable[..., Any], training: Any) -> Callable[..., Any]:
    """The method of a column with `training` among its arguments, where it takes it."""
    takes = "training" in inspect.signature(method).parameters
    return (lambda *args: method(*args, training=training)) if takes else method


class StateManager:
    """The variables and tables of the columns of a layer (tf.__internal__.feature_column.StateManager)."""

    def __init__(self, layer: Any, trainable: bool) -> None:
        self._layer, self._trainable = layer, trainable
        self._variables: dict[Any, dict[str, Any]] = defaultdict(dict)
        self._resources: dict[Any, dict[str, Any]] = defaultdict(dict)

    def create_variable(
        self,
        feature_column: FeatureColumn,
        name: str,
        shape: Any,
        dtype: Any = None,
        trainable: bool = True,
        use_resource: bool = True,
        initializer: Any = None,
    ) -> Any:
        """A weight of the layer; ValueError where the column has one of that name. Every variable is a resource."""
        if name in self._variables[feature_column]:
            raise ValueError("Variable already exists.")
        wanted = {"shape": shape, "dtype": dtype, "initializer": initializer}
        variable = self._layer.add_weight(name=name, trainable=self._trainable and trainable, **wanted)
        self._variables[feature_column][name] = variable
        return variable

    def get_variable(self, feature_column: FeatureColumn, name: str) -> Any:
        """The column's variable; ValueError where it was not made."""
        if name not in self._variables[feature_column]:
            raise ValueError("Variable does not exist.")
        return self._variables[feature_column][name]

    def add_resource(self, feature_column: FeatureColumn, resource_name: str, resource: Any) -> None:
        """Keeps a table of the column's."""
        self._resources[feature_column][resource_name] = resource

    def has_resource(self, feature_column: FeatureColumn, resource_name: str) -> bool:
        """Whether the column keeps a table of that name."""
        return resource_name in self._resources[feature_column]

    def get_resource(self, feature_column: FeatureColumn, resource_name: str) -> Any:
        """The column's table; ValueError where it keeps none."""
        if not self.has_resource(feature_column, resource_name):
            raise ValueError("Resource does not exist.")
        return self._resources[feature_column][resource_name]


def to_sparse(value: Any, ignored: Any = None) -> SparseTensor:
    """A tensor without the elements that stand for nothing: "", -1, 0.0, or `ignored`; a SparseTensor as it is."""
    tensor: Any = convert_to_tensor_or_sparse_tensor(value)
    if isinstance(tensor, SparseTensor):
        return tensor
    if ignored is None:
        ignored = "" if tensor.dtype == tf.string else -1 if tensor.dtype.is_integer else 0
    indices = tf.where(tf.not_equal(tensor, tf.cast(ignored, tensor.dtype)))
    return SparseTensor(indices, tf.gather_nd(tensor, indices), tf.shape(tensor, tf.int64))


def _of_rank_2(key: str, tensor: Any) -> Any:
    def expanded() -> Any:
        if isinstance(tensor, SparseTensor):
            return tf.sparse.reshape(tensor, [tf.shape(tensor)[0], 1])
        return tf.expand_dims(tensor, -1)

    rank = tensor.shape.rank
    if rank == 0:
        raise ValueError(f"Feature (key: {key}) cannot have rank 0. Given: {tensor}")
    if rank is None:
        return tf.cond(tf.equal(1, tf.rank(tensor)), expanded, lambda: tensor)
    return expanded() if rank == 1 else tensor


# ---- arguments ----


def need_string_key(key: Any) -> None:
    """ValueError for a feature's name that is no string."""
    if not isinstance(key, str):
        raise ValueError(f"key must be a string. Got: type {type(key)}. Given key: {key}.")


def need_string_or_integer(dtype: Any, prefix: str) -> None:
    """ValueError for another dtype."""
    if dtype != tf.string and not dtype.is_integer:
        raise ValueError(f"{prefix} dtype must be string or integer. dtype: {dtype}.")


# ---- configurations ----


def _fields(cls: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(cls)) if dataclasses.is_dataclass(cls) else ()


def _serialized(value: Any) -> Any:
    if isinstance(value, FeatureColumn):
        return serialize_feature_column(value)
    if isinstance(value, tf.DType):
        return value.name
    if isinstance(value, tuple):
        return tuple(_serialized(v) for v in value)
    if hasattr(value, "get_config"):
        return {"class_name": type(value).__name__, "config": value.get_config()}
    return getattr(value, "__name__", value) if callable(value) else value


def _function(value: Any, custom_objects: Mapping[str, Any]) -> Any:
    """An initializer or a function, by its name or configuration."""
    from tfcompat.compat.v1 import initializers

    if value is None or callable(value):
        return value
    name = value["class_name"] if isinstance(value, dict) else value
    found = custom_objects.get(name) or next(
        (kind for kind in vars(initializers).values() if getattr(kind, "__name__", None) == name), None
    )
    if found is None:
        raise ValueError(f"Unknown object: {name}")
    if isinstance(value, dict):
        return found.from_config(value["config"])
    return found() if inspect.isclass(found) else found


def serialize_feature_column(fc: Any) -> Any:
    """A column's class and configuration; a feature's name as it is. ValueError for anything else."""
    if isinstance(fc, str):
        return fc
    if not isinstance(fc, FeatureColumn):
        raise ValueError(f"Instance: {fc} is not a FeatureColumn")
    return {"class_name": type(fc).__name__, "config": fc.get_config()}


def deserialize_feature_column(
    config: Any, custom_objects: Mapping[str, Any] | None = None, columns_by_name: dict[str, Any] | None = None
) -> Any:
    """The column that was serialized; the same object for the same name in `columns_by_name`.

    ValueError for another form, an unknown class and one that is no column.
    """
    if isinstance(config, str):
        return config
    if not isinstance(config, dict) or "class_name" not in config or "config" not in config:
        raise ValueError(f"Improper config format: {config}")
    name = config["class_name"]
    known = {kind.__name__: kind for kind in _descendants(FeatureColumn)}
    kind = (custom_objects or {}).get(name) or known.get(name)
    if kind is None:
        raise ValueError(f"Unknown feature_column_v2: {name}")
    if not issubclass(kind, FeatureColumn):
        raise ValueError(f"Expected FeatureColumn class, instead found: {kind}")
    column = kind.from_config(config["config"], custom_objects=custom_objects, columns_by_name=columns_by_name)
    return column if columns_by_name is None else columns_by_name.setdefault(f"{name}:{column.name}", column)


def _descendants(kind: type) -> set[type]:
    return {kind}.union(*(_descendants(below) for below in kind.__subclasses__()))


def make_parse_example_spec(feature_columns: Any) -> dict[str, Any]:
    """What tf.io.parse_example takes as `features`, for all that the columns need.

    ValueError for what is no column, and where two columns need a feature in different forms.
    """
    found: dict[str, Any] = {}
    for column in feature_columns:
        if not isinstance(column, FeatureColumn):
            raise ValueError(f"All feature_columns must be FeatureColumn instances. Given: {column}")
        for key, value in column.parse_example_spec.items():
            if found.setdefault(key, value) != value:
                raise ValueError(
                    f"feature_columns contain different parse_spec for key {key}. Given {value} and {found[key]}"
                )
    return found


def normalized(feature_columns: Any) -> list[FeatureColumn]:
    """One column or several, as a list by their names; ValueError for what is none, for none at all, and for twins."""
    if isinstance(feature_columns, FeatureColumn):
        feature_columns = [feature_columns]
    if isinstance(feature_columns, dict):
        raise ValueError("Expected feature_columns to be iterable, found dict.")
    columns = list(feature_columns)
    for column in columns:
        if not isinstance(column, FeatureColumn):
            raise ValueError(
                f"Items of feature_columns must be a FeatureColumn. Given (type {type(column)}): {column}."
            )
    if not columns:
        raise ValueError("feature_columns must not be empty.")
    by_name: dict[str, FeatureColumn] = {}
    for column in columns:
        if column.name in by_name:
            raise ValueError(
                f"Duplicate feature column name found for columns: {column} and {by_name[column.name]}. This usually "
                "means that these columns refer to same base feature. Either one must be discarded or a duplicated but "
                "renamed item must be inserted in features dict."
            )
        by_name[column.name] = column
    return [by_name[name] for name in sorted(by_name)]
