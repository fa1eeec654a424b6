"""The decorators by which a program overrides TensorFlow's functions for its own types."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import tfcompat
from tfcompat._core.dispatch import Overrides, divert, matcher
from tfcompat._core.names import name_scope

F = TypeVar("F", bound=Callable[..., Any])

_UNARY = (
    "bitwise.invert cast clip_by_value debugging.check_numerics dtypes.saturate_cast image.adjust_brightness "
    "image.adjust_gamma image.convert_image_dtype image.random_brightness image.stateless_random_brightness "
    "io.decode_base64 io.decode_compressed io.encode_base64 math.abs math.acos math.acosh math.angle math.asin "
    "math.asinh math.atan math.atanh math.bessel_i0 math.bessel_i0e math.bessel_i1 math.bessel_i1e math.ceil math.conj "
    "math.cos math.cosh math.digamma math.erf math.erfc math.erfcinv math.erfinv math.exp math.expm1 math.floor "
    "math.imag math.is_finite math.is_inf math.is_nan math.lgamma math.log math.log1p math.log_sigmoid "
    "math.logical_not math.ndtri math.negative math.nextafter math.real math.reciprocal math.reciprocal_no_nan "
    "math.rint math.round math.rsqrt math.sigmoid math.sign math.sin math.sinh math.softplus math.special.bessel_j0 "
    "math.special.bessel_j1 math.special.bessel_k0 math.special.bessel_k0e math.special.bessel_k1 "
    "math.special.bessel_k1e math.special.bessel_y0 math.special.bessel_y1 math.special.dawsn math.special.expint "
    "math.special.fresnel_cos math.special.fresnel_sin math.special.spence math.sqrt math.square math.tan math.tanh "
    "nn.elu nn.gelu nn.leaky_relu nn.relu nn.relu6 nn.selu nn.silu nn.softsign ones_like strings.as_string "
    "strings.length strings.lower strings.regex_full_match strings.regex_replace strings.strip strings.substr "
    "strings.to_hash_bucket strings.to_hash_bucket_fast strings.to_hash_bucket_strong strings.to_number "
    "strings.unicode_script strings.unicode_transcode strings.upper zeros_like"
)
_BINARY = (
    "bitwise.bitwise_and bitwise.bitwise_or bitwise.bitwise_xor bitwise.left_shift bitwise.right_shift dtypes.complex "
    "math.add math.atan2 math.divide math.divide_no_nan math.equal math.floordiv math.floormod math.greater "
    "math.greater_equal math.less math.less_equal math.logical_and math.logical_or math.logical_xor math.maximum "
    "math.minimum math.multiply math.multiply_no_nan math.not_equal math.pow math.scalar_mul math.squared_difference "
    "math.subtract math.truediv math.xdivy math.xlog1py math.xlogy math.zeta nn.sigmoid_cross_entropy_with_logits "
    "realdiv truncatediv truncatemod"
)
_ASSERTS = (
    "debugging.assert_equal debugging.assert_greater debugging.assert_greater_equal debugging.assert_less "
    "debugging.assert_less_equal debugging.assert_near debugging.assert_none_equal"
)

_by_api: dict[Any, Overrides] = {}
_restore: dict[Any, Callable[[], None]] = {}
_elementwise: dict[tuple[Any, ...], tuple[Callable[..., Any], list[Callable[..., Any]]]] = {}


def dispatch_for_api(api: Callable[..., Any], *signatures: Mapping[Any, Any]) -> Callable[[F], F]:
    """Lets the decorated function take over calls of `api` by their arguments' types.

    signatures: dicts from parameters' names or numbers to annotations (classes, `List[...]`, unions); one must fit,
    with a composite tensor, such as an extension type's value, among what it names. Without any, the function's own
    annotations count. The function's parameters are those of `api`, or all but `name`. ValueError where they are not,
    or where `api` can't be overridden. Follows tf.experimental.dispatch_for_api.
    """
    signature = _signature_of(api)
    checked = [_checked(signature, types_of) for types_of in signatures]

    def decorate(function: F) -> F:
        if not callable(function):
            raise TypeError(f"Expected dispatch_target to be callable; got {function!r}")
        target: Any = _with_name(function, signature)
        _check_parameters(signature, target)
        overrides = _overrides_of(api, signature)
        for types_of in checked or [_checked(signature, _annotations(target))]:
            overrides.add(target, types_of)
        return target

    return decorate


def unregister_dispatch_for(dispatch_target: Callable[..., Any]) -> None:
    """Takes back what a `dispatch_for_...` decorator did for a function; ValueError where none did.

    Follows tf.experimental.unregister_dispatch_for.
    """
    found = _take_back(dispatch_target)
    for key in [key for key, (handler, _) in _elementwise.items() if handler is dispatch_target]:
        for target in _elementwise.pop(key)[1]:
            _take_back(target)
        found = True
    if not found:
        raise ValueError(f"Function {dispatch_target} was not registered using a `@dispatch_for_*` decorator.")


def _take_back(target: Callable[..., Any]) -> bool:
    found = False
    for api, overrides in list(_by_api.items()):
        if overrides.targets.pop(target, None) is not None:
            found = True
            if not overrides.targets:
                del _by_api[api]
                _restore.pop(api)()
    return found


# ---- what can be overridden, and by what ----


def _signature_of(api: Any) -> inspect.Signature:
    """The parameters of a function of TensorFlow's; ValueError for anything else and for those with `*args`."""
    if isinstance(api, types.FunctionType) and api.__module__.partition(".")[0] == "tfcompat":
        signature = inspect.signature(api)
        if not any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in signature.parameters.values()):
            return inspect.Signature([p.replace(annotation=p.empty) for p in signature.parameters.values()])
    raise ValueError(f"{api} does not support dispatch.")


def _overrides_of(api: Any, signature: inspect.Signature) -> Overrides:
    """The overrides of a function, which asks them from now on: an op where its arguments fail to convert."""
    if api not in _by_api:
        overrides = _by_api[api] = Overrides(api.__name__, signature)
        info = getattr(api, "op", None)
        if info is not None and info.function is api:
            info.overrides = overrides
            _restore[api] = lambda: setattr(info, "overrides", None)
        else:
            _restore[api] = divert(api, functools.partial(_ask, overrides))
    return _by_api[api]


def _ask(overrides: Overrides, args: Any, kwargs: Any, original: Callable[..., Any]) -> Any:
    return (overrides.find(args, kwargs) or original)(*args, **kwargs)


def _checked(signature: inspect.Signature, types_of: Any) -> dict[str, Any]:
    """Matchers by the names of parameters; TypeError or ValueError where a name or an annotation can't be."""
    if not isinstance(types_of, Mapping) or not all(isinstance(key, (str, int)) for key in types_of):
        raise TypeError("signatures must be dictionaries mapping parameter names to type annotations.")
    names, found = list(signature.parameters), {}
    for key, annotation in types_of.items():
        name = names[key] if isinstance(key, int) and key < len(names) else key
        parameter = signature.parameters.get(name) if isinstance(name, str) else None
        if parameter is None:
            raise ValueError(f"signature includes annotation for unknown parameter {name!r}.")
        if parameter.kind is parameter.KEYWORD_ONLY:
            raise ValueError(
                "Dispatch currently only supports type annotations for positional parameters; can't handle annotation "
                f"for {parameter.kind!r} parameter {name}."
            )
        found[name] = matcher(annotation)
    return found


def _annotations(target: Callable[..., Any]) -> dict[str, Any]:
    parameters = inspect.signature(target, eval_str=True).parameters
    found = {name: p.annotation for name, p in parameters.items() if p.annotation is not p.empty}
    if not found:
        raise ValueError(
            "The dispatch_for_api decorator must be called with at least one signature, or applied to a function that "
            "has type annotations on its parameters."
        )
    return found


def _with_name(function: Any, signature: inspect.Signature) -> Any:
    """`function`, with a parameter `name` that opens a name scope where the overridden function has one and it not."""
    own = inspect.signature(function)
    if "name" not in signature.parameters or any(
        p.name == "name" or p.kind is p.VAR_KEYWORD for p in own.parameters.values()
    ):
        return function

    @functools.wraps(function)
    def named(*args: Any, **kwargs: Any) -> Any:
        args, kwargs, name = _without_name(signature, args, kwargs)
        if name is None:
            return function(*args, **kwargs)
        with name_scope(name):
            return function(*args, **kwargs)

    parameters = [*own.parameters.values(), signature.parameters["name"]]
    named.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    return named


def _without_name(signature: inspect.Signature, args: tuple, kwargs: dict[str, Any]) -> tuple[tuple, dict, Any]:
    """A call's arguments with the argument `name` taken out, and that."""
    names = list(signature.parameters)
    where = names.index("name") if "name" in names else len(args)
    if where < len(args):
        return args[:where] + args[where + 1 :], kwargs, args[where]
    kwargs = dict(kwargs)
    return args, kwargs, kwargs.pop("name", None)


def _check_parameters(signature: inspect.Signature, target: Callable[..., Any]) -> None:
    """ValueError unless the parameters are the same; `(*args, **kwargs)` takes all there are."""
    own = inspect.signature(target)
    kinds = [p.kind for p in own.parameters.values()]
    if kinds == [inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD]:
        return
    if [(p.name, p.kind) for p in own.parameters.values()] != [(p.name, p.kind) for p in signature.parameters.values()]:
        raise ValueError(f"Dispatch function's signature {own} does not match API's signature {signature}.")


# ---- all elementwise functions at once ----


def dispatch_for_unary_elementwise_apis(x_type: Any) -> Callable[[F], F]:
    """Lets `handler(api_func, x)` take over all elementwise functions of one tensor, where that is of type `x_type`.

    api_func: a function of x alone, with the call's other arguments in it. ValueError where the type has a handler.
    Follows tf.experimental.dispatch_for_unary_elementwise_apis.
    """
    return _elementwise_decorator("unary elementwise dispatch", _UNARY, (x_type,))


def dispatch_for_binary_elementwise_apis(x_type: Any, y_type: Any) -> Callable[[F], F]:
    """Lets `handler(api_func, x, y)` take over all elementwise functions of two tensors, where these are of the types.

    api_func: a function of x and y, with the call's other arguments in it. ValueError where the types have a handler.
    Follows tf.experimental.dispatch_for_binary_elementwise_apis.
    """
    return _elementwise_decorator("binary elementwise dispatch", _BINARY, (x_type, y_type))


def dispatch_for_binary_elementwise_assert_apis(x_type: Any, y_type: Any) -> Callable[[F], F]:
    """Lets `handler(assert_func, x, y)` take over tf.debugging.assert_equal and the like, for x and y of the types.

    ValueError where the types have a handler. Follows tf.experimental.dispatch_for_binary_elementwise_assert_apis.
    """
    return _elementwise_decorator("binary elementwise assert dispatch", _ASSERTS, (x_type, y_type))


def _elementwise_decorator(what: str, names: str, kinds: tuple[Any, ...]) -> Callable[[F], F]:
    key = (what, *kinds)

    def decorate(handler: F) -> F:
        if key in _elementwise:
            shown = ", ".join(map(str, kinds))
            where = f"({shown})" if len(kinds) > 1 else shown
            raise ValueError(f"A {what} handler ({_elementwise[key][0]}) has already been registered for {where}.")
        targets = [_elementwise_target(api, kinds, handler) for api in _apis(names)]
        _elementwise[key] = handler, targets
        return handler

    return decorate


def _apis(names: str) -> Iterator[Any]:
    """The functions of these names that tfcompat has."""
    seen = set()
    for name in names.split():
        found: Any = tfcompat
        for part in name.split("."):
            found = getattr(found, part, None)
        if found is not None and found not in seen:
            seen.add(found)
            yield found


def _elementwise_target(api: Any, kinds: tuple[Any, ...], handler: Callable[..., Any]) -> Callable[..., Any]:
    """Registers what calls `handler` for the function `api`."""
    signature = inspect.signature(api)
    names = list(signature.parameters)[: len(kinds)]
    alone = set(signature.parameters) == {*names, "name"}

    def target(*args: Any, **kwargs: Any) -> Any:
        args, kwargs, name = _without_name(signature, args, kwargs)
        operands, rest = list(args[: len(names)]), args[len(names) :]
        operands += [kwargs.pop(n) for n in names[len(operands) :]]

        def with_options(*values: Any) -> Any:
            return api(*values, *rest, **kwargs)

        function = api if alone else with_options
        if name is None:
            return handler(function, *operands)
        with name_scope(name):
            return handler(function, *operands)

    target.__name__ = target.__qualname__ = f"elementwise_dispatch_target_for_{api.__name__}"
    return dispatch_for_api(api, dict(zip(names, kinds, strict=True)))(target)
