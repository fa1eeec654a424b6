"""tfcompat.as_torch_module: a Keras model as a torch.nn.Module that shares its weights."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensor

from tfcompat._core.convert import to_storage
from tfcompat._core.errors import InvalidArgumentError
from tfcompat.keras import tree


def as_torch_module(model: Any) -> KerasModule:
    """A torch.nn.Module of a Keras model or layer that is built, sharing its weights (tfcompat.as_torch_module).

    Trainable weights are parameters, the others buffers, named by their paths ("dense.kernel"). What either side
    trains, loads or assigns the other sees. The module takes and returns torch tensors; `train()` and `eval()` choose
    `training`. torch.export, torch.compile and DataParallel see torch's own ops. ValueError for a model that is not
    built.
    """
    if not getattr(model, "built", False):
        raise ValueError(f"as_torch_module takes a Keras model or layer that is built. Received: {model!r}")
    return KerasModule(model)


class KerasModule(nn.Module):
    """The module that `as_torch_module` makes."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.keras_model = model
        self._graphs: dict[Any, Any] = {}
        self._names: dict[int, tuple[str, ...]] = {}
        self._variables: list[tuple[tuple[str, ...], Any]] = []
        for variable in model.variables:
            holder, names = self, []
            *scopes, last = variable.path.removeprefix(f"{model.name}/").split("/")
            for scope in scopes:
                names.append(_free(holder, scope))
                if names[-1] not in holder._modules:
                    holder.add_module(names[-1], nn.Module())
                holder = holder._modules[names[-1]]
                assert holder is not None
            names.append(_free(holder, last))
            t = variable._value._storage.t
            if variable.trainable and (t.is_floating_point() or t.is_complex()):
                holder.register_parameter(names[-1], nn.Parameter(t))
            else:
                holder.register_buffer(names[-1], t)
            self._names[id(variable._value._storage)] = tuple(names)
            self._variables.append((tuple(names), variable._value))
        self.register_state_dict_pre_hook(lambda *_: self._share())

    def _share(self) -> None:
        """Points the parameters at the memory that the variables have now."""
        for names, variable in self._variables:
            own: Any = functools.reduce(getattr, names, self)
            t = variable._storage.t
            if type(own) not in (nn.Parameter, torch.Tensor) or isinstance(own.data, FakeTensor):
                return  # a copy of the module, or torch.export's stand-ins
            if own.device == t.device and own.data_ptr() != t.data_ptr():
                own.data = t

    def load_state_dict(self, *args: Any, **kwargs: Any) -> Any:
        """As any module's; the Keras model sees the values."""
        self._share()
        return super().load_state_dict(*args, **kwargs)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the model gives, as torch tensors."""
        if not getattr(self, "_is_replica", False) and not torch.compiler.is_compiling():
            self._share()
        leaves = tree.flatten((args, kwargs))
        tensors = [x for x in leaves if isinstance(x, torch.Tensor)]
        fixed = tuple(x for x in leaves if not isinstance(x, torch.Tensor))
        kinds = tuple((x.dtype, tuple(x.shape[1:])) for x in tensors)
        key = self.training, fixed, kinds, str(tree.map_structure(type, (args, kwargs)))
        if key not in self._graphs:
            self._graphs[key] = self._captured(args, kwargs)
        run, slots, closure, pack, written = self._graphs[key]
        values = [functools.reduce(getattr, self._names[id(s.variable._storage)], self) for s in slots]
        results = run(*tensors, *closure, *values)
        count = len(results) - len(written)
        with torch.no_grad():
            for slot, new in zip(written, results[count:]):
                own: Any = functools.reduce(getattr, self._names[id(slot.variable._storage)], self)
                own.copy_(new)
        return pack(results[:count], lambda t: t)

    def _captured(self, args: Any, kwargs: Any) -> tuple[Any, ...]:
        """The model as an fx graph of torch's ops, for tensors of any batch size; and what its inputs are."""
        import tfcompat as tf
        from tfcompat._core import dtypes
        from tfcompat._function.program import Program

        model, training = self.keras_model, self.training

        def spec(x: Any) -> Any:
            if not isinstance(x, torch.Tensor):
                return x
            shape = [None, *x.shape[1:]] if x.ndim else []
            return tf.TensorSpec([n if n is None else int(n) for n in shape], dtypes.BY_STORAGE[x.dtype])

        extra = {"training": training} if model._call_has_training_arg else {}
        function = tf.function(lambda *a, **k: model(*a, **k, **extra), autograph=False)
        specs, named = tree.map_structure(spec, args), tree.map_structure(spec, kwargs)
        concrete = function.get_concrete_function(*specs, **named)
        if not concrete._captured:
            raise InvalidArgumentError(None, None, f"{model.name} can't be captured as a graph of torch's ops.")
        captured = concrete._captured[0]
        part = captured.part
        if any(node.meta.get("opaque") for node in part.nodes):
            raise NotImplementedError(f"{model.name} has loops or Python functions that depend on tensors' values.")
        program = Program(part.nodes, part.input_nodes, part.output_nodes)
        module = program.module(part.graph.recorder.tracer.root)
        unknown = [s.variable.name for s in captured.slots if id(s.variable._storage) not in self._names]
        if unknown:
            raise ValueError(f"{model.name} uses variables that are not among its weights: {unknown}")
        closure = [to_storage(t) for t in captured.closure]
        return _Hidden(module), captured.slots, closure, captured.pack, captured.written


class _Hidden:
    """A graph that is no submodule: it has no weights of its own."""

    def __init__(self, graph: Callable[..., Any]) -> None:
        self.graph = graph

    def __call__(self, *args: Any) -> Any:
        return self.graph(*args)


def _free(holder: nn.Module, name: str) -> str:
    """A name that is no attribute of modules."""
    return f"{name}_" if hasattr(nn.Module, name) or (hasattr(holder, name) and name not in holder._modules) else name
