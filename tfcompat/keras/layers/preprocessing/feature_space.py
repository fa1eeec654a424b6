"""keras.utils.FeatureSpace: structured data, each feature prepared in its own way."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence
from typing import Any

import tfcompat
from tfcompat.keras import layers, ops, tree
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._naming import auto_name
from tfcompat.keras.layers.preprocessing import _checks
from tfcompat.keras.saving.serialization import deserialize_keras_object, serialize_keras_object


class Cross:
    """Features whose combinations are a feature too (what FeatureSpace.cross makes)."""

    _api_name = "keras.src.layers.preprocessing.feature_space.Cross"

    def __init__(self, feature_names: Sequence[str], crossing_dim: int, output_mode: str = "one_hot") -> None:
        self.feature_names, self.crossing_dim = tuple(feature_names), crossing_dim
        self.output_mode = _checks.one_of(output_mode, ("int", "one_hot"), self, "output_mode")

    name = property(lambda self: "_X_".join(self.feature_names), doc="The features' names, joined.")

    def _obj_type(self) -> str:
        return "Cross"

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        config = {"feature_names": self.feature_names, "crossing_dim": self.crossing_dim}
        return {**config, "output_mode": self.output_mode}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Cross:
        """The cross that `get_config` described."""
        return cls(**config)


class Feature:
    """One feature: its dtype, the layer that prepares it, and what comes out (what FeatureSpace.feature makes)."""

    _api_name = "keras.src.layers.preprocessing.feature_space.Feature"

    def __init__(self, dtype: str, preprocessor: Any, output_mode: str) -> None:
        self.output_mode = _checks.one_of(output_mode, ("int", "one_hot", "float"), self, "output_mode")
        self.dtype = dtype
        is_config = isinstance(preprocessor, dict)
        self.preprocessor = deserialize_keras_object(preprocessor) if is_config else preprocessor

    def _obj_type(self) -> str:
        return "Feature"

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        layer = serialize_keras_object(self.preprocessor)
        return {"dtype": self.dtype, "preprocessor": layer, "output_mode": self.output_mode}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Feature:
        """The feature that `get_config` described."""
        return cls(**config)


class TFDIdentity(layers.Layer):
    """A number as it is, under the name that Keras's files have for it."""

    _api_name = "keras.src.layers.preprocessing.feature_space.TFDIdentity"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def call(self, x: Any) -> Any:
        """The input."""
        return x

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The input's shape."""
        return input_shape


class FeatureSpace(layers.Layer):
    """Prepares dicts of features, one layer a feature, and joins them (tf.keras.utils.FeatureSpace).

    features: {name: "float", "float_normalized", "float_rescaled", "float_discretized", "integer_categorical",
    "string_categorical", "integer_hashed", "string_hashed" or what the methods of these names make}. crosses: tuples of
    names whose combinations are hashed to `crossing_dim` numbers. output_mode: "concat" for one vector, or "dict".
    Call `adapt` on a tf.data.Dataset of dicts, or on a dict of arrays, then the space itself on dicts.
    """

    _api_name = "keras.utils.FeatureSpace"

    @classmethod
    def cross(cls, feature_names: Sequence[str], crossing_dim: int, output_mode: str = "one_hot") -> Cross:
        """A feature of the combinations of others."""
        return Cross(feature_names, crossing_dim, output_mode=output_mode)

    @classmethod
    def feature(cls, dtype: str, preprocessor: Any, output_mode: str) -> Feature:
        """A feature prepared by a layer of one's own."""
        return Feature(dtype, preprocessor, output_mode)

    @classmethod
    def float(cls, name: str | None = None) -> Feature:
        """A number as it is."""
        name = name or auto_name("float")
        return Feature("float32", TFDIdentity(dtype="float32", name=f"{name}_preprocessor"), "float")

    @classmethod
    def float_rescaled(cls, scale: Any = 1.0, offset: Any = 0.0, name: str | None = None) -> Feature:
        """A number times `scale` plus `offset`."""
        name = name or auto_name("float_rescaled")
        return Feature("float32", layers.Rescaling(scale=scale, offset=offset, name=f"{name}_preprocessor"), "float")

    @classmethod
    def float_normalized(cls, name: str | None = None) -> Feature:
        """A number brought to mean 0 and variance 1."""
        name = name or auto_name("float_normalized")
        return Feature("float32", layers.Normalization(axis=-1, name=f"{name}_preprocessor"), "float")

    @classmethod
    def float_discretized(
        cls, num_bins: int | None, bin_boundaries: Any = None, output_mode: str = "one_hot", name: str | None = None
    ) -> Feature:
        """The bin that a number falls into."""
        name = f"{name or auto_name('float_discretized')}_preprocessor"
        layer = layers.Discretization(num_bins=num_bins, bin_boundaries=bin_boundaries, name=name)
        return Feature("float32", layer, output_mode)

    @classmethod
    def integer_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """An integer that is a category."""
        name = f"{name or auto_name('integer_categorical')}_preprocessor"
        layer = layers.IntegerLookup(name=name, max_tokens=max_tokens, num_oov_indices=num_oov_indices)
        return Feature("int32", layer, output_mode)

    @classmethod
    def string_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """A string that is a category."""
        name = f"{name or auto_name('string_categorical')}_preprocessor"
        layer = layers.StringLookup(name=name, max_tokens=max_tokens, num_oov_indices=num_oov_indices)
        return Feature("string", layer, output_mode)

    @classmethod
    def string_hashed(cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None) -> Feature:
        """A string by its hash."""
        name = name or auto_name("string_hashed")
        return Feature("string", layers.Hashing(num_bins=num_bins, name=f"{name}_preprocessor"), output_mode)

    @classmethod
    def integer_hashed(cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None) -> Feature:
        """An integer by its hash."""
        name = name or auto_name("integer_hashed")
        return Feature("int32", layers.Hashing(num_bins=num_bins, name=f"{name}_preprocessor"), output_mode)

    def __init__(
        self,
        features: dict[str, Any],
        output_mode: str = "concat",
        crosses: Any = None,
        crossing_dim: int = 32,
        hashing_dim: int = 32,
        num_discretization_bins: int = 32,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name)
        if not features:
            raise ValueError("The `features` argument cannot be None or empty.")
        self.output_mode = _checks.one_of(output_mode, ("dict", "concat"), self, "output_mode")
        self.crossing_dim, self.hashing_dim = crossing_dim, hashing_dim
        self.num_discretization_bins = num_discretization_bins
        self.features = {key: self._feature(key, value) for key, value in features.items()}
        self.crosses = [self._cross(each) for each in crosses or ()]
        self.crosses_by_name = {each.name: each for each in self.crosses}
        self.inputs = {key: layers.Input((1,), dtype=value.dtype, name=key) for key, value in self.features.items()}
        self.preprocessors = {key: value.preprocessor for key, value in self.features.items()}
        self.crossers = {c.name: layers.HashedCrossing(c.crossing_dim, name=c.name) for c in self.crosses}
        self.one_hot_encoders: dict[str, Any] = {}
        self.encoded_features: Any = None
        self._is_adapted = False

    def _feature(self, name: str, value: Any) -> Feature:
        if isinstance(value, Feature):
            return value
        if isinstance(value, dict):
            return deserialize_keras_object(value)
        if value in ("integer_hashed", "string_hashed"):
            return getattr(self, value)(self.hashing_dim, name=name)
        if value == "float_discretized":
            return self.float_discretized(self.num_discretization_bins, name=name)
        known = ("float", "float_normalized", "float_rescaled", "integer_categorical", "string_categorical")
        if value not in known:
            raise ValueError(f"Invalid feature type: {value}")
        return getattr(self, value)(name=name)

    def _cross(self, value: Any) -> Cross:
        value = deserialize_keras_object(value) if isinstance(value, dict) else value
        if isinstance(value, Cross):
            return value
        if not self.crossing_dim:
            raise ValueError(
                "When specifying `crosses`, the argument `crossing_dim` (dimensionality of the crossing space) should "
                "be specified as well."
            )
        if any(key not in self.features for key in value):
            raise ValueError(
                "All features referenced in the `crosses` argument should be present in the `features` dict. "
                f"Received unknown features: {value}"
            )
        return Cross(value, crossing_dim=self.crossing_dim)

    # ---- adapting ----

    def _to_adapt(self) -> list[str]:
        """The features whose layers learn something from data."""

        def learns(layer: Any) -> bool:
            if isinstance(layer, layers.Normalization):
                return layer.input_mean is None
            if isinstance(layer, layers.Discretization):
                return layer.num_bins is not None
            return hasattr(layer, "adapt") and not getattr(layer, "_has_input_vocabulary", False)

        return [name for name, layer in self.preprocessors.items() if learns(layer)]

    def adapt(self, dataset: Any) -> None:
        """Adapts the features' layers to a tf.data.Dataset of dicts, or to a dict of arrays."""
        if isinstance(dataset, dict):
            arrays = {key: _checks.ensure_tensor(value) for key, value in dataset.items()}
            source: Any = lambda name: iter([arrays[name]])  # noqa: E731
        elif hasattr(dataset, "element_spec"):
            source = lambda name: _columns(dataset, name)  # noqa: E731
        else:
            raise ValueError(
                "`adapt()` can only be called on a tf.data.Dataset or a dict of arrays/lists. "
                f"Received instead: {dataset} (of type {type(dataset)})"
            )
        for name in self._to_adapt():
            self.preprocessors[name].adapt(_as_columns(source(name)))
        self._is_adapted = True
        self.get_encoded_features()

    def get_inputs(self) -> dict[str, KerasTensor]:
        """keras.Inputs for the raw features, from which a model with the preparation in it starts."""
        self.get_encoded_features()
        return self.inputs

    def get_encoded_features(self) -> Any:
        """The prepared features as KerasTensors, from which a model without the preparation in it starts."""
        if not self._is_adapted and self._to_adapt():
            raise ValueError("You need to call `.adapt(dataset)` on the FeatureSpace before you can start using it.")
        self._is_adapted = True
        if self.encoded_features is None:
            self.encoded_features = self._encoded(self.inputs)
            self.built = True
        return self.encoded_features

    # ---- preparing ----

    def _encoded(self, data: dict[str, Any]) -> Any:
        prepared = {name: self.preprocessors[name](x) for name, x in data.items()}
        crossed = {c.name: self.crossers[c.name]([prepared[n] for n in c.feature_names]) for c in self.crosses}
        parts: dict[str, Any] = {}
        for name in sorted(prepared):
            parts[name] = self._vector(name, prepared[name], self.features[name], self.preprocessors[name])
        for name in sorted(crossed):
            parts[name] = self._vector(name, crossed[name], self.crosses_by_name[name], self.crossers[name])
        if self.output_mode == "dict":
            return parts
        for name, x in parts.items():
            kind = standardize_dtype(x.dtype)
            if kind.startswith("int") or kind == "string":
                raise ValueError(
                    f"Cannot concatenate features because feature '{name}' has not been encoded (it has dtype {kind}). "
                    "Consider using `output_mode='dict'`."
                )
        return ops.concatenate(list(parts.values()), axis=-1)

    def _vector(self, name: str, x: Any, spec: Feature | Cross, layer: Any) -> Any:
        """A prepared feature as a vector where it is asked for as one."""
        if spec.output_mode != "one_hot":
            return x
        if name not in self.one_hot_encoders:
            kind = standardize_dtype(tree.flatten(x)[0].dtype)
            if not kind.startswith("int"):
                raise ValueError(
                    f"Feature '{name}' has `output_mode='one_hot'`. Thus its preprocessor should return an integer "
                    f"dtype. Instead it returns a {kind} dtype."
                )
            self.one_hot_encoders[name] = layers.CategoryEncoding(self._cardinality(name, layer))
        return self.one_hot_encoders[name](x)

    def _cardinality(self, name: str, layer: Any) -> int:
        if isinstance(layer, (layers.IntegerLookup, layers.StringLookup)):
            return layer.vocabulary_size()
        if isinstance(layer, layers.CategoryEncoding):
            return layer.num_tokens
        if isinstance(layer, layers.Discretization):
            return layer.num_bins or len(layer.bin_boundaries) + 1
        if isinstance(layer, (layers.HashedCrossing, layers.Hashing)):
            return layer.num_bins
        raise ValueError(
            f"Feature '{name}' has `output_mode='one_hot'`. However it isn't a standard feature and the dimensionality "
            "of its output space is not known, thus it cannot be one-hot encoded. Try using `output_mode='int'`."
        )

    def __call__(self, data: dict[str, Any]) -> Any:
        """The prepared features of a dict of batches, or of single values, which come back without a batch."""
        self.get_encoded_features()
        if not isinstance(data, dict):
            raise ValueError(
                f"A FeatureSpace can only be called with a dict. Received: data={data} (of type {type(data)}"
            )
        tensors = {key: _checks.ensure_tensor(value) for key, value in data.items()}
        single = any(len(x.shape) == 0 for x in tensors.values())
        found = self._encoded({key: _as_column(x) for key, x in tensors.items()})
        if not single:
            return found
        return tree.map_structure(
            lambda x: tfcompat.squeeze(x, 0) if len(x.shape) == 2 and x.shape[0] == 1 else x, found
        )

    # ---- saving ----

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {
            "features": serialize_keras_object(self.features),
            "output_mode": self.output_mode,
            "crosses": serialize_keras_object(self.crosses),
            "crossing_dim": self.crossing_dim,
            "hashing_dim": self.hashing_dim,
            "num_discretization_bins": self.num_discretization_bins,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> FeatureSpace:
        """The space that `get_config` described."""
        return cls(**config)

    def get_build_config(self) -> dict[str, Any]:
        """What the features' layers were built with."""
        return {name: layer.get_build_config() for name, layer in self.preprocessors.items()}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Builds the features' layers as they were built."""
        for name, own in config.items():
            if not self.preprocessors[name].built:
                self.preprocessors[name].build_from_config(own)
        self._is_adapted = True

    def save(self, filepath: Any) -> None:
        """Writes the space to a `.keras` file, which keras.models.load_model reads."""
        from tfcompat.keras import saving

        saving.save_model(self, filepath)

    def save_own_variables(self, store: Any) -> None:
        """Nothing: the layers store theirs."""

    def load_own_variables(self, store: Any) -> None:
        """Nothing: the layers have theirs."""


def _columns(dataset: Any, name: str) -> Iterator[Any]:
    """One feature's batches, of single examples too."""
    if any(len(spec.shape) == 0 for spec in tree.flatten(dataset.element_spec)):
        dataset = dataset.batch(32)
    for batch in dataset:
        yield batch[name]


def _as_columns(batches: Iterator[Any]) -> Iterator[Any]:
    return (_as_column(batch) for batch in batches)


def _as_column(x: Any) -> Any:
    """A batch of values as [batch, 1], a single one as [1, 1]."""
    rank = builtins.len(x.shape)
    if rank == 0:
        return tfcompat.reshape(x, (1, 1))
    return tfcompat.expand_dims(x, -1) if rank == 1 else x
