"""keras.utils.Config."""

from __future__ import annotations

import difflib
import json
from typing import Any


class Config:
    """A dict whose items are attributes too, and which can be frozen (tf.keras.utils.Config).

    Made of keyword arguments. `freeze()` makes every change a ValueError until `unfreeze()`. AttributeError for names
    it lacks, with the closest that it has.
    """

    _config: dict[str, Any]
    _frozen: bool

    def __init__(self, **kwargs: Any) -> None:
        object.__setattr__(self, "_config", kwargs)
        object.__setattr__(self, "_frozen", False)

    frozen = property(lambda self: self._frozen, doc="Whether changes are errors.")

    def freeze(self) -> None:
        """Makes changes errors."""
        object.__setattr__(self, "_frozen", True)

    def unfreeze(self) -> None:
        """Allows changes again."""
        object.__setattr__(self, "_frozen", False)

    def _check(self) -> None:
        if self._frozen:
            raise ValueError("Cannot mutate attribute(s) because the config is frozen.")

    def as_dict(self) -> dict[str, Any]:
        """A copy as a dict."""
        return dict(self._config)

    def to_json(self) -> str:
        """The items as JSON."""
        return json.dumps(self._config)

    def keys(self) -> Any:
        """The names."""
        return self._config.keys()

    def values(self) -> Any:
        """The values."""
        return self._config.values()

    def items(self) -> Any:
        """Pairs of names and values."""
        return self._config.items()

    def get(self, keyname: str, value: Any = None) -> Any:
        """The value of a name, `value` where there is none."""
        return self._config.get(keyname, value)

    def pop(self, *args: Any) -> Any:
        """Takes an item out, as dict.pop does."""
        self._check()
        return self._config.pop(*args)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Sets items, as dict.update does."""
        self._check()
        self._config.update(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in self._config:
            return self._config[name]
        near = difflib.get_close_matches(name, self._config, n=1, cutoff=0.7)
        raise AttributeError(f"Unknown attribute: '{name}'." + (f" Did you mean '{near[0]}'?" if near else ""))

    def __setattr__(self, name: str, value: Any) -> None:
        self._check()
        self._config[name] = value

    def __delattr__(self, name: str) -> None:
        self._check()
        del self._config[name]

    def __getitem__(self, key: str) -> Any:
        return self._config[key]

    def __setitem__(self, key: str, item: Any) -> None:
        self._check()
        self._config[key] = item

    def __delitem__(self, key: str) -> None:
        self._check()
        del self._config[key]

    def __iter__(self) -> Any:
        return iter(sorted(self._config))

    def __len__(self) -> int:
        return len(self._config)

    def __contains__(self, key: object) -> bool:
        return key in self._config

    def __repr__(self) -> str:
        return f"<Config {self._config}>"
