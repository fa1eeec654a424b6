"""What layers with kernels share: an initializer, a regularizer and a constraint for each weight, and LoRA."""

from __future__ import annotations

import inspect
from typing import Any

from tfcompat.keras import activations, constraints, initializers, ops, regularizers
from tfcompat.keras._variable import Variable
from tfcompat.keras.layers.base import Layer

_KINDS = {"initializer": initializers, "regularizer": regularizers, "constraint": constraints}


class Weighted(Layer):
    """A layer whose weights have arguments `PART_initializer`, `PART_regularizer` and `PART_constraint` each.

    _parts: the parts, in the order of their arguments.
    """

    _parts: tuple[str, ...] = ("kernel", "bias")
    activation: Any
    bias: Any = None

    def _take(self, given: dict[str, Any]) -> None:
        """Keeps the arguments that weights have, and the activation, of an `__init__` whose locals are `given`."""
        if "activation" in given:
            self.activation = activations.get(given["activation"])
        if "use_bias" in given:
            self.use_bias = given["use_bias"]
        for kind, module in _KINDS.items():
            for part in self._parts:
                setattr(self, f"{part}_{kind}", module.get(given[f"{part}_{kind}"]))

    def _add(self, part: str, shape: Any, name: str | None = None, **options: Any) -> Variable:
        """The weight of a part, under its name."""
        given = {kind: getattr(self, f"{part}_{kind}") for kind in _KINDS}
        return self.add_weight(shape=shape, name=name or part, **{**given, **options})

    def _parts_config(self, activity: bool = True) -> dict[str, Any]:
        """The arguments that weights have, serialized; `activity_regularizer` where Keras lists it among them."""
        config: dict[str, Any] = {}
        for kind, module in _KINDS.items():
            if kind == "constraint" and activity:
                config["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
            config |= {f"{part}_{kind}": module.serialize(getattr(self, f"{part}_{kind}")) for part in self._parts}
        return config

    def _activation_config(self) -> dict[str, Any]:
        return {"activation": activations.serialize(self.activation), "use_bias": self.use_bias}

    def _activated(self, outputs: Any) -> Any:
        return outputs if self.activation is None or self.activation is activations.linear else self.activation(outputs)


class Adapted(Weighted):
    """A layer whose main weight, `_kernel`, can be frozen and trained by the product of two small ones: LoRA.

    _adapters: the start of the small weights' names.
    """

    _adapters = "lora_kernel"
    _kernel: Any
    lora_enabled = False
    lora_rank: int | None = None
    lora_alpha: float | None = None

    def _take_lora(self, lora_rank: int | None, lora_alpha: float | None) -> None:
        self.lora_rank = lora_rank
        self.lora_alpha = lora_rank if lora_alpha is None else lora_alpha

    def _adapted_kernel(self, attribute: str) -> Any:
        """The main weight; with LoRA, plus lora_alpha / lora_rank times the small weights' product.

        AttributeError before the layer is built.
        """
        if not self.built and not self._building:
            raise AttributeError(f"You must build the layer before accessing `{attribute}`.")
        if not self.lora_enabled:
            return self._kernel if not self._is_quantized else self._held_kernel()
        return ops.cast(ops.add(self._held_kernel(), self._lora_change()), self.compute_dtype)

    def _held_kernel(self) -> Any:
        """The main weight, unpacked where it is held in few bits."""
        return self._kernel

    def _lora_change(self) -> Any:
        """What LoRA adds to the main weight."""
        a, b = (getattr(self, f"{self._adapters}_{side}") for side in "ab")
        return ops.multiply(self.lora_alpha / self.lora_rank, ops.matmul(a, b))  # type: ignore[operator]

    @property
    def kernel(self) -> Any:
        """The kernel, with LoRA the sum of it and the change; AttributeError before the layer is built."""
        return self._adapted_kernel("kernel")

    @kernel.setter
    def kernel(self, value: Any) -> None:
        self._kernel = value

    @property
    def variable_serialization_spec(self) -> dict[str | None, list[str]]:
        """The names of the weights that are saved, in their order, by quantization mode: None alone."""
        return {None: ["kernel", "bias"]}

    def enable_lora(
        self,
        rank: int,
        lora_alpha: float | None = None,
        a_initializer: Any = "he_uniform",
        b_initializer: Any = "zeros",
    ) -> None:
        """Freezes the kernel and adds the trainable product of two matrices of rank `rank` to it.

        lora_alpha: the product counts lora_alpha / rank times (None: once). ValueError for a layer that is not built,
        has a constraint on the kernel, or has LoRA already.
        """
        main = self._parts[0]
        if getattr(self, f"{main}_constraint"):
            raise ValueError(
                f"Lora is incompatible with {main} constraints. In order to enable lora on this layer, remove the "
                f"`{main}_constraint` argument."
            )
        if not self.built and not self._building:
            raise ValueError("Cannot enable lora on a layer that isn't yet built.")
        if self.lora_enabled:
            raise ValueError("lora is already enabled. This can only be done once per layer.")
        if self.quantization_mode == "gptq":
            raise NotImplementedError("lora is not currently supported with GPTQ quantization.")
        locked = self._tracker.locked
        self._tracker.unlock()
        *rows, columns = self._held_kernel().shape
        for side, shape, initializer in (
            ("a", (*rows, rank), a_initializer),
            ("b", (rank, columns), b_initializer),
        ):
            weight = self.add_weight(
                name=f"{self._adapters}_{side}",
                shape=shape,
                initializer=initializers.get(initializer),
                dtype="float32",
                regularizer=getattr(self, f"{main}_regularizer"),
            )
            setattr(self, f"{self._adapters}_{side}", weight)
        self._kernel.trainable = False
        if locked:
            self._tracker.lock()
        self.lora_enabled = True
        self.lora_rank = rank
        self.lora_alpha = rank if lora_alpha is None else lora_alpha

    def _lora_config(self) -> dict[str, Any]:
        return {"lora_rank": self.lora_rank, "lora_alpha": self.lora_alpha} if self.lora_rank else {}

    def _saved(self) -> list[Any]:
        """What is saved after the main weight."""
        return [] if self.bias is None else [self.bias]

    def save_own_variables(self, store: Any) -> None:
        """Puts the main weight, with LoRA's product, and the bias into `store`; a subclass's own are its to save."""
        if not self.built:
            return
        for index, value in enumerate([self._adapted_kernel("kernel"), *self._saved()]):
            store[str(index)] = value

    def load_own_variables(self, store: Any) -> None:
        """Takes the main weight and the bias from `store`; LoRA's begin anew. ValueError where others are there."""
        if not self.lora_enabled:
            self._check_number_saved(store)
        if not self.built:
            return
        for index, variable in enumerate([self._kernel, *self._saved()]):
            variable.assign(store[str(index)])
        self._reset_lora()

    def _reset_lora(self) -> None:
        for side in "ab" if self.lora_enabled else "":
            weight = getattr(self, f"{self._adapters}_{side}")
            weight.assign(ops.zeros(weight.shape))


def show_rank(cls: Any, rank: int, names: tuple[str, ...]) -> None:
    """Shows a class's arguments with one number for each dimension as their defaults, as Keras's signatures do."""
    shown = [p for p in inspect.signature(cls.__init__).parameters.values() if p.default is not p.empty]
    cls.__init__.__defaults__ = tuple(
        (p.default,) * rank if p.name in names and isinstance(p.default, int) else p.default for p in shown
    )
