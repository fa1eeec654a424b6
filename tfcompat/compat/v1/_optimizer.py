"""tf.compat.v1.train.Optimizer: gradients of variables, their slots, and the operation that updates them.

A subclass says what slots there are (`_create_slots`) and how a gradient changes a variable (`_resource_apply_dense`
and its relatives), which in a graph gives an operation that does so whenever a session runs it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import tfcompat as tf
from tfcompat._core.flags import flags
from tfcompat._core.state import state
from tfcompat.compat.v1._collections import GraphKeys, get_collection, get_collection_ref
from tfcompat.compat.v1._initializers import Zeros
from tfcompat.compat.v1._variable_scope import get_variable, get_variable_scope, variable_scope


def deferred() -> bool:
    """Whether operations are made for a session to run, rather than run now."""
    return state.graph is not None and state.graph.deferred


def effect(kernel: str, function: Callable[..., Any], *args: Any, name: str | None = None, together: Any = None) -> Any:
    """An operation that calls `function` with the values of `args` when it runs; outside of graphs it does so now.

    name: where it is not the kernel's; with a slash at the end it is the full one. together: see `Recipe`.
    """
    if not deferred():
        function(*args)
        return None
    from tfcompat._function.deferred import Recipe

    recipe = Recipe(function, args)
    recipe.together = together
    return state.graph.effect(kernel, name, recipe)


def _key(variable: Any) -> int:
    return id(variable._storage)


class Optimizer:
    """What all of them have in common (tf.compat.v1.train.Optimizer): gradients, slots and when updates run.

    Subclasses give `_create_slots`, `_prepare`, `_apply_dense` or `_resource_apply_dense`, `_apply_sparse` or
    `_resource_apply_sparse`, and `_finish`. use_locking: TensorFlow's kernels'; updates here never interleave. name: of
    the operations and slots. use_own_namescope_for_non_slot_vars: puts variables that are no slots under `name`.
    """

    GATE_NONE, GATE_OP, GATE_GRAPH = 0, 1, 2

    def __init__(self, use_locking: bool, name: str, use_own_namescope_for_non_slot_vars: bool = False) -> None:
        if not name:
            raise ValueError("Must specify the optimizer name")
        self._use_locking, self._name = use_locking, name
        self._use_own_namescope_for_non_slot_vars = use_own_namescope_for_non_slot_vars
        self._slots: dict[str, dict[int, Any]] = {}
        self._non_slot_dict: dict[tuple[str, Any], Any] = {}

    # ---- public ----

    def get_name(self) -> str:
        """The name that was given."""
        return self._name

    def minimize(
        self,
        loss: Any,
        global_step: Any = None,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: Any = None,
    ) -> Any:
        """The operation that updates `var_list`, all trainable variables where None, to make `loss` smaller.

        Eagerly `loss` is a callable, and the update happens now. gate_gradients, aggregation_method and
        colocate_gradients_with_ops are hints to TensorFlow's graphs. ValueError where no variable has a gradient.
        """
        pairs = self.compute_gradients(
            loss, var_list, gate_gradients, aggregation_method, colocate_gradients_with_ops, grad_loss
        )
        variables = [v for g, v in pairs if g is not None]
        if not variables:
            raise ValueError(
                "No gradients provided for any variable, check your graph for ops that do not support gradients, "
                f"between variables {[str(v) for _, v in pairs]} and loss {loss}."
            )
        return self.apply_gradients(pairs, global_step=global_step, name=name)

    def compute_gradients(
        self,
        loss: Any,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        grad_loss: Any = None,
    ) -> list[tuple[Any, Any]]:
        """Pairs of a gradient of `loss`, or None, and the variable that it is for.

        ValueError for a loss that is not floating and where there are no variables, RuntimeError for an eager tensor.
        """
        if callable(loss):
            with tf.GradientTape() as tape:
                value = loss()
            variables = list(var_list) if var_list is not None else list(tape.watched_variables())
            return list(zip(tape.gradient(value, variables, grad_loss), variables))
        if state.graph is None:
            raise RuntimeError(
                "`loss` passed to Optimizer.compute_gradients should be a function when eager execution is enabled."
            )
        if gate_gradients not in (0, 1, 2):
            raise ValueError(
                "gate_gradients must be one of: Optimizer.GATE_NONE, Optimizer.GATE_OP, Optimizer.GATE_GRAPH.  "
                f"Not {gate_gradients}"
            )
        self._assert_valid_dtypes([loss])
        if grad_loss is not None:
            self._assert_valid_dtypes([grad_loss])
        variables = tf.nest.flatten(var_list) if var_list is not None else get_collection(GraphKeys.TRAINABLE_VARIABLES)
        if not variables:
            raise ValueError("No variables to optimize.")
        pairs = list(zip(tf.gradients(loss, variables, grad_loss), variables))
        self._assert_valid_dtypes([v for g, v in pairs if g is not None])
        return pairs

    def apply_gradients(
        self,
        grads_and_vars: Any,
        global_step: Any = None,
        name: str | None = None,
        skip_gradients_aggregation: bool = False,
    ) -> Any:
        """The operation that updates the variables with their gradients, and then adds 1 to `global_step`.

        Eagerly the updates happen now. skip_gradients_aggregation: counts with several replicas only. ValueError where
        no variable has a gradient, TypeError for what is no gradient.
        """
        pairs = [(_gradient(g), v) for g, v in grads_and_vars]
        if not pairs:
            raise ValueError("No variables provided.")
        variables = [v for g, v in pairs if g is not None]
        if not variables:
            raise ValueError(f"No gradients provided for any variable: {[str(v) for _, v in pairs]}.")
        self._create_slots(variables)
        with tf.compat.v1.name_scope(name, self._name) as scope:
            self._prepare()
            updates = []
            for gradient, variable in pairs:
                if gradient is not None:
                    with tf.name_scope(f"update_{variable.op.name if deferred() else ''}"):
                        updates.append(self._updated(gradient, variable))
            if not deferred():
                self._finish([u for u in updates if u is not None], scope)
                return None if global_step is None else global_step.assign_add(tf.ones((), global_step.dtype))
            if global_step is None:
                done = self._finish(updates, scope)
            else:
                with tf.control_dependencies([self._finish(updates, "update")]):
                    one = tf.constant(1, global_step.dtype)
                    done = effect("AssignAddVariableOp", global_step.assign_add, one, name=scope)
        found = get_collection_ref(GraphKeys.TRAIN_OP)
        if done not in found:
            found.append(done)
        return done

    def _updated(self, gradient: Any, variable: Any) -> Any:
        """The operation that updates one variable, which then meets its constraint."""
        # A graph without resource variables has those that TensorFlow's own kernels and `_apply_dense` are for.
        refers = deferred() and not flags.resource_variables
        if isinstance(gradient, tf.IndexedSlices):
            if variable.constraint is not None:
                raise RuntimeError("Cannot use a constraint function on a sparse variable.")
            if refers:
                return self._apply_sparse_duplicate_indices(gradient, variable)
            return self._resource_apply_sparse_duplicate_indices(gradient.values, variable, gradient.indices)
        update = self._apply_dense(gradient, variable) if refers else self._resource_apply_dense(gradient, variable)
        if variable.constraint is None:
            return update
        with tf.control_dependencies([] if update is None else [update]):
            return variable.assign(variable.constraint(variable))

    # ---- what subclasses have ----

    def _valid_dtypes(self) -> set[Any]:
        """The dtypes that losses, gradients and variables may have."""
        return {tf.float16, tf.bfloat16, tf.float32, tf.float64}

    def _create_slots(self, var_list: Sequence[Any]) -> None:
        """Makes the slots of variables."""

    def _prepare(self) -> None:
        """Makes the tensors that all updates use."""

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        """The operation that updates a variable of a graph without resource variables with a tensor."""
        return self._resource_apply_dense(grad, var)

    def _resource_apply_dense(self, grad: Any, handle: Any) -> Any:
        """The operation that updates a variable with a tensor."""
        raise NotImplementedError(f"{type(self).__name__}._resource_apply_dense")

    def _apply_sparse_duplicate_indices(self, grad: Any, var: Any) -> Any:
        """As `_apply_sparse`, of IndexedSlices which may have an index twice."""
        values, indices = _added_up(grad.values, grad.indices)
        return self._apply_sparse(tf.IndexedSlices(values, indices, grad.dense_shape), var)

    def _apply_sparse(self, grad: Any, var: Any) -> Any:
        """The operation that updates a variable of a graph without resource variables with IndexedSlices."""
        return self._resource_apply_sparse(grad.values, var, grad.indices)

    def _resource_apply_sparse_duplicate_indices(self, grad: Any, handle: Any, indices: Any) -> Any:
        """As `_resource_apply_sparse`, with indices that may be there twice."""
        values, unique = _added_up(grad, indices)
        return self._resource_apply_sparse(values, handle, unique)

    def _resource_apply_sparse(self, grad: Any, handle: Any, indices: Any) -> Any:
        """The operation that updates rows of a variable."""
        raise NotImplementedError(f"{type(self).__name__}._resource_apply_sparse")

    def _finish(self, update_ops: Sequence[Any], name_scope: str) -> Any:
        """The operation that has all been done after."""
        return tf.group(*update_ops, name=name_scope)

    # ---- helpers for subclasses ----

    def _call_if_callable(self, param: Any) -> Any:
        return param() if callable(param) else param

    def _assert_valid_dtypes(self, tensors: Iterable[Any]) -> None:
        valid = self._valid_dtypes()
        for t in tensors:
            if t.dtype.base_dtype not in valid:
                raise ValueError(f"Invalid type {t.dtype.base_dtype!r} for {t.name}, expected: {list(valid)}.")

    def _slot_dict(self, slot_name: str) -> dict[int, Any]:
        return self._slots.setdefault(slot_name, {})

    def _get_or_make_slot(self, var: Any, val: Any, slot_name: str, op_name: str) -> Any:
        """The slot of a variable, made with the value `val` where there is none."""
        return self._made(var, slot_name, op_name, initializer=val)

    def _get_or_make_slot_with_initializer(
        self, var: Any, initializer: Any, shape: Any, dtype: Any, slot_name: str, op_name: str
    ) -> Any:
        """The slot of a variable, made by an initializer where there is none."""
        return self._made(var, slot_name, op_name, initializer=initializer, shape=shape, dtype=dtype)

    def _zeros_slot(self, var: Any, slot_name: str, op_name: str) -> Any:
        """The slot of a variable, made of zeros where there is none."""
        return self._made(var, slot_name, op_name, initializer=Zeros(), shape=var.shape, dtype=var.dtype.base_dtype)

    def _made(self, var: Any, slot_name: str, op_name: str, **arguments: Any) -> Any:
        found = self._slot_dict(slot_name)
        if _key(var) not in found:
            part = var.__dict__.get("_part")  # what an estimator's variable is called beside its name
            owner = (var.op.name if deferred() else var.name.split(":")[0]) + (f"/{part}" if part else "")
            with _apart(part is not None), variable_scope(None, f"{owner}/{op_name}", auxiliary_name_scope=False):
                get_variable_scope().set_partitioner(None)
                found[_key(var)] = get_variable("", trainable=False, **arguments)
        return found[_key(var)]

    def _create_non_slot_variable(self, initial_value: Any, name: str, colocate_with: Any) -> Any:
        """A variable that all updates share, made where there is none."""
        key = name, _graph()
        if key not in self._non_slot_dict:
            full = f"{self._name}/{name}" if self._use_own_namescope_for_non_slot_vars else name
            made = tf.compat.v1.Variable(self._call_if_callable(initial_value), name=full, trainable=False)
            self._non_slot_dict[key] = made
        return self._non_slot_dict[key]

    def _get_non_slot_variable(self, name: str, graph: Any = None) -> Any:
        return self._non_slot_dict.get((name, graph))

    def _non_slot_variables(self) -> list[Any]:
        return list(self._non_slot_dict.values())

    # ---- slots ----

    def get_slot(self, var: Any, name: str) -> Any:
        """The slot variable called `name` of a variable, None where there is none."""
        return self._slots.get(name, {}).get(_key(var))

    def get_slot_names(self) -> list[str]:
        """The names of the slots."""
        return sorted(self._slots)

    def variables(self) -> list[Any]:
        """The optimizer's own variables, by name."""
        own = [v for (_, graph), v in self._non_slot_dict.items() if graph is _graph()]
        return sorted([*own, *(v for made in self._slots.values() for v in made.values())], key=lambda v: v.name)


def _graph() -> Any:
    """The graph that sessions run which is the default one; None where there is none."""
    return state.graph if deferred() else None


@contextlib.contextmanager
def _apart(whether: bool) -> Iterator[None]:
    """Within, and if so, no variable scope is open: TensorFlow names slots of variables in parts without it."""
    before = state.variable_scope
    if whether:
        state.variable_scope = None
    try:
        yield
    finally:
        state.variable_scope = before


def _gradient(x: Any) -> Any:
    """A gradient as a tensor or IndexedSlices; None stays."""
    if x is None or isinstance(x, tf.IndexedSlices):
        return x
    try:
        return tf.convert_to_tensor(x)
    except TypeError:
        raise TypeError(f"Gradient must be convertible to a Tensor or IndexedSlices, or None: {x}") from None


def _added_up(values: Any, indices: Any) -> tuple[Any, Any]:
    """Rows without duplicates: those of one index are added up."""
    unique, places = tf.unique(indices)
    return tf.math.unsorted_segment_sum(values, places, tf.shape(unique)[0]), unique
