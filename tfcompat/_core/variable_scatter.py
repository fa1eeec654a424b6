"""Assigning to parts of a tf.Variable that indices name."""

from __future__ import annotations

from typing import Any

from tfcompat._core.state import state


class ScatteredAssignments:
    """The methods of a variable that assign at indices; `use_locking` and `name` change nothing, as in TensorFlow."""

    def _scatter(self, how: str, sparse_delta: Any) -> Any:
        from tfcompat._core.gathering import scatter_rows

        if state.graph is not None and state.graph.deferred:
            return state.graph.updated(self, f"ResourceScatter{how.title()}", self._scatter, how, sparse_delta)
        return scatter_rows(self, how, sparse_delta)

    def scatter_sub(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Subtracts tf.IndexedSlices from the rows they name, repeated ones each time; returns as `assign` does."""
        return self._scatter("sub", sparse_delta)

    def scatter_add(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Adds tf.IndexedSlices to the rows they name, repeated ones each time; returns as `assign` does."""
        return self._scatter("add", sparse_delta)

    def scatter_max(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Takes the maximum of tf.IndexedSlices and the rows they name; returns as `assign` does."""
        return self._scatter("max", sparse_delta)

    def scatter_min(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Takes the minimum of tf.IndexedSlices and the rows they name; returns as `assign` does."""
        return self._scatter("min", sparse_delta)

    def scatter_mul(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Multiplies the rows that tf.IndexedSlices name by them; returns as `assign` does."""
        return self._scatter("mul", sparse_delta)

    def scatter_div(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Divides the rows that tf.IndexedSlices name by them; returns as `assign` does."""
        return self._scatter("div", sparse_delta)

    def scatter_update(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Assigns tf.IndexedSlices to the rows they name, the last where one is named twice; returns as `assign`."""
        return self._scatter("update", sparse_delta)

    def batch_scatter_update(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        """Assigns to the last dimension of the indices within each batch given by the leading ones."""
        return self._scatter("batch_update", sparse_delta)

    def _scatter_nd(self, how: str, indices: Any, updates: Any) -> Any:
        from tfcompat._core.gathering import scatter_nd

        if state.graph is not None and state.graph.deferred:
            return state.graph.updated(self, f"ResourceScatterNd{how.title()}", self._scatter_nd, how, indices, updates)
        return scatter_nd(self, how, indices, updates)

    def scatter_nd_sub(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Subtracts `updates` at `indices` (tf.tensor_scatter_nd_sub); returns as `assign` does."""
        return self._scatter_nd("sub", indices, updates)

    def scatter_nd_add(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Adds `updates` at `indices` (tf.tensor_scatter_nd_add); returns as `assign` does."""
        return self._scatter_nd("add", indices, updates)

    def scatter_nd_update(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Assigns `updates` at `indices` (tf.tensor_scatter_nd_update); returns as `assign` does."""
        return self._scatter_nd("update", indices, updates)

    def scatter_nd_max(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Takes the maximum with `updates` at `indices` (tf.tensor_scatter_nd_max); returns as `assign` does."""
        return self._scatter_nd("max", indices, updates)

    def scatter_nd_min(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Takes the minimum with `updates` at `indices` (tf.tensor_scatter_nd_min); returns as `assign` does."""
        return self._scatter_nd("min", indices, updates)
