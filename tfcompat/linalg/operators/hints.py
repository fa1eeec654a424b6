"""What is known of an operator's matrix beforehand (is_non_singular, is_self_adjoint ...), and of products of two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

HINTS = ("is_non_singular", "is_self_adjoint", "is_positive_definite", "is_square")


def asked(parameters: dict[str, Any], **decided: bool | None) -> dict[str, Any]:
    """The hints among the arguments of an operator, but those that the class has `decided`."""
    return {**{name: parameters[name] for name in HINTS}, **decided}


def always(given: bool | None, what: str) -> bool:
    """True, the value of a hint that the class decides; ValueError, which tells `what` holds, where False is given."""
    if given is False:
        raise ValueError(what)
    return True


def never(given: bool | None, what: str) -> bool:
    """False, the value of a hint that the class decides; ValueError, which tells `what` holds, where True is given."""
    if given:
        raise ValueError(what)
    return False


def always_if(implied: Any, given: bool | None, what: str) -> bool | None:
    """`always` where the parts of an operator imply it; else the hint that was given."""
    return always(given, what) if implied else given


def shared(operator: Any, parameters: dict[str, Any], relation: str) -> dict[str, Any]:
    """The hints of an operator that has those of another one, its adjoint or inverse: what both say together.

    parameters: the arguments of the operator. ValueError where they contradict each other.
    """
    hints = {}
    for name, value in asked(parameters).items():
        own = getattr(operator, name)
        if None not in (own, value) and bool(own) != bool(value):
            what = name.removeprefix("is_").replace("_", "-")
            raise ValueError(f"An operator is {what} if and only if its {relation} is {what}.")
        hints[name] = value if own is None else own
    return hints


def of_all(operators: Sequence[Any], parameters: dict[str, Any], kind: str) -> dict[str, Any]:
    """The hints of what is made of several operators and has what all of them have, but for whether it is square.

    parameters: the arguments of the operator. ValueError as `always_if`.
    """
    known = asked(parameters)
    for name in HINTS[:-1]:
        what = name.removeprefix("is_").replace("_", "-")
        implied = all(getattr(o, name) for o in operators)
        known[name] = always_if(implied, known[name], f"The {kind} of {what} operators is always {what}.")
    return known


def own(operator: Any) -> dict[str, Any]:
    """The hints of an operator made from `operator` that has the same ones, and is square."""
    return {**{name: getattr(operator, name) for name in HINTS[:-1]}, "is_square": True}


def of_product(a: Any, b: Any) -> dict[str, Any]:
    """The hints of a b, of which nothing else is known."""
    square = product_is_square(a, b)
    regular = non_singular(a, b) if square else square
    unknown = False if square is False else None
    return {
        "is_non_singular": regular,
        "is_self_adjoint": unknown,
        "is_positive_definite": unknown,
        "is_square": square,
    }


def of_commuting_product(a: Any, b: Any) -> dict[str, Any]:
    """The hints of a b, where a b = b a."""
    return {
        "is_non_singular": non_singular(a, b),
        "is_self_adjoint": commuting_self_adjoint(a, b),
        "is_positive_definite": commuting_positive_definite(a, b),
        "is_square": True,
    }


def product_is_square(a: Any, b: Any) -> bool | None:
    """Whether a b is square, as far as it is known."""
    if a.is_square and b.is_square:
        return True
    if a.is_square is False and b.is_square is False:
        return a.range_dimension == b.domain_dimension
    return None if a.is_square is None or b.is_square is None else False


def non_singular(a: Any, b: Any) -> bool | None:
    """Whether a b, both square, is non-singular."""
    if a.is_non_singular is False or b.is_non_singular is False:
        return False
    return a.is_non_singular and b.is_non_singular


def commuting_self_adjoint(a: Any, b: Any) -> bool | None:
    """Whether a b, where a b = b a, is self-adjoint."""
    if a.is_self_adjoint and b.is_self_adjoint:
        return True
    return False if {a.is_self_adjoint, b.is_self_adjoint} == {True, False} else None


def commuting_positive_definite(a: Any, b: Any) -> bool | None:
    """Whether a b, where a b = b a, is positive definite."""
    both = all(x.is_positive_definite is True and x.is_self_adjoint is True for x in (a, b))
    return True if both else None


def is_adjoint_pair(a: Any, b: Any) -> bool:
    """Whether one of two operators is known to be the adjoint of the other."""
    if a is b and a.is_self_adjoint is not None:
        return bool(a.is_self_adjoint)
    return a.H is b or b.H is a


def is_gram(operators: Sequence[Any]) -> bool:
    """Whether a product of operators has the form A A^H; it is self-adjoint then."""
    half, odd = divmod(len(operators), 2)
    return not odd and all(is_adjoint_pair(operators[i], operators[-1 - i]) for i in range(half))
