"""The raw ops that are a public op, under other names of parameters at most."""

from __future__ import annotations

import importlib
import pkgutil
import types
from collections.abc import Iterator

import tfcompat
from tfcompat._arrays import creation, joining, rearranging, selecting, shaping
from tfcompat._core import joining as tensor_joining
from tfcompat._core import operators
from tfcompat.debugging import numerics
from tfcompat.io import tensors
from tfcompat.linalg import solvers
from tfcompat.math import arithmetic, complex_numbers, elementwise, ranking, segments
from tfcompat.nn import morphology, normalization, pooling
from tfcompat.raw_ops._registry import same, share
from tfcompat.strings import hashing, numbers

# Where public ops are: an op in one of these that has a raw op's kernel and its parameters' names serves it.
_HOMES = frozenset(
    "_arrays _clipping _ragged _sparse audio bitwise debugging dtypes image io linalg math nn quantization random sets "
    "signal sparse strings".split()
)


def _modules(path: list[str], package: str) -> Iterator[types.ModuleType]:
    for found in pkgutil.iter_modules(path):
        if package == "tfcompat" and found.name not in _HOMES:
            continue
        module = importlib.import_module(f"{package}.{found.name}")
        yield module
        if found.ispkg:
            yield from _modules(list(module.__path__), module.__name__)


share(operators, tensor_joining, *_modules(list(tfcompat.__path__), "tfcompat"))

# ---- math ----

same(operators.add, "Add", "AddV2")
same(operators.floordiv, "FloorDiv")
same(arithmetic.truncatemod, "TruncateMod", "Mod")
same(numerics.check_numerics, "CheckNumerics", "CheckNumericsV2")
same(elementwise.reciprocal, "Reciprocal", "Inv")
same(ranking.argmax, dimension="axis")
same(ranking.argmin, dimension="axis")
same(complex_numbers.conj, input="x")
same(selecting._select, t="x", e="y")

for _how in ("sum", "prod", "max", "min"):
    same(getattr(segments, f"unsorted_segment_{_how}"), f"Segment{_how.title()}V2")

# ---- linear algebra ----

same(solvers.banded_triangular_solve, matrix="bands")

# ---- neural networks ----

same(pooling.avg_pool2d, value="input")
same(normalization.bias_add, "BiasAddV1")
same(morphology._dilation, filter="filters", rates="dilations")

# ---- arrays ----

same(joining.slice, input="input_")
same(shaping.transpose, x="a")
same(shaping.ensure_shape, input="x")
same(creation.zeros_like, x="input")
same(creation.ones_like, x="input")
same(rearranging._reverse_sequence, seq_dim="seq_axis", batch_dim="batch_axis")
same(creation.identity, "Identity", "Snapshot", "DebugGradientIdentity")

# ---- strings and files ----

same(hashing._plain, string_tensor="input")
same(numbers._to_number, string_tensor="input")
same(tensors._parse_tensor, out_type="dtype")
