"""Policies for the layers of a model, by their paths."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from typing import Any

from tfcompat.keras.dtype_policies.policy import DTypePolicy, get


class DTypePolicyMap(DTypePolicy, MutableMapping):
    """Policies by paths of layers, or patterns that match them (tf.keras.dtype_policies.DTypePolicyMap).

    default_policy: of all other paths; None is the policy of layers made without one. policy_map: a dict to begin with.
    ValueError for a default that is a map, and where a path matches two patterns; TypeError for no dict.
    """

    _api_name = "keras.dtype_policies.DTypePolicyMap"

    def __init__(self, default_policy: Any = None, policy_map: dict[str, Any] | None = None) -> None:
        if isinstance(default_policy, DTypePolicyMap):
            raise ValueError("`default_policy` cannot be a `DTypePolicyMap`.")
        if policy_map is not None and not isinstance(policy_map, dict):
            raise TypeError(
                f"`policy_map` must be a dict. Received: policy_map={policy_map} of type {type(policy_map)}"
            )
        get(default_policy)
        self._given = default_policy
        self._policies: dict[str, Any] = policy_map or {}

    name = property(lambda self: f"map_{self.default_policy.name}", doc="The default policy's name, after map_.")
    default_policy = property(lambda self: get(self._given), doc="The policy of paths that are not in the map.")
    variable_dtype = property(lambda self: self.default_policy.variable_dtype, doc="The default policy's.")
    compute_dtype = property(lambda self: self.default_policy.compute_dtype, doc="The default policy's.")
    quantization_mode = property(lambda self: self.default_policy.quantization_mode, doc="The default policy's.")

    def __getitem__(self, key: str) -> Any:
        if key in self._policies:
            return self._policies[key]
        found = [pattern for pattern in self._policies if re.fullmatch(pattern, key)]
        if len(found) > 1:
            raise ValueError(f"Path '{key}' matches multiple keys of the DTypePolicyMap: {found}. It must match one.")
        return self._policies[found[0]] if found else self.default_policy

    def __setitem__(self, key: str, policy: Any) -> None:
        if key in self._policies:
            raise ValueError(f"{key} already exist in the DTypePolicyMap with value {self._policies[key]}.")
        try:
            self._policies[key] = get(policy)
        except Exception:
            raise ValueError(
                f"Cannot interpret the policy of '{key}'. Received: {policy} of type {type(policy)}"
            ) from None

    def __delitem__(self, key: str) -> None:
        del self._policies[key]

    def __contains__(self, key: object) -> bool:
        return key in self._policies

    def __len__(self) -> int:
        return len(self._policies)

    def __iter__(self) -> Iterator[str]:
        return iter(self._policies)

    def get_config(self) -> dict[str, Any]:
        """The default policy and the serialized map; without a default, policies in it leave theirs open too."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        policies = {key: serialize_keras_object(policy) for key, policy in self._policies.items()}
        if self._given is None:
            for config in policies.values():
                config["config"].update({k: None for k in ("name", "source_name") if k in config["config"]})
        given = serialize_keras_object(self._given) if isinstance(self._given, DTypePolicy) else self._given
        return {"default_policy": given, "policy_map": policies}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> DTypePolicyMap:
        """The map that `get_config` described."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        policies = deserialize_keras_object(config["policy_map"], custom_objects=custom_objects)
        return cls(config["default_policy"], policies)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        mapping = [(key, policy.name) for key, policy in self._policies.items()]
        return f"<DTypePolicyMap at {hex(id(self))} default_policy={self.default_policy.name}, mapping={mapping}>"
