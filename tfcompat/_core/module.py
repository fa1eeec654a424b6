"""tf.Module: an object that finds the variables and modules in its attributes."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from tfcompat._core import structure
from tfcompat._core.names import name_scope
from tfcompat._core.trackable import AutoTrackable

F = TypeVar("F", bound=Callable[..., Any])
Path = tuple[Any, ...]
_WORD = re.compile(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))")
_IDENTIFIER = re.compile(r"^[a-zA-Z_]\w*$", re.ASCII)


class Module(AutoTrackable):
    """A container of variables and other modules (tf.Module), the base class of layers and models.

    name: a Python identifier; by default the class' name in snake case. Variables made under `with self.name_scope`
    get the name as a prefix. Variables and modules are found wherever tf.nest finds leaves in the attributes: lists,
    dicts, tuples. ValueError for a name that is no identifier.
    """

    _TF_MODULE_IGNORED_PROPERTIES: frozenset[str] = frozenset(("_deferred", "_self_setattr_tracking"))

    def __init__(self, name: str | None = None) -> None:
        if name is None:
            name = camel_to_snake(type(self).__name__)
        elif not valid_identifier(name):
            raise ValueError(
                f"{name!r} is not a valid module name. Module names must be valid Python identifiers (e.g. a valid "
                "class name)."
            )
        self._name = name
        with name_scope(name) as scope:
            self._name_scope = name_scope(scope)

    @property
    def name(self) -> str:
        """The name, as it was given or made of the class' name."""
        return self._name

    @property
    def name_scope(self) -> name_scope:
        """A tf.name_scope of the module's name, within the scopes that were open when it was made."""
        return self._name_scope

    @property
    def variables(self) -> tuple[Any, ...]:
        """The variables of this module and its submodules: by attribute name, this module's own first."""
        return tuple(self._flatten(predicate=_is_variable, expand_composites=True))

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        """The `variables` that are trainable."""
        return tuple(self._flatten(predicate=_is_trainable, expand_composites=True))

    @property
    def non_trainable_variables(self) -> tuple[Any, ...]:
        """The `variables` that are not trainable."""
        return tuple(self._flatten(predicate=_is_not_trainable, expand_composites=True))

    @property
    def submodules(self) -> tuple[Module, ...]:
        """The modules in this one's attributes, and those in theirs."""
        return tuple(self._flatten(predicate=is_module))

    def _flatten(
        self,
        recursive: bool = True,
        predicate: Callable[[Any], bool] | None = None,
        attribute_traversal_key: Callable[[str], Any] | None = None,
        with_path: bool = False,
        expand_composites: bool = False,
    ) -> Iterator[Any]:
        """The leaves of the attributes for which `predicate` is true; what subclasses build properties on.

        recursive: also those of submodules. attribute_traversal_key: the sort key of attribute names, which are
        otherwise in alphabetical order. with_path: pairs of a path such as ("layers", 0, "w") and the leaf, all of
        them; without it each object comes once. expand_composites: ragged and sparse tensors come as their parts.
        """
        walk = _Walk(recursive, predicate or (lambda _: True), attribute_traversal_key, with_path, expand_composites)
        return walk.leaves(self, (), ())

    @classmethod
    def with_name_scope(cls, method: F) -> F:
        """A method decorator: the method runs within the module's name scope."""

        @functools.wraps(method)
        def scoped(self: Any, *args: Any, **kwargs: Any) -> Any:
            with self.name_scope:
                return method(self, *args, **kwargs)

        return scoped  # type: ignore[return-value]


class _Walk:
    """One run of `Module._flatten`."""

    def __init__(
        self,
        recursive: bool,
        predicate: Callable[[Any], bool],
        key: Callable[[str], Any] | None,
        with_path: bool,
        expand_composites: bool,
    ) -> None:
        self.recursive, self.predicate, self.key = recursive, predicate, key
        self.with_path, self.expand_composites = with_path, expand_composites
        self.seen: set[int] = set()

    def leaves(self, module: Module, path: Path, outer: tuple[Module, ...]) -> Iterator[Any]:
        self.seen.add(id(module))
        # A module within itself is met again when paths are asked for; its submodules are not.
        recursive = self.recursive and not any(m is module for m in outer)
        submodules = []
        attributes = _attributes(module)
        for name in sorted(attributes, key=self.key):
            for leaf_path, leaf in self._attribute(name, attributes[name]):
                if not self.with_path:
                    if id(leaf) in self.seen:
                        continue
                    self.seen.add(id(leaf))
                if self.predicate(leaf):
                    yield (path + leaf_path, leaf) if self.with_path else leaf
                if recursive and is_module(leaf):
                    submodules.append((path + leaf_path, leaf))
        for submodule_path, submodule in submodules:
            yield from self.leaves(submodule, submodule_path, (*outer, module))

    def _attribute(self, name: str, value: Any) -> list[tuple[Path, Any]]:
        try:
            return list(_leaves(value, (name,), self.expand_composites))
        except Exception as cause:
            raise ValueError(f"Error processing property {name!r} of {value!r}") from cause


def _attributes(module: Any) -> dict[str, Any]:
    """The attributes to look through."""
    if not isinstance(module, Module):
        return module._module_attributes()
    return {name: x for name, x in vars(module).items() if name not in module._TF_MODULE_IGNORED_PROPERTIES}


def _leaves(value: Any, path: Path, expand_composites: bool) -> Iterator[tuple[Path, Any]]:
    """The leaves of a nested structure with their paths; variables and tensors are leaves."""
    node = structure.node_of(type(value))
    if node is not None:
        children: Iterable[Any] = node.children(value)
        for key, child in zip(node.keys(value), children):
            yield from _leaves(child, (*path, key), expand_composites)
    elif expand_composites and _is_composite(value):
        spec = value._type_spec
        yield from _leaves(spec._to_components(value), (*path, spec.value_type.__name__), True)
    else:
        yield path, value


def _is_composite(value: Any) -> bool:
    from tfcompat._core.tensor import Tensor

    return structure.is_composite_class(type(value)) and not isinstance(value, Tensor) and not _is_variable(value)


def _is_variable(value: Any) -> bool:
    from tfcompat._core.variable import Variable

    return isinstance(value, Variable)


def _is_trainable(value: Any) -> bool:
    return _is_variable(value) and bool(getattr(value, "trainable", False))


def _is_not_trainable(value: Any) -> bool:
    return _is_variable(value) and not getattr(value, "trainable", False)


def is_module(value: Any) -> bool:
    """Whether it is a module, as Keras's layers and metrics are where programs are told that this is Keras 2."""
    if isinstance(value, Module):
        return True
    return hasattr(type(value), "_module_attributes") and value._module_attributes() is not None


def camel_to_snake(value: str) -> str:
    """`value` in snake case: "HTTPServer" is "http_server"."""
    return _WORD.sub(r"_\1", value).lower()


def valid_identifier(name: str) -> bool:
    """Whether `name` can name a module: ASCII letters, digits and underscores, no digit first."""
    return bool(_IDENTIFIER.match(name))
