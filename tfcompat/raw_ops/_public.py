"""The raw ops that are a public op, under other names of parameters at most."""

from __future__ import annotations

from tfcompat import _clipping, bitwise
from tfcompat._arrays import bits, creation, joining, padding, rearranging, scattering, selecting, shaping, sorting
from tfcompat._core import joining as tensor_joining
from tfcompat._core import operators
from tfcompat.debugging import numerics
from tfcompat.io import decoding, files, tensors
from tfcompat.linalg import decompositions, diagonals, functions, products, solvers
from tfcompat.math import (
    arithmetic,
    complex_numbers,
    cumulative,
    elementwise,
    gamma,
    ranking,
    reductions,
    segments,
    sequences,
    special,
)
from tfcompat.nn import activations, losses, normalization, pooling
from tfcompat.random import stateless
from tfcompat.raw_ops._registry import same, share
from tfcompat.strings import hashing, numbers, regex, text

# Where the names are those of the raw ops.
share(operators, arithmetic, cumulative, elementwise, gamma, ranking, reductions, segments, sequences, special, bitwise)
share(activations, losses, normalization, pooling, decompositions, diagonals, functions, products, solvers)
share(bits, creation, tensor_joining, joining, padding, rearranging, scattering, shaping, sorting, selecting)
share(hashing, numbers, regex, text, decoding, files, tensors, numerics, _clipping, stateless)

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

# ---- linear algebra ----

same(solvers.banded_triangular_solve, matrix="bands")

# ---- neural networks ----

same(pooling.avg_pool2d, value="input")
same(normalization.bias_add, "BiasAddV1")

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
