"""How far a student's outputs, or those of one of its layers, are from a teacher's."""

from __future__ import annotations

from typing import Any

from tfcompat.keras import ops, tree


def loss_of(identifier: Any) -> Any:
    """The loss of a name; anything else as it is."""
    from tfcompat.keras import losses

    return losses.get(identifier) if isinstance(identifier, str) else identifier


def _losses(owner: str, loss: Any) -> Any:
    found = tree.map_structure(loss_of, loss)
    if all(each is None for each in tree.flatten(found)):
        raise ValueError(f"The `loss` of {owner} must contain at least one that is not None. Received: loss={loss}")
    return found


def _added(losses: Any, apply: Any, teacher: Any, student: Any) -> Any:
    """The sum of the losses of all outputs."""
    leaves = zip(tree.flatten(losses), tree.flatten(teacher), tree.flatten(student))
    values = [0.0 if loss is None else apply(loss, t, s) for loss, t, s in leaves]
    return ops.sum(ops.stack(values))


class DistillationLoss:
    """What a Distiller minimizes beside the student's own loss; subclasses implement `compute_loss`."""

    _api_name = "keras.distillation.DistillationLoss"

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Any:
        """The loss, a scalar tensor."""
        raise NotImplementedError(f"{type(self).__name__} must implement `compute_loss`.")

    def validate_outputs(self, teacher_outputs: Any, student_outputs: Any) -> None:
        """ValueError where the outputs can't be compared."""
        tree.assert_same_structure(teacher_outputs, student_outputs)

    def validate_model_compatibility(self, teacher: Any, student: Any) -> None:
        """ValueError where the models can't be; any two can here."""


class FeatureDistillation(DistillationLoss):
    """The loss between the outputs of a teacher's layer and a student's, named; of the models where None.

    loss: a loss, or one for each output (None to leave it out). ValueError where all are None.
    """

    _api_name = "keras.distillation.FeatureDistillation"

    def __init__(
        self, loss: Any = "mse", teacher_layer_name: str | None = None, student_layer_name: str | None = None
    ) -> None:
        self.teacher_layer_name = teacher_layer_name
        self.student_layer_name = student_layer_name
        self.loss = _losses("FeatureDistillation", loss)

    def validate_model_compatibility(self, teacher: Any, student: Any) -> None:
        """ValueError where a model has no layer of the name, or no symbolic outputs of its layers."""
        named = {"teacher": (teacher, self.teacher_layer_name), "student": (student, self.student_layer_name)}
        if any(name is not None for _, name in named.values()):
            subclassed = [who for who, (model, _) in named.items() if getattr(model, "inputs", None) is None]
            if subclassed:
                raise ValueError(
                    f"FeatureDistillation with layer names needs Functional or Sequential models, and the "
                    f"{' and the '.join(subclassed)} is neither. Leave the names out, or use LogitsDistillation."
                )
        for who, (model, name) in named.items():
            if name is not None:
                try:
                    model.get_layer(name=name)
                except ValueError as error:
                    raise ValueError(f"In {who} model: {error}") from None

    def validate_outputs(self, teacher_outputs: Any, student_outputs: Any) -> None:
        """ValueError where the outputs differ in structure, or from the losses'."""
        super().validate_outputs(teacher_outputs, student_outputs)
        tree.assert_same_structure(self.loss, teacher_outputs)

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Any:
        """The mean loss, summed over the outputs."""
        return _added(self.loss, lambda loss, t, s: ops.mean(loss(t, s)), teacher_outputs, student_outputs)

    def get_config(self) -> dict[str, Any]:
        """The loss and the layers' names."""
        from tfcompat.keras import losses

        return {
            "loss": losses.serialize(self.loss),
            "teacher_layer_name": self.teacher_layer_name,
            "student_layer_name": self.student_layer_name,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> FeatureDistillation:
        """The loss that `get_config` described."""
        from tfcompat.keras import losses

        return cls(**{**config, "loss": losses.deserialize(config["loss"])})


class LogitsDistillation(DistillationLoss):
    """The loss between the models' logits, divided by `temperature`; KL divergences are of their softmax.

    loss: a loss, or one for each output. ValueError where all are None, or `temperature` is no positive number.
    """

    _api_name = "keras.distillation.LogitsDistillation"

    def __init__(self, temperature: float = 3.0, loss: Any = "kl_divergence") -> None:
        self.temperature = temperature
        self.loss = _losses("LogitsDistillation", loss)
        if not isinstance(temperature, (int, float)):
            raise ValueError(f"temperature must be a number, got {type(temperature)}")
        if temperature <= 0:
            raise ValueError(f"temperature must be positive. Received: temperature={temperature}")

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Any:
        """The mean loss, summed over the outputs; of KL divergences times the temperature's square."""
        from tfcompat.keras import losses

        def apply(loss: Any, teacher: Any, student: Any) -> Any:
            teacher, student = (ops.divide(x, self.temperature) for x in (teacher, student))
            if not isinstance(loss, losses.KLDivergence):
                return ops.mean(loss(teacher, student))
            found = loss(ops.softmax(teacher, axis=-1), ops.softmax(student, axis=-1))
            return ops.mean(found) * self.temperature**2

        return _added(self.loss, apply, teacher_outputs, student_outputs)

    def get_config(self) -> dict[str, Any]:
        """The temperature and the loss."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        return {"temperature": self.temperature, "loss": serialize_keras_object(self.loss)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> LogitsDistillation:
        """The loss that `get_config` described."""
        from tfcompat.keras import losses

        return cls(**{**config, "loss": losses.deserialize(config["loss"])})
