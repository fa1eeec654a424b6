"""keras.Layer: state and a computation; building, weights, calling, losses and configs."""

from __future__ import annotations

import collections
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._core.shapes import TensorShape
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._function.autograph import convert
from tfcompat.keras import _graph, _naming, _version, dtype_policies, ops, regularizers, tree
from tfcompat.keras._building import is_building
from tfcompat.keras._dtypes import is_float_dtype, standardize_dtype
from tfcompat.keras._graph import Node, Operation
from tfcompat.keras._keras_tensor import KerasTensor, any_symbolic
from tfcompat.keras._remat import current as current_remat
from tfcompat.keras._remat import rematerialized
from tfcompat.keras._scopes import AutocastScope, StatelessScope, without_batch
from tfcompat.keras._state import settings, thread
from tfcompat.keras._symbolic import compute_output_spec, dry_run
from tfcompat.keras.layers._building import build_outside, building
from tfcompat.keras.layers._call import (
    CallContext,
    CallSpec,
    as_tensors,
    explained,
    get_mask,
    set_mask,
    shapes_for,
    signature_of,
)
from tfcompat.keras.layers._keras2 import Keras2Layer, check_masking, name_outputs, refuse_keyword
from tfcompat.keras.layers._keras2_arguments import ShownSignature
from tfcompat.keras.layers._keras2_classes import follow_keras2, told_repr
from tfcompat.keras.layers._keras2_configs import keras2_config, of_keras2
from tfcompat.keras.layers._keras2_shapes import inferred
from tfcompat.keras.layers._policy import Policied
from tfcompat.keras.layers._state import Stateful
from tfcompat.keras.layers.input_spec import assert_input_compatibility


def _is_ours(method: Any) -> bool:
    return (getattr(method, "__module__", None) or "").startswith("tfcompat.")


class Layer(Keras2Layer, Policied):
    """A computation with weights (tf.keras.layers.Layer).

    Subclasses make weights in `build(input_shape)` with `add_weight` (or in `__init__`) and compute in `call`. Layers,
    variables and metrics in attributes, and in lists and dicts of them, are found by themselves. activity_regularizer:
    a penalty on the outputs. trainable: whether training changes the weights. dtype: a dtype or policy. autocast:
    whether float inputs are cast to the compute dtype. ValueError for arguments that are not known.
    """

    _layers: Any
    activity_regularizer: Any
    __signature__ = ShownSignature()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__:
            cls.build = building(cls.__dict__["build"])  # type: ignore[method-assign]
        if cls.__module__.startswith("tfcompat."):
            follow_keras2(cls)

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self._ensure_tracker()
        if kwargs and _version.is_legacy():
            refuse_keyword(kwargs)
        Operation.__init__(self, name=name)
        self._dtype_policy = dtype_policies.get(dtype)
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self._take_input_shape(kwargs)
        weights = kwargs.pop("weights", None)  # Keras 2: values for the weights, once they are made
        if kwargs.pop("dynamic", False):
            self.dynamic = True  # in Keras 2: that it runs as plain Python only
        if kwargs:
            raise ValueError(f"Unrecognized keyword arguments passed to {type(self).__name__}: {kwargs}")
        if not isinstance(trainable, bool):
            raise ValueError(
                f"Expected `trainable` to be a boolean. Received: trainable={trainable} (of type {type(trainable)})"
            )
        self._path: str | None = None
        self._parent_path: str | None = None
        self._build_shapes_dict: dict[str, Any] | None = None
        self._building = False
        self.built = False
        self.autocast = autocast
        self._input_spec: Any = None
        self._called = False
        self.supports_jit = True
        self._trainable = trainable
        self._losses: list[Any] = []
        self._loss_ids: set[int] = set()
        self._losses_override: list[Any] = []
        self._loss_functions: list[Callable[[], Any]] = []
        self._call_signature = signature_of(type(self).call)
        self._call_has_training_arg = "training" in self._call_signature.parameters
        self._call_has_mask_arg = "mask" in self._call_signature.parameters
        self._supports_masking = type(self).compute_mask is not Layer.compute_mask
        self._convert_input_args = True
        self._allow_non_tensor_positional_args = False
        self._initial_weights = weights
        self._remat_mode = current_remat()
        self._ready = True

    def _take_input_shape(self, kwargs: dict[str, Any]) -> None:
        """Keras 2's ways to say what a Sequential model's first layer gets."""
        dim = kwargs.pop("input_dim", None)
        shape = kwargs.pop("input_shape", None) if dim is None else (dim,)
        batch_shape = kwargs.pop("batch_input_shape", None)
        batch_size = kwargs.pop("batch_size", None)
        if shape is not None and batch_size is not None:
            shape, batch_shape = None, (batch_size, *shape)
        if shape is not None:
            self._input_shape_arg = tuple(shape) if isinstance(shape, (list, tuple)) else shape
            if not _version.is_legacy():
                warnings.warn(
                    "Do not pass an `input_shape`/`input_dim` argument to a layer. When using Sequential models, "
                    "prefer using an `Input(shape)` object as the first layer in the model instead.",
                    stacklevel=3,
                )
        elif batch_shape is not None:
            self._batch_shape_arg = tuple(batch_shape)

    path = property(lambda self: self._path, doc="The name below the names of the layers that hold this one.")

    # ---- building ----

    def build(self, input_shape: Any = None) -> None:
        """Creates the weights for inputs of the given shape. Subclasses override it; this one creates none."""
        self._check_super_called()
        if self._building:
            return
        if any(not layer.built for layer in self._layers):
            self._build_layers(input_shape)
        if any(not layer.built for layer in self._layers):
            warnings.warn(
                f"`build()` was called on layer '{self.name}', which has no `build()` method of its own but unbuilt "
                "sublayers. It is marked as built, which it is not; implement a `build()` method.",
                stacklevel=2,
            )
        self._mark_as_built(input_shape)

    def _mark_as_built(self, input_shape: Any) -> None:
        with self._open_name_scope():
            object.__setattr__(self, "_path", _naming.current_path())
        self._build_shapes_dict = {"input_shape": input_shape}
        self._after_build()

    def _build_layers(self, input_shape: Any) -> None:
        """Builds what is below a layer without a `build` of its own, where that is possible."""

    def _after_build(self) -> None:
        self.built = True
        self._lock_state()
        if self._initial_weights is not None:
            weights, self._initial_weights = self._initial_weights, None
            self.set_weights(weights)

    def _build_at_init(self) -> None:
        """Marks a layer without weights as built; at the end of `__init__` of such layers."""
        if type(self).build is Layer.build and not _version.is_legacy():
            self._after_build()

    def get_build_config(self) -> dict[str, Any] | None:
        """What `build` was called with, JSON-ready; None before."""
        shapes = self._build_shapes_dict
        if shapes is None:
            return None
        shapes = tree.map_shape_structure(tuple, shapes) if _version.is_legacy() else shapes
        return {"input_shape": next(iter(shapes.values()))} if len(shapes) == 1 else {"shapes_dict": shapes}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Builds the layer as `get_build_config` says it was built."""
        if not config:
            return
        if "input_shape" in config:
            self.build(config["input_shape"])
        elif "shapes_dict" in config:
            self.build(**config["shapes_dict"])

    def _maybe_build(self, spec: CallSpec) -> None:
        shapes = without_batch(spec.shapes())
        if type(self).build is not Layer.build:
            given = shapes_for(self.build, shapes, spec, type(self).__name__)
            if _version.is_legacy() and not _is_ours(type(self).build):
                given = {name: tree.map_shape_structure(TensorShape, shape) for name, shape in given.items()}
            if state.graph is None or state.graph.deferred:
                self.build(**given)
            else:
                build_outside(self, state.graph, given)
            self._assert_input_compatibility(spec.first)
            return
        if is_building():  # a graph for sessions, where sublayers build themselves when they are called
            self.built = True
            return
        if any(not layer.built for layer in self._layers):
            try:
                dry_run(self.call, *spec.args, **spec.kwargs)
            except Exception:
                if spec.eager:
                    return  # the sublayers build themselves when they are called
                # tries other sizes; what it raises is the first failure
                compute_output_spec(self.call, *spec.args, **spec.kwargs)
        # Keras 2 does not call a `build` that is none of the program's own.
        built = self._mark_as_built if _version.is_legacy() else self.build
        built(next(iter(shapes.values()), None))

    def _open_name_scope(self, called: bool = True) -> _naming.name_scope:
        if self._parent_path is None:
            object.__setattr__(self, "_parent_path", _naming.current_path())
        return _naming.of_layer(self, called)

    # ---- calling ----

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """What the layer computes; subclasses override it. In Keras 2 this one gives its first argument."""
        if _version.is_legacy():
            return next(iter((*args, *kwargs.values())))
        raise NotImplementedError(f"Layer {type(self).__name__} does not have a `call()` method implemented.")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._check_super_called()
        legacy = _version.is_legacy()
        if legacy and state.scopes and not thread.symbolic and any_symbolic(args, kwargs):
            with _naming.outside():  # the name scopes of eager code are none of the graph's
                return self(*args, **kwargs)
        object.__setattr__(self, "_called", True)
        # As in Keras 3, the graph of a model keeps `training` and masks that are filled in below only where no argument
        # had to be converted: its summary has a mask's operation then. Keras 2's never does.
        original_args, original_kwargs = args, dict(kwargs) if legacy else kwargs
        if self._convert_input_args and not self._needs_no_conversion(args, kwargs):
            args = tuple(tree.map_structure(self._converted, arg) for arg in args)
            kwargs = {key: tree.map_structure(self._converted, value) for key, value in kwargs.items()}
        if not self._allow_non_tensor_positional_args:
            args = as_tensors(args)
        spec = CallSpec(self._call_signature, ("training",), args, kwargs, self.call)
        self._assert_input_compatibility(spec.first)
        if not self.built or state.graph is not None:  # where a graph counts how often a scope is opened, as Keras does
            with self._open_name_scope():
                if not self.built:
                    self._maybe_build(spec)
        context = thread.call
        outermost = context is None
        if outermost:
            context = thread.call = CallContext(self)
            self._clear_losses()
        outer_training = context.training
        try:
            self._set_training(context, spec, kwargs)
            previous_mask = self._fill_masks(spec, kwargs)
            with self._open_name_scope():
                try:
                    outputs = self._run(args, kwargs)
                except Exception as error:
                    if not settings.traceback_filtering:
                        raise
                    raise explained(error, self, self._call_signature, args, kwargs) from None
            if not self.built:
                self.built = True
            if self.activity_regularizer is not None:
                self._add_activity_losses(outputs)
            self._propagate_mask(spec.first, outputs, previous_mask)
        finally:
            if outermost:
                thread.call = None
            else:
                context.training = outer_training
        if any_symbolic(original_args, original_kwargs):
            name_outputs(self, Node(self, original_args, original_kwargs, outputs).outputs)
        return outputs

    def _needs_no_conversion(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        if kwargs or len(args) != 1:
            return False
        x = args[0]
        return isinstance(x, (Tensor, KerasTensor)) and standardize_dtype(x.dtype) == self.input_dtype

    def _converted(self, x: Any) -> Any:
        y = self._dtype_policy.convert_input(x, self.autocast, self.input_dtype)
        mask = get_mask(x)
        if mask is not None and y is not x:
            set_mask(y, mask)
        return y

    def _set_training(self, context: CallContext, spec: CallSpec, kwargs: dict[str, Any]) -> None:
        """Decides `training`: as passed, else as an enclosing layer's call, else the signature's default."""
        if "training" in spec.given:
            value = spec.given["training"]
        elif context.training is not None:
            value = context.training
        else:
            value = spec.all.get("training")
            if thread.learning_phase and not value and self._call_has_training_arg:
                value = True
        context.training = value
        by_position = "training" in spec.given and "training" not in kwargs
        if self._call_has_training_arg and value is not None and not by_position:
            kwargs["training"] = value

    def _fill_masks(self, spec: CallSpec, kwargs: dict[str, Any]) -> Any:
        """Passes the masks that the inputs carry to `mask` or `x_mask` arguments; returns the first input's mask."""
        if len(spec.tensors) == 1:
            by_position = "mask" in spec.given and "mask" not in kwargs
            if "mask" in spec.all and spec.all["mask"] is None and not by_position:
                masks = tree.map_structure(get_mask, next(iter(spec.tensors.values())))
                no_mask = _version.is_legacy() and all(mask is None for mask in tree.flatten(masks))
                kwargs["mask"] = None if no_mask else masks  # Keras 3 gives a None for each input
        else:
            for name, value in spec.tensors.items():
                key = f"{name}_mask"
                if key in spec.all and spec.all[key] is None:
                    kwargs[key] = tree.map_structure(get_mask, value)
        if kwargs.get("mask") is not None:
            return kwargs["mask"]
        return get_mask(spec.first) if type(spec.first) is EagerTensor else tree.map_structure(get_mask, spec.first)

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        scope = self._autocast_scope()
        symbolic = any_symbolic(args, kwargs)
        run: Callable[..., Any] = self.call
        if symbolic:
            run = self._symbolic_outputs
        elif self._remat_mode is not None or type(self._dtype_policy) is not dtype_policies.DTypePolicy:
            run = self._computation(args, kwargs)
        elif state.graph is not None:
            run = self._call_in_graph()
        if scope is None:
            return run(*args, **kwargs)
        with scope:
            return run(*args, **kwargs)

    def _call_in_graph(self) -> Callable[..., Any]:
        return convert(self.call) if _version.is_legacy() else self.call  # Keras 3 leaves AutoGraph to the program

    def _computation(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Callable[..., Any]:
        """`call`, or what stands for it in a layer that is quantized or rematerialized."""
        run = self.call if self.quantization_mode is None else self.quantized_call
        return run if self._remat_mode is None else self.rematerialized_call(run, *args, **kwargs)

    def _symbolic_outputs(self, *args: Any, **kwargs: Any) -> Any:
        kind, legacy = type(self), _version.is_legacy()
        for generator in self._seed_generators if legacy else ():
            generator.next_op_seed()  # the graph's op has one, too
        if legacy and not self.dynamic and not _is_ours(kind.call) and _is_ours(kind.compute_output_spec):
            return Operation.compute_output_spec(self, *args, **kwargs)  # Keras 2 does not ask for the shape
        return self.compute_output_spec(*args, **kwargs)

    def _autocast_scope(self) -> AutocastScope | None:
        current, own = thread.autocast, self.compute_dtype
        if current is not None:
            if not self.autocast or not is_float_dtype(own):
                return AutocastScope(None)
            return AutocastScope(own) if current.dtype != own else None
        return AutocastScope(own) if own != self.variable_dtype else None

    def _propagate_mask(self, inputs: Any, outputs: Any, previous_mask: Any) -> None:
        has_mask = previous_mask is not None and any(mask is not None for mask in tree.flatten(previous_mask))
        if not self.supports_masking:
            if has_mask and not _version.is_legacy():
                warnings.warn(
                    f"Layer '{self.name}' (of type {type(self).__name__}) was passed an input with a mask attached to "
                    "it. However, this layer does not support masking and will therefore destroy the mask information. "
                    "Downstream layers will not see the mask.",
                    stacklevel=3,
                )
            return
        if not has_mask and type(self).compute_mask is Layer.compute_mask:
            return
        flat = tree.flatten(outputs)
        if all(get_mask(x) is not None for x in flat):
            return
        masks = self.compute_mask(inputs, previous_mask)
        if masks is None:
            return
        for x, mask in zip(flat, tree.flatten(masks)):
            if mask is not None and get_mask(x) is None:
                set_mask(x, mask)

    def compute_mask(self, inputs: Any, previous_mask: Any = None, mask: Any = None) -> Any:
        """The mask of the outputs; this one passes the inputs' mask on.

        mask: Keras 2's name for it, where it is a TypeError for a layer that does not support masking.
        """
        previous_mask = mask if previous_mask is None else previous_mask
        if _version.is_legacy():
            check_masking(self, previous_mask)
        return previous_mask

    @property
    def supports_masking(self) -> bool:
        """Whether the layer passes masks on or computes them."""
        return self._supports_masking

    @supports_masking.setter
    def supports_masking(self, value: bool) -> None:
        self._supports_masking = value

    @property
    def input_spec(self) -> Any:
        """The keras.InputSpec, or nest of them, that inputs are checked against; None for no check."""
        return self._input_spec

    @input_spec.setter
    def input_spec(self, value: Any) -> None:
        self._input_spec = value

    def _assert_input_compatibility(self, first: Any) -> None:
        if self.input_spec:
            assert_input_compatibility(self.input_spec, first, layer_name=self.name)

    def rematerialized_call(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[..., Any]:
        """`fn` as the RematScope that the layer was made in wants it: without intermediate results kept."""
        return rematerialized(self, fn, args, kwargs)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """The KerasTensors that the layer gives."""
        return self.compute_output_spec(*args, **kwargs)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The KerasTensors that the layer gives: of `compute_output_shape` where it is implemented, else by a dry
        run.
        """
        if type(self).compute_output_shape is Layer.compute_output_shape:
            return super().compute_output_spec(*args, **kwargs)
        spec = CallSpec(self._call_signature, ("training",), args, dict(kwargs))
        shape = self.compute_output_shape(
            **shapes_for(self.compute_output_shape, spec.shapes(), spec, type(self).__name__)
        )
        if isinstance(shape, list) and shape and isinstance(shape[0], (int, type(None))):
            shape = tuple(shape)
        if not isinstance(shape, (list, tuple, dict)):
            try:
                shape = tuple(shape)
            except TypeError:
                raise ValueError(
                    f"Method `compute_output_shape()` of layer {type(self).__name__} should return a shape tuple. "
                    f"Received: {shape!r}"
                ) from None
        return tree.map_shape_structure(lambda s: KerasTensor(s, dtype=self.compute_dtype), shape)

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs' shape for inputs of given shapes; subclasses may implement it, Keras 2 else asks `call`."""
        if _version.is_legacy():
            return inferred(self, *args, **kwargs)
        raise NotImplementedError(
            f"Layer {type(self).__name__} should implement `def compute_output_shape(self, input_shape)`."
        )

    def stateless_call(
        self,
        trainable_variables: Sequence[Any],
        non_trainable_variables: Sequence[Any],
        *args: Any,
        return_losses: bool = False,
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """(outputs, new values of the non-trainable variables[, losses]) for given values, changing no variable.

        ValueError where the layer is not built or a list has another length than the layer's.
        """
        self._check_super_called()
        if not self.built:
            raise ValueError(
                f"To call stateless_call, {type(self).__name__} must be built: call it on some data first."
            )
        mapping: list[tuple[Any, Any]] = []
        for what, given in (
            ("trainable_variables", trainable_variables),
            ("non_trainable_variables", non_trainable_variables),
        ):
            own = getattr(self, what)
            if len(given) != len(own):
                raise ValueError(
                    f"`{what}` must match {type(self).__name__}().{what}: {len(own)} values, not {len(given)}."
                )
            mapping.extend(zip(own, given))
        with StatelessScope(mapping, collect_losses=return_losses) as scope:
            outputs = self._computation(args, kwargs)(*args, **kwargs)
            losses = self.losses if return_losses else None
        after = [scope.get_current_value(variable) for variable in self.non_trainable_variables]
        return (outputs, after, losses) if return_losses else (outputs, after)

    # ---- losses ----

    def add_loss(self, loss: Any, inputs: Any = None) -> None:
        """Adds a scalar tensor, or a list of them, to the loss of the model; from within `call`.

        inputs: what Keras 2 asked for, no longer needed.
        """
        given = tree.flatten(loss)
        # Keras 2 takes functions, too, which are called each time the losses are read.
        self._loss_functions.extend(value for value in given if callable(value) and not ops.is_tensor(value))
        losses = [value for value in given if ops.is_tensor(value) or not callable(value)]
        for value in losses:
            if not ops.is_tensor(value):
                raise ValueError(
                    "`add_loss()` can only be called from inside `build()` or `call()`, on a tensor input. "
                    f"Received invalid value: {value!r}"
                )
        scope = thread.stateless
        if scope is not None:
            if scope.collect_losses:
                for value in losses:
                    scope.add_loss(value)
                    self._loss_ids.add(id(value))
        elif not thread.symbolic:
            self._losses.extend(losses)

    def _add_activity_losses(self, outputs: Any) -> None:
        for output in tree.flatten(outputs):
            if ops.is_tensor(output):
                loss = self.activity_regularizer(output)
                if output.ndim:
                    loss = ops.divide_no_nan(loss, ops.cast(ops.shape(output)[0], standardize_dtype(loss.dtype)))
                self.add_loss(loss)

    def _own_losses(self) -> list[Any]:
        scope = thread.stateless
        if scope is not None:
            return [loss for loss in scope.losses if id(loss) in self._loss_ids]
        return list(self._losses)

    @property
    def losses(self) -> list[Any]:
        """The losses of the last call: those added by `add_loss` here and in sublayers, and weight penalties."""
        if self._losses_override:
            return self._losses_override
        found = self._own_losses()
        below = list(self._flatten_layers(include_self=False))
        for layer in below:
            found.extend(layer._own_losses())
        found.extend(v.regularizer(v) for v in self.trainable_weights if v.regularizer is not None)
        for layer in (self, *below):
            found.extend(function() for function in layer._loss_functions)
        return found

    def _clear_losses(self) -> None:
        self._losses.clear()
        self._loss_ids.clear()
        for layer in self._layers:
            layer._clear_losses()

    # ---- saving ----

    def get_config(self) -> dict[str, Any]:
        """The arguments that make a layer like this one: subclasses add theirs to what this returns."""
        self._check_super_called()
        config = super().get_config()
        if _version.is_legacy():
            return keras2_config(self, config, type(self).get_config is Layer.get_config)
        config["trainable"] = self.trainable
        config["dtype"] = dtype_policies.serialize(self._dtype_policy)
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        return config

    from_config = classmethod(of_keras2(Stateful.from_config.__func__))  # type: ignore[attr-defined]

    def _obj_type(self) -> str:
        return "Layer"

    def _flatten_layers(self, include_self: bool = True, recursive: bool = True) -> list[Any]:
        """This layer and the layers below it, each once."""
        found: list[Any] = [self] if include_self else []
        seen: set[int] = set()
        queue = collections.deque(self._layers)
        while queue:
            layer = queue.popleft()
            if id(layer) not in seen:
                seen.add(id(layer))
                found.append(layer)
                if recursive:
                    queue.extendleft(layer._layers)
        return found

    def __repr__(self) -> str:
        return (
            _version.is_legacy() and told_repr(self)
        ) or f"<{type(self).__name__} name={self.name}, built={self.built}>"

    __str__ = __repr__


_graph._default_configs.append(Layer.get_config)
