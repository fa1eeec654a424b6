"""The approximate minimum degree ordering of Amestoy, Davis and Duff: orders unknowns so that factors stay sparse.

Elimination works on a quotient graph. Eliminated unknowns are elements, whose members are the variables next to them;
what is left are variables, each with the elements and the variables beside it. Variables that cannot be told apart
count as one, and of what is beside a variable an upper bound is known, its degree. Ties are broken as in Eigen, whose
ordering TensorFlow's is: among equal degrees the variable that got its degree last goes first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import torch

from tfcompat._core.ops import Invalid
from tfcompat.raw_ops._csr import SparseMatrix, _check_rank, _matrix
from tfcompat.raw_ops._registry import raw


class _Elimination:
    def __init__(self, beside: Sequence[list[int]]) -> None:
        self.size = len(beside)
        self.beside = list(beside)  # variables, by variable
        self.elements: list[list[int]] = [[] for _ in beside]  # elements, by variable
        self.members: dict[int, list[int]] = {}  # variables, by element that is no part of another
        self.weight = [1] * self.size  # how many unknowns a variable or an element stands for
        self.degree = [len(row) for row in beside]
        self.parent: dict[int, int] = {}  # what a variable or an element is a part of
        self.merged: set[int] = set()  # the parts that were variables
        self.waiting: list[dict[int, None]] = [{} for _ in range(self.size + 1)]  # variables, by degree
        self.variables = set(range(self.size))
        self.done = self.least = 0
        crowded = min(self.size - 2, max(16, int(10 * math.sqrt(self.size))))
        for i, row in enumerate(beside):
            if row == [i]:
                self.leave(i)
            elif i not in row or len(row) > crowded:  # goes last, as the root `size` of the tree does
                self.leave(i, self.size)
            else:
                self.waiting[len(row)][i] = None

    def leave(self, i: int, whole: int | None = None) -> None:
        """Makes a variable an element, or a part of another."""
        self.variables.remove(i)
        self.done += self.weight[i]
        if whole is not None:
            self.parent[i] = whole
            self.merged.add(i)

    def run(self) -> list[int]:
        """The unknowns in the order of their elimination."""
        while self.done < self.size:
            while not self.waiting[self.least]:
                self.least += 1
            self.eliminate(self.waiting[self.least].popitem()[0])
        return list(self.order())

    def eliminate(self, pivot: int) -> None:
        """Makes a variable an element."""
        self.leave(pivot)
        members = self.gathered(pivot)
        outside = self.outside(members)
        alike: dict[int, list[int]] = {}
        for i in members:
            self.update(i, pivot, set(members), outside)
            if i in self.variables:
                key = sum(self.elements[i]) - pivot + sum(self.beside[i])
                alike.setdefault(key % self.size, []).append(i)
        left = self.degree[pivot] = sum(self.weight[i] for i in members if i in self.variables)
        for group in alike.values():
            self.merge(group[::-1])
        kept = [i for i in members if i in self.variables]
        if kept:
            self.members[pivot] = kept
        for i in kept:
            own = self.weight[i]
            found = min(self.degree[i] + left - own, self.size - self.done - own)
            self.degree[i] = found
            self.waiting[found][i] = None
            self.least = min(self.least, found)

    def gathered(self, pivot: int) -> list[int]:
        """The variables beside another, which wait no more; the elements beside it become parts of it."""
        found: dict[int, None] = {}
        for e in self.elements[pivot]:
            found.update(dict.fromkeys(self.members.pop(e)))
            self.parent[e] = pivot
        found.update(dict.fromkeys(self.beside[pivot]))
        members = [i for i in found if i in self.variables]
        for i in members:
            del self.waiting[self.degree[i]][i]
        return members

    def outside(self, members: Sequence[int]) -> dict[int, int]:
        """Of each element beside `members`, how many unknowns it has besides them."""
        found: dict[int, int] = {}
        for i in members:
            for e in self.elements[i]:
                if e in self.members:
                    found[e] = found.get(e, self.degree[e]) - self.weight[i]
        return found

    def update(self, i: int, pivot: int, members: set[int], outside: dict[int, int]) -> None:
        """Brings a variable beside the new element up to date; one that has nothing besides goes with the element."""
        elements = []
        for e in self.elements[i]:
            if e in self.members and outside[e] > 0:
                elements.append(e)
            elif e in self.members:  # all of it is in the new element
                del self.members[e]
                self.parent[e] = pivot
        variables = [j for j in self.beside[i] if j in self.variables and j not in members]
        degree = sum(outside[e] for e in elements) + sum(self.weight[j] for j in variables)
        if degree:
            self.degree[i] = min(self.degree[i], degree)
            self.elements[i] = [pivot, *elements[1:], *elements[:1]]
            self.beside[i] = variables[1:] + variables[:1]
        else:
            self.leave(i, pivot)

    def merge(self, group: list[int]) -> None:
        """Makes one of the variables that have the same beside them."""
        while group:
            first, *rest = group
            group = []
            for i in rest:
                if self.surroundings(i) != self.surroundings(first):
                    group.append(i)
                    continue
                self.weight[first] += self.weight[i]
                self.variables.remove(i)
                self.parent[i] = first
                self.merged.add(i)

    def surroundings(self, i: int) -> Any:
        return len(self.elements[i]), len(self.beside[i]), {*self.elements[i], *self.beside[i]}

    def order(self) -> Iterator[int]:
        """The tree of what became a part of what, children first: among them elements, then what were variables."""
        children: dict[int, list[int]] = {}
        for i in sorted(self.parent, key=lambda i: (i in self.merged, i), reverse=True):
            children.setdefault(self.parent[i], []).append(i)
        roots = [i for i in range(self.size + 1) if i not in self.parent]
        stack = roots[::-1]
        while stack:
            if below := children.pop(stack[-1], None):
                stack += below
            elif (i := stack.pop()) < self.size:
                yield i


@raw("SparseMatrixOrderingAMD")
def sparse_matrix_ordering_amd(input: Any) -> torch.Tensor:
    """An order of the rows, or of those of each matrix of a batch, by which few places of its factor are filled.

    It is that of the places of a matrix and its transpose; the input's values do not count.
    """
    held: SparseMatrix = _matrix(input)
    sizes = held.sizes
    _check_rank(len(sizes), "sparse matrix")
    if sizes[-1] != sizes[-2]:
        raise Invalid(f"sparse matrix must be square; got: {sizes[-2]} != {sizes[-1]}")
    count = sizes[0] if len(sizes) == 3 else 1
    beside: list[list[set[int]]] = [[set() for _ in range(sizes[-1])] for _ in range(count)]
    for *batch, row, column in held.indices.tolist():
        rows = beside[batch[0] if batch else 0]
        rows[row].add(column)
        rows[column].add(row)
    orders = [_Elimination([sorted(row) for row in rows]).run() for rows in beside]
    return torch.tensor(orders, dtype=torch.int32).reshape(sizes[:-1])
