"""Functions that are one node of a graph, which calls them with values whenever it runs: ops on numpy arrays, mostly.

What such a function gives, its structure, dtypes and shapes, is found by calling it with made-up values of the
arguments' dtypes: with two sizes for each size that is left open, and with several contents. A dimension that comes out
the same is taken to be fixed; one that goes along with an open size of an argument is that size; any other is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import errors, structure
from tfcompat._core.dtypes import BY_STORAGE, SYMBOLIC_STRING, float32, int32, int64, string, uint8
from tfcompat._core.specs import TensorSpec
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._function import opaque, sources
from tfcompat._function.recorder import NotCapturable, SizesDiffer, is_fake
from tfcompat._function.scopes import outside_of_graphs
from tfcompat._function.sources import Input, Source
from tfcompat._function.symbolic import size_of

_STRINGS: tuple[Callable[[int], bytes], ...] = (
    lambda i: b"0",
    lambda i: b"%d" % (i + 10),
    lambda i: b" ".join([b"1"] * (1 + i % 3)),
    lambda i: b"",
    lambda i: b"AAAAAAAA",
)
_NUMBERS: tuple[Callable[[int], int], ...] = (lambda i: 0, lambda i: 1, lambda i: i, lambda i: 0, lambda i: 1)
UNKNOWN = object()


def _image(contents: Any, channels: int = 0, dtype: Any = uint8, *_: Any) -> TensorSpec:
    return TensorSpec((None, None, channels or None), dtype)


def _crop(contents: Any, window: Any, channels: int = 0, *_: Any) -> TensorSpec:
    sizes = [None, None] if is_fake(window) else window[2:].tolist()
    return TensorSpec((*sizes, channels or None), uint8)


def _image_of_any_kind(contents: Any, channels: Any, dtype: Any, name: Any, expand_animations: bool) -> TensorSpec:
    if expand_animations:
        raise NotCapturable("tf.io.decode_image gives images of any rank, unless expand_animations is False")
    return _image(contents, channels, dtype)


def _of_any_rank(*_: Any) -> TensorSpec:
    raise NotCapturable("tf.io.parse_tensor gives a tensor of any rank")


def _drawn(dtype: Any, shape: Any) -> TensorSpec:
    """Of numbers drawn to a shape of which only the length is known."""
    rank = size_of(shape.shape[0]) if hasattr(shape, "shape") else len(shape)
    if rank is None:
        raise NotCapturable("the rank of what an op draws depends on tensors' values")
    return TensorSpec([None] * rank, dtype)


def _sparse_matrix(dtype: Any) -> tuple[TensorSpec, ...]:
    """Of the indices, values and shape of a sparse matrix."""
    return TensorSpec((None, 2), int64), TensorSpec((None,), dtype), TensorSpec((2,), int64)


# Ops that can't be called with made-up values.
_OPS: dict[str, dict[str, Any]] = {
    "ReadFile": {"specs": TensorSpec((), string), "always": True},
    "MatchingFiles": {"specs": TensorSpec((None,), string), "always": True},
    "DecodeCSV": {"specs": lambda records, defaults, *_: [_spec(records.shape, d) for d in defaults]},
    "WriteFile": {"specs": None, "effect": True, "always": True},
    "DecodePng": {"specs": _image},
    "DecodeJpeg": {"specs": lambda contents, channels=0, *_: _image(contents, channels)},
    "DecodeWav": {
        "specs": lambda contents, channels, samples, *_: (
            TensorSpec((samples if samples > 0 else None, channels if channels > 0 else None), float32),
            TensorSpec((), int32),
        )
    },
    "DecodeBmp": {"specs": lambda contents, channels=0, *_: _image(contents, channels)},
    "DecodeAndCropJpeg": {"specs": _crop},
    "DecodeGif": {"specs": TensorSpec((None, None, None, 3), uint8)},
    "DecodeWebP": {"specs": lambda contents, channels=0, *_: TensorSpec((None, None, None, channels or None), uint8)},
    "DecodeImage": {"specs": _image_of_any_kind},
    "ParseTensor": {"specs": _of_any_rank},
    "DecodeCompressed": {"specs": lambda contents, *_: _spec(contents.shape, contents)},
    "CTCLoss": {
        "specs": lambda indices, values, logits, lengths, *_: TensorSpec(
            list(map(size_of, lengths.shape)), BY_STORAGE[logits.dtype]
        )
    },
    "DynamicStitch": {
        "specs": lambda indices, data, *_: TensorSpec(
            [None, *map(size_of, data[0].shape[indices[0].ndim :])], BY_STORAGE[data[0].dtype]
        )
    },
    "NonMaxSuppressionV3": {"specs": TensorSpec((None,), int32)},
    "NonMaxSuppressionV5": {
        "specs": lambda boxes, scores, *_: (TensorSpec((None,), int32), TensorSpec((None,), BY_STORAGE[scores.dtype]))
    },
    "NonMaxSuppressionWithOverlaps": {"specs": TensorSpec((None,), int32)},
    "StatelessRandomGammaV3": {"specs": lambda shape, seed, alpha, *_: _drawn(BY_STORAGE[alpha.dtype], shape)},
    "StatelessRandomPoisson": {"specs": lambda shape, seed, lam, dtype=int32, *_: _drawn(dtype, shape)},
    "StatelessRandomBinomial": {"specs": lambda shape, seed, n, p, dtype=int32, *_: _drawn(dtype, shape)},
    "SparseCross": {"specs": lambda i, v, s, dense, hashed, *_: _sparse_matrix(int64 if hashed else string)},
    "SparseCrossV2": {"specs": lambda *_: _sparse_matrix(string)},
    "DecodeBase64": {"specs": lambda contents, *_: _spec(contents.shape, contents)},
}
_FEW, _MANY = (2, 3, 5, 7, 11, 13), (5, 7, 11, 13, 17, 19)


def record(
    graph: Any,
    run: Callable[..., Any],
    leaves: Sequence[Any],
    specs: Any = UNKNOWN,
    effect: bool = False,
    always: bool = False,
    wrap: Callable[[Any], Any] = lambda x: x,
    least: int = 1,
    texts: Sequence[bytes] = (),
    source: Callable[[Sequence[Any]], Source | None] | None = None,
) -> Any:
    """What ``run(*leaves)`` gives, with what stands for its tensors in the graph in it, from a new node.

    run: takes values for the leaves that are torch tensors or numpy arrays, and returns a nest of such, or of tensors,
    in the place of which comes what `wrap` makes of what stands for them. specs: those of
    its results, where it can't be called with made-up values. always: even where all leaves are constants, of
    which it is else called at once. texts: what strings among its arguments may be taken apart by. source: what
    the node's is for leaves with an `Input` in the place of each that has no value.
    """
    where = [i for i, x in enumerate(leaves) if _is_open(x)]
    if not where and not always:
        with outside_of_graphs():
            return run(*leaves)
    if specs is UNKNOWN:
        like, likes = _probed(graph, run, leaves, where, least, texts)
    else:
        flat = structure.flatten(specs) if specs is not None else []
        like = specs
        likes = [_empty(graph, s.shape.as_list(), s.dtype.torch or SYMBOLIC_STRING) for s in flat]
    known = [(tuple(map(size_of, t.shape)), t.dtype) for t in likes]

    def call(*values: Any) -> Sequence[Any]:
        filled = list(leaves)
        for i, value in zip(where, values, strict=True):
            filled[i] = value
        results = sources.flat(run(*filled))
        _check(results, known)
        return results

    node = opaque.Node(call, likes, effect)
    if source is not None:
        numbers = {i: n for n, i in enumerate(where)}
        node.source = source([Input(numbers[i]) if i in numbers else x for i, x in enumerate(leaves)])
    results = opaque.record(graph, node, [leaves[i] for i in where])
    return None if like is None else structure.pack_sequence_as(like, list(map(wrap, results)), expand_composites=True)


def record_op(graph: Any, op: Any, args: Sequence[Any], cause: Exception | None = None) -> Any:
    """The result of an op whose body runs whenever the graph does.

    cause: what went wrong as it ran on symbolic tensors, which is raised where what it gives can't be told.
    """
    flat = structure.flatten(list(args), expand_composites=True)
    leaves = [graph.captured(x) if isinstance(x, Tensor) else x for x in flat]
    if cause is not None and not any(_is_open(x) for x in leaves):
        raise cause

    def run(*values: Any) -> Any:
        given = [EagerTensor(v) if isinstance(x, Tensor) else v for v, x in zip(values, flat, strict=True)]
        return op.run(structure.pack_sequence_as(list(args), given, expand_composites=True))

    def source(filled: Sequence[Any]) -> Source | None:
        if len(structure.flatten(list(args))) < len(flat):
            return None  # a composite tensor is among them
        given = [Input(v.number, isinstance(x, Tensor)) if isinstance(v, Input) else v for v, x in zip(filled, flat)]
        return Source(op.function, structure.pack_sequence_as(list(args), given))

    options = dict(_OPS.get(op.kernel, {"least": 1 if cause is None else 3, "texts": _texts(flat)}))
    if callable(options.get("specs")):
        options["specs"] = options["specs"](*args)
    try:
        return record(graph, run, leaves, source=source, **options)
    except NotCapturable as e:
        raise (cause or e) from None


def _is_open(x: Any) -> bool:
    """Whether an argument is a tensor, or a size, that has no value yet."""
    return is_fake(x) or (isinstance(x, torch.SymInt) and size_of(x) is None)


def _spec(shape: Sequence[Any], like: Any) -> TensorSpec:
    return TensorSpec(list(map(size_of, shape)), BY_STORAGE[like.dtype])


def record_call(
    graph: Any, function: Callable[..., Any], args: Sequence[Any], kwargs: Any, kernel: str, **options: Any
) -> Any:
    """What ``function(*args, **kwargs)``, of eager tensors and composites, gives, from a node named `kernel`."""
    given = [list(args), dict(kwargs)]
    flat = structure.flatten(given, expand_composites=True)
    places = [i for i, x in enumerate(flat) if isinstance(x, Tensor)]

    def run(*values: Any) -> Any:
        filled = list(flat)
        for i, value in zip(places, values, strict=True):
            filled[i] = EagerTensor(value)
        positional, named = structure.pack_sequence_as(given, filled, expand_composites=True)
        return function(*positional, **named)

    def source(inputs: Sequence[Any]) -> Source | None:
        if len(structure.flatten(given)) < len(flat):
            return None  # a composite tensor is among them
        filled = list(flat)
        for i, x in zip(places, inputs, strict=True):
            filled[i] = Input(x.number, True) if isinstance(x, Input) else EagerTensor(x)
        return Source(function, *structure.pack_sequence_as(given, filled))

    return record(
        graph,
        run,
        [graph.captured(flat[i]) for i in places],
        wrap=lambda t: graph.named(t, kernel),
        texts=_texts(flat),
        source=source,
        **options,
    )


def _texts(leaves: Sequence[Any]) -> list[bytes]:
    """The strings among arguments, such as separators."""
    return [x.encode() if isinstance(x, str) else x for x in leaves if isinstance(x, (str, bytes))]


def _empty(graph: Any, sizes: Sequence[Any], dtype: torch.dtype, device: Any = None) -> torch.Tensor:
    where = "cpu" if dtype is SYMBOLIC_STRING else device
    if None in sizes:
        return graph.recorder.empty_of(sizes, dtype, where)
    return graph.recorder.empty(sizes, dtype, where)


def _check(results: Sequence[Any], known: Sequence[tuple[Any, Any]]) -> None:
    for r, (sizes, dtype) in zip(results, known, strict=True):
        same = _dtype(r) is dtype and len(r.shape) == len(sizes)
        if not same or any(a is not None and a != b for a, b in zip(sizes, r.shape)):
            raise SizesDiffer("what an op gives has the shape that it had before")


def _dtype(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.dtype
    if isinstance(value, np.ndarray) and value.dtype == object:
        return SYMBOLIC_STRING
    raise NotCapturable(f"an op gives a {type(value).__name__}")


# ---- made-up values ----


def _probed(
    graph: Any,
    run: Callable[..., Any],
    leaves: Sequence[Any],
    where: Sequence[int],
    least: int,
    texts: Sequence[bytes] = (),
) -> tuple[Any, list[Any]]:
    """The structure of what `run` gives, and fake tensors like its tensors."""
    symbols = _symbols([leaves[i] for i in where])
    few = {s: _FEW[i % len(_FEW)] for i, s in enumerate(symbols)}
    many = {s: _MANY[i % len(_MANY)] for i, s in enumerate(symbols)}
    failures: list[Exception] = []
    found: list[tuple[Any, Any]] = []
    strings = any(getattr(leaves[i], "dtype", None) is SYMBOLIC_STRING for i in where)  # a size has no dtype
    for kind in range(len(_STRINGS) + bool(texts and strings)):
        values = []
        for sizes in (few, many) if symbols else (few,):
            try:
                values.append(_called(run, leaves, where, sizes, kind, texts))
            except Exception as e:
                failures.append(e)
                break
        else:
            found.append((values[0], values[-1]))
    if not found:
        # Sizes that are only known when the graph runs may fit each other, which made-up ones do not.
        free = sum(s is not None and s.node.hint is None for s in symbols.values()) > 1
        same = len({(type(e), str(e)) for e in failures}) == 1 and not free
        if same and isinstance(failures[0], TypeError if strings else (errors.OpError, TypeError)):
            raise failures[0]  # whatever the values are; strings may just not be what they have to be
        raise NotCapturable(f"what an op gives is not known: {str(failures[0]).splitlines()[0]}") from failures[0]
    like = found[0][0]
    flat = [list(map(sources.flat, pair)) for pair in found]
    likes = [
        _like(graph, [(pair[0][i], pair[1][i]) for pair in flat], symbols, few, many, least)
        for i in range(len(flat[0][0]))
    ]
    return like, likes


def _symbols(fakes: Sequence[Any]) -> dict[Any, Any]:
    """The sizes that are left open, by the symbols that stand for them; those that stand alone, else None."""
    found: dict[Any, Any] = {}
    for t in fakes:
        for d in t.shape if isinstance(t, torch.Tensor) else (t,):
            if size_of(d) is None:
                expr = d.node.expr  # type: ignore[attr-defined]
                for symbol in expr.free_symbols:
                    if expr == symbol or symbol not in found:
                        found[symbol] = d if expr == symbol else None
    return found


def _called(
    run: Any, leaves: Sequence[Any], where: Sequence[int], sizes: dict[Any, int], kind: int, texts: Sequence[bytes]
) -> Any:
    filled = list(leaves)
    for i in where:
        t = leaves[i]
        if not isinstance(t, torch.Tensor):
            filled[i] = _valued(t, sizes)
            continue
        shape = [_valued(d, sizes) for d in t.shape]
        filled[i] = _made_up(shape, t.dtype, t.device, kind, texts)
    with outside_of_graphs():
        return run(*filled)


def _valued(size: Any, sizes: dict[Any, int]) -> int:
    """A size as a number, where the open ones have these values."""
    known = size_of(size)
    return int(size.node.expr.xreplace(sizes)) if known is None else known


def _made_up(shape: Sequence[Any], dtype: torch.dtype, device: Any, kind: int, texts: Sequence[bytes] = ()) -> Any:
    count = int(np.prod(shape, dtype=np.int64))
    if dtype is SYMBOLIC_STRING:
        out = np.empty(tuple(shape), dtype=object)
        out.reshape(-1)[:] = [_STRINGS[kind](i) if kind < len(_STRINGS) else _apart(texts, i) for i in range(count)]
        return out
    numbers = [_NUMBERS[kind % len(_NUMBERS)](i) for i in range(count)]
    return torch.tensor(numbers, device=device).reshape(tuple(shape)).to(dtype)


def _apart(texts: Sequence[bytes], i: int) -> bytes:
    """A string with each of the texts in it, several times."""
    return b"".join([b"1" + text for text in texts]) * (2 + i % 3) + b"1"


def _like(graph: Any, pairs: Sequence[tuple[Any, Any]], symbols: Any, few: Any, many: Any, least: int) -> torch.Tensor:
    """A fake tensor like one of the results, given for each content with few and with many elements.

    least: how many contents must tell that a dimension is fixed.
    """
    first = pairs[0][0]
    dtype = _dtype(first)
    every = [r for pair in pairs for r in pair]
    if any(_dtype(r) is not dtype or len(r.shape) != len(first.shape) for r in every):
        raise NotCapturable("the rank or the dtype of what an op gives depends on tensors' values")
    sizes = []
    for axis in range(len(first.shape)):
        seen = {(a.shape[axis], b.shape[axis]) for a, b in pairs}
        size = _size(*seen.pop(), symbols, few, many) if len(seen) == 1 else None
        sizes.append(size if len(pairs) >= least or type(size) is not int else None)
    return _empty(graph, sizes, dtype, getattr(first, "device", None))


def _size(a: int, b: int, symbols: Any, few: Any, many: Any) -> Any:
    """A size that is `a` with few elements and `b` with many: a number, an open size with more of it, or None."""
    if a == b:
        return a if a or not symbols else None  # nothing: more elements than were tried may be needed for one
    for symbol, size in symbols.items():
        m, n = few[symbol], many[symbol]
        if size is not None and b - a == n - m:
            return size + (a - m) if a != m else size
        if size is not None and a % m == 0 and a * n == b * m:
            return size * (a // m)
    return None
