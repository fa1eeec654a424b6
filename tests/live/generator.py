"""Generated calls of public ops, as expression strings that `tests.facts.evaluate` runs under either library.

A table line says what an op takes: `names : arguments`, with a placeholder for what is drawn (`names ! reason` says why
an op has no line). A name is that under the table's namespace; a name in quotes stands for none, the line is the whole
expression. Placeholders:

    {R}           a tensor of a class of dtypes: F floating, G floating or complex, R real, N any number, I integer,
                  J int32 or int64, C complex, B bool, S string, A anything. Within a case a class has one dtype, and
                  tensors without a shape broadcast.
    {R:*ab}       a shape: letters are sizes, one draw a case, digits themselves, * is for batch dimensions, . for ().
    {J:a@0..b}    integers of a range; `@sorted 0..b` sorted; other words: `@pos` positive, `@unit` within (0, 1),
                  `@pd` positive definite matrices, `@tri` triangular ones with a diagonal away from zero, `@perm` a
                  permutation.
    {axis} {axes} an axis, or axes in all their forms, of the first tensor ({axis:1} allows one more, for a new axis)
    {flag} {int:1..4} {size:a} {shape:ab} {dtype:R} {one:x;y}
                  a bool, a number, a size, a shape in all its forms, a dtype, one of several texts

Every case has a theme: what is unusual about it. Draws depend on the line, the case's number and the seed alone.
"""

from __future__ import annotations

import math
import pathlib
import random
import re
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

FLOATS = ["float32", "float64", "float16", "bfloat16"]
INTEGERS = ["int32", "int64", "int8", "int16", "uint8", "uint16", "uint32", "uint64"]
COMPLEXES = ["complex64", "complex128"]
CLASSES = {
    "F": FLOATS,
    "G": FLOATS + COMPLEXES,
    "R": FLOATS + INTEGERS,
    "N": FLOATS + INTEGERS + COMPLEXES,
    "I": INTEGERS,
    "J": ["int32", "int64"],
    "C": COMPLEXES,
    "B": ["bool"],
    "S": ["string"],
    "A": FLOATS + INTEGERS + COMPLEXES + ["bool", "string"],
    "D": ["float32", "float64"],
    "E": ["float32"],
}
ALL = CLASSES["A"]
THEMES = (
    *("plain", "dtype", "broadcast", "scalar", "empty", "special", "shape", "wrong", "mixed", "python", "deep"),
    "dtype",
)
_PLACEHOLDER = re.compile(r"\{([A-Za-z]+):?([^{}]*)\}")
_TABLES = pathlib.Path(__file__).parent / "tables"
_WORDS = ["", "a", "b", "ab", "a,b", "Abc", "12", "-3.5", " x ", "é", "語a", "aXbX"]


class Line(NamedTuple):
    """One line of a table."""

    namespace: str
    name: str
    template: str

    @property
    def full_name(self) -> str:
        """The op's public name: tf.math.abs."""
        return f"{self.namespace}.{self.name}"


class Exempt(NamedTuple):
    """An op that has no line, and why."""

    full_name: str
    reason: str


def read_tables() -> tuple[list[Line], list[Exempt]]:
    """All lines of all tables; a table's file name is its namespace."""
    lines, exempt = [], []
    for path in sorted(_TABLES.glob("*.txt")):
        namespace = path.stem
        for text in path.read_text(encoding="utf-8").splitlines():
            if not text.strip() or text.startswith("#"):
                continue
            names, mark, rest = re.split(r" ([:!]) ", text, maxsplit=1)
            for name in names.split():
                if mark == "!":
                    exempt.append(Exempt(f"{namespace}.{name}", rest))
                else:
                    lines.append(Line(namespace, name, rest.strip()))
    return lines, exempt


class Case(NamedTuple):
    """One expression, and the theme it was drawn under."""

    line: Line
    theme: str
    source: str


def cases(line: Line, seed: int = 0) -> Iterator[Case]:
    """The cases of one line: one for every theme, without repetitions."""
    seen = set()
    for number, theme in enumerate(THEMES):
        source = _Draw(line, theme, f"{line}{number}{seed}").expression()
        if source not in seen:
            seen.add(source)
            yield Case(line, theme, source)


def literal(value: Any) -> str:
    """A number or nested list as Python text, with `nan` and `inf` by these names."""
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, complex):
        return f"complex({literal(value.real)}, {literal(value.imag)})"
    return repr(value)


class _Draw:
    def __init__(self, line: Line, theme: str, key: str) -> None:
        self.line, self.theme = line, theme
        self.random = random.Random(zlib.crc32(key.encode()))
        self.dtypes: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        batches = {"plain": 0, "deep": 2}.get(theme, self.random.randint(0, 1))
        self.batch = [self.random.randint(1, 3) for _ in range(batches)]
        self.free = self._free_shape()
        self.rank: int | None = None
        tensors = [m for m in _PLACEHOLDER.finditer(line.template) if m[1] in CLASSES]
        first = 1 if theme == "mixed" and len(tensors) > 1 else 0
        self.odd = self.random.randrange(first, len(tensors)) if tensors else -1  # the tensor the theme is about
        self.number = -1
        self.emptied = self.random.choice("abc")

    def expression(self) -> str:
        """The template with all its placeholders drawn."""
        arguments = _PLACEHOLDER.sub(self._placeholder, self.line.template)
        return arguments if self.line.name.startswith("'") else f"{self.line.full_name}({arguments})"

    def _placeholder(self, match: re.Match[str]) -> str:
        kind, spec = match[1], match[2]
        return self._tensor(kind, spec) if kind in CLASSES else getattr(self, f"_{kind}")(spec)

    # ---- tensors ----

    def _free_shape(self) -> list[int]:
        if self.theme == "scalar":
            return []
        rank = 2 if self.theme in ("plain", "broadcast") else self.random.randint(3, 4) if self.theme == "deep" else 0
        shape = [self.random.randint(1, 3) for _ in range(rank or self.random.randint(1, 3))]
        if self.theme == "empty":
            shape[self.random.randrange(len(shape))] = 0
        return shape

    def _size_of(self, letter: str) -> int:
        if letter.isdigit():
            return int(letter)
        if letter not in self.sizes:
            empty = self.theme == "empty" and letter == self.emptied
            self.sizes[letter] = 0 if empty else self.random.randint(1 if self.theme == "broadcast" else 2, 4)
        return self.sizes[letter]

    def _dims(self, spec: str) -> list[int]:
        out = []
        for letter in spec:
            if letter == "*":
                out += self.batch
            elif letter != ".":
                out.append(self._size_of(letter))
        return out

    def _shape_of(self, spec: str) -> list[int]:
        if spec:
            shape = self._dims(spec)
        elif self.theme == "broadcast" and self.number:
            start = self.random.randint(0, len(self.free))
            shape = [s if self.random.random() < 0.6 else 1 for s in self.free[start:]]
        else:
            shape = list(self.free)
        if self.theme == "shape" and self.number == self.odd:
            change = self.random.choice(("longer", "rank", "less"))
            if change == "longer" and shape:
                shape[self.random.randrange(len(shape))] += 1
            elif change == "less" and shape:
                del shape[self.random.randrange(len(shape))]
            else:
                shape.insert(0, 2)
        return shape

    def _dtype_of(self, kind: str) -> str:
        allowed = CLASSES[kind]
        if kind not in self.dtypes:
            vary = self.theme in ("dtype", "special", "empty") or self.random.random() < 0.2
            self.dtypes[kind] = self.random.choice(allowed) if vary else allowed[0]
        if self.number == self.odd:
            if self.theme == "wrong":
                others = [d for d in ALL if d not in allowed]
                return self.random.choice(others or ALL)
            if self.theme == "mixed":
                return self.random.choice([d for d in ALL if d != self.dtypes[kind]])
        return self.dtypes[kind]

    def _tensor(self, kind: str, spec: str) -> str:
        self.number += 1
        spec, _, how = spec.partition("@")
        shape, dtype = self._shape_of(spec), self._dtype_of(kind)
        if self.rank is None:
            self.rank = len(shape)
        values = self._values(shape, dtype, how)
        if 0 in shape:
            return f"x(np.zeros({shape}), {dtype!r})" if dtype != "string" else f"tf.zeros({shape}, tf.string)"
        if self.theme == "python" and self.number == self.odd:
            form = self.random.randrange(3)
            if form == 0 or dtype in ("bfloat16", "string"):
                return literal(values)
            if form == 1:
                return f"np.array({literal(values)}, np.{'bool_' if dtype == 'bool' else dtype})"
        if dtype in ("float32", "bool", "string") and self.random.random() < 0.5:
            return f"x({literal(values)}, {dtype!r})" if dtype != "float32" else f"x({literal(values)})"
        return f"x({literal(values)}, {dtype!r})"

    def _values(self, shape: list[int], dtype: str, how: str) -> Any:
        count = math.prod(shape)
        if how in ("pd", "tri") and len(shape) >= 2 and shape[-1] == shape[-2] and dtype[0] in "fbc":
            flat = self._matrices(count, shape[-1], how)
        elif how == "perm":
            flat = list(range(count))
            self.random.shuffle(flat)
        elif ".." in how:
            low, high = (self._size_of(s) if s.isalpha() else int(s) for s in how.split()[-1].split(".."))
            flat = [self.random.randrange(low, max(high, low + 1)) for _ in range(count)]
            if self.theme == "special" and flat and self.random.random() < 0.5:
                flat[self.random.randrange(count)] = self.random.choice((-1, high))
            if "sorted" in how:
                flat.sort()
        else:
            flat = [self._number(dtype, how) for _ in range(count)]
        return _nested([_fitting(v, dtype) for v in flat], shape)

    def _matrices(self, count: int, n: int, how: str) -> list[float]:
        flat = []
        for _ in range(count // max(n * n, 1)):
            m = [[self.random.randint(-4, 4) / 4 for _ in range(n)] for _ in range(n)]
            for i in range(n):
                for j in range(i):
                    m[i][j] = m[j][i] if how == "pd" else m[i][j]
                m[i][i] = n + 1 + self.random.randint(0, 4) / 4
            flat += [v for row in m for v in row]
        return flat

    def _number(self, dtype: str, how: str) -> Any:
        special = self.theme == "special" and self.random.random() < 0.5
        if dtype == "string":
            return self.random.choice(_WORDS)
        if dtype == "bool":
            return self.random.random() < 0.5
        if how == "unit":
            return self.random.randint(1, 15) / 16
        if "int" in dtype:
            bits, signed = int(dtype.lstrip("uint")), dtype[0] == "i"
            if special:
                top = 2 ** (bits - signed) - 1
                return self.random.choice((0, 1, top, top - 1, -top - 1 if signed else 0))
            return self.random.randint(1 if how == "pos" else -3 if signed else 0, 5)
        if special:
            big = 6e4 if dtype == "float16" else 1e30
            real = self.random.choice((math.nan, math.inf, -math.inf, 0.0, -0.0, big, -big, 1e-5))
            real = abs(real) if how == "pos" else real
        else:
            real = self.random.randint(1 if how == "pos" else -8, 8) / 4
        return complex(real, self.random.randint(-8, 8) / 4) if dtype.startswith("complex") else real

    # ---- what is no tensor ----

    def _axis(self, spec: str) -> str:
        rank = (self.rank or 0) + int(spec or 0)
        if (self.theme == "shape" and self.random.random() < 0.5) or not rank:
            return str(self.random.choice((rank, -rank - 1)))
        return str(self.random.randrange(-rank, rank))

    def _axes(self, spec: str) -> str:
        rank = self.rank or 0
        some = self.random.sample(range(-rank, 0), self.random.randint(0, rank))
        some = [a if self.random.random() < 0.5 else a + rank for a in some]
        if self.theme == "shape" and self.random.random() < 0.7:
            some = self.random.choice(([rank], [-rank - 1], [*some, *some], [0, -rank]))
        forms = (repr(some), repr(tuple(some)), f"tf.constant({some}, tf.int32)")
        return self.random.choice(("None", self._axis(spec), *forms))

    def _flag(self, spec: str) -> str:
        return str(self.random.random() < 0.5)

    def _int(self, spec: str) -> str:
        low, high = (self._size_of(s) if s.isalpha() else int(s) for s in spec.split(".."))
        if self.theme == "shape" and self.random.random() < 0.4:
            return str(self.random.choice((low - 1, high + 1)))
        return str(self.random.randint(low, max(low, high)))

    def _size(self, spec: str) -> str:
        size = self._size_of(spec)
        return str(size + (self.theme == "shape" and self.random.random() < 0.5))

    def _shape(self, spec: str) -> str:
        dims = self._dims(spec)
        if self.theme == "shape" and self.random.random() < 0.5:
            dims = self.random.choice((dims[1:], [*dims, 2], [-1, *dims], [d + 1 for d in dims]))
        forms = (repr(dims), repr(tuple(dims)), f"tf.constant({dims}, tf.int32)", f"tf.constant({dims}, tf.int64)")
        return self.random.choice((*forms, f"np.array({dims}, np.int64)"))

    def _dtype(self, spec: str) -> str:
        known = CLASSES[spec or "A"]
        found = self.random.choice(ALL if self.theme == "wrong" else known)
        return self.random.choice((f"tf.{found}", repr(found)))

    def _one(self, spec: str) -> str:
        return self.random.choice(spec.split(";"))


def _fitting(value: Any, dtype: str) -> Any:
    """`value` as what tf.constant takes for `dtype`."""
    if dtype == "bool":
        return bool(value)
    if dtype == "string":
        return value if isinstance(value, str) else str(value)
    if "int" in dtype:
        whole = int(value.real if isinstance(value, complex) else value) if not isinstance(value, str) else 0
        return max(whole, 0) if dtype[0] == "u" else whole
    if isinstance(value, (int, float)):
        return complex(value) if dtype.startswith("complex") else float(value)
    return value


def _nested(flat: list[Any], shape: list[int]) -> Any:
    if not shape:
        return flat[0]
    step = math.prod(shape[1:])
    return [_nested(flat[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])] if flat else []
