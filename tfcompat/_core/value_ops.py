"""Functions that look at their tensors' values, as single torch ops where a function is captured.

A loop that ends when values say so cannot be recorded op by op. Such a function runs as it is on real tensors; in a
capture it is one node, a torch op that calls it when the graph runs. It has no gradient of its own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch

from tfcompat._core.state import state

_libraries: list[torch.library.Library] = []
# What the ops do, past torch's dispatcher, which costs more than most of them do.
FUNCTIONS: dict[Any, Callable[..., Any]] = {}


def value_op(
    schema: str, fake: Callable[..., Any], random: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorates a function of torch tensors that looks at their values.

    schema: its parameters and results in torch's words, "(Tensor x) -> Tensor". fake: the same function for fake
    tensors: it returns empty ones like the results. random: whether two calls with the same arguments may differ.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.cache
        def registered() -> Any:
            name = function.__name__.strip("_")
            library = torch.library.Library("tfcompat", "FRAGMENT")
            library.define(name + schema, tags=(torch.Tag.nondeterministic_seeded,) if random else ())
            library.impl(name, function, "CompositeExplicitAutograd")
            library.impl(name, torch.library.fallthrough_kernel, "Autograd")  # no gradient, and no warning of that
            torch.library.register_fake(f"tfcompat::{name}", fake, lib=library)
            _libraries.append(library)  # what it registered lives as long as it does
            registered_op = getattr(torch.ops.tfcompat, name)
            FUNCTIONS[registered_op.default] = function
            return registered_op

        @functools.wraps(function)
        def call(*args: Any) -> Any:
            return function(*args) if state.graph is None else registered()(*args)

        call.registered = registered  # type: ignore[attr-defined]
        return call

    return decorate
