"""The model that trains a student under a teacher."""

from __future__ import annotations

from typing import Any

from tfcompat.keras import metrics, ops, tree
from tfcompat.keras.distillation.losses import loss_of
from tfcompat.keras.models import Model, Sequential

_FINAL = "final_output"


def _check_alike(teacher: Any, student: Any, what: str) -> None:
    """ValueError where the models' inputs (or outputs) have other shapes or dtypes."""
    pair = getattr(teacher, what, None), getattr(student, what, None)
    if None in pair:
        return
    for t, s in zip(*(tree.flatten(x) for x in pair)):
        sizes = [(a, b) for a, b in zip(t.shape, s.shape) if None not in (a, b)]
        if len(t.shape) != len(s.shape) or any(a != b for a, b in sizes):
            raise ValueError(f"Teacher and student {what} differ in shape. Teacher: {t.shape}, Student: {s.shape}.")
        if t.dtype != s.dtype:
            raise ValueError(f"Teacher and student {what} differ in dtype. Teacher: {t.dtype}, Student: {s.dtype}.")


class Distiller(Model):
    """Trains `student` on its own loss and on what tells it from a fixed `teacher` (tf.keras.distillation.Distiller).

    distillation_losses: a DistillationLoss or a list of them; distillation_loss_weights: their weights.
    student_loss_weight: the share of the student's own loss, from 0 to 1. Called, it is the student. ValueError for
    models whose inputs or outputs differ, and other arguments out of range.
    """

    _api_name = "keras.distillation.Distiller"

    def __init__(
        self,
        teacher: Any,
        student: Any,
        distillation_losses: Any,
        distillation_loss_weights: Any = None,
        student_loss_weight: float = 0.5,
        name: str = "distiller",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        for who, model in (("Teacher", teacher), ("Student", student)):
            if not isinstance(model, Model):
                raise ValueError(f"{who} must be a keras.Model, got {type(model)}")
        _check_alike(teacher, student, "inputs")
        _check_alike(teacher, student, "outputs")
        if not isinstance(student_loss_weight, (int, float)) or not 0 <= student_loss_weight <= 1:
            raise ValueError(f"student_loss_weight must be a number between 0.0 and 1.0, got {student_loss_weight}")
        if distillation_losses is None:
            raise ValueError("'distillation_losses' cannot be `None`: give a distillation loss or a list of them.")
        single = not isinstance(distillation_losses, (list, tuple))
        losses = [distillation_losses] if single else list(distillation_losses)
        weights = [1.0] * len(losses) if single or distillation_loss_weights is None else distillation_loss_weights
        if len(weights) != len(losses):
            raise ValueError(
                f"Number of distillation_loss_weights ({len(weights)}) must match number of distillation_losses "
                f"({len(losses)})"
            )
        for loss in losses:
            loss.validate_model_compatibility(teacher, student)
        self.teacher, self.student = teacher, student
        self.distillation_losses, self.distillation_loss_weights = losses, weights
        self.student_loss_weight = student_loss_weight
        self._teacher_features = self._extractor(teacher, "teacher_layer_name")
        self._student_features = self._extractor(student, "student_layer_name")
        self.teacher.trainable = False
        self.student_loss_tracker = metrics.Mean(name="student_loss")
        self.distillation_loss_tracker = metrics.Mean(name="distillation_loss")
        self.total_loss_tracker = metrics.Mean(name="total_loss")

    def _extractor(self, model: Any, attribute: str) -> Any:
        """The model with the outputs of the layers that the losses name; None where they name none."""
        names = [name for loss in self.distillation_losses if (name := getattr(loss, attribute, None))]
        if not names:
            return None
        final = model.layers[-1].output if isinstance(model, Sequential) else model.output
        outputs = {_FINAL: final, **{name: model.get_layer(name=name).output for name in names}}
        return Model(inputs=model.inputs, outputs=outputs, name=f"{model.name}_multi_feature_extractor")

    def compile(self, optimizer: Any = "adam", loss: Any = None, metrics: Any = None, **kwargs: Any) -> None:
        """As Model.compile; `loss` is the student's own. ValueError where it is None, or metrics are no list."""
        if loss is None:
            raise ValueError("'loss' cannot be `None`.")
        if metrics is not None and not isinstance(metrics, (list, tuple)):
            raise ValueError(f"metrics must be a list or tuple, got {type(metrics)}")
        self._student_loss = tree.map_structure(loss_of, loss)
        super().compile(optimizer=optimizer, loss=None, metrics=metrics, **kwargs)

    def call(self, inputs: Any, training: Any = None, **kwargs: Any) -> Any:
        """The student's outputs."""
        return self.student(inputs, training=training, **kwargs)

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """The weighted sum of the student's own loss and the distillation losses."""
        y_pred = self(x, training=training) if y_pred is None else y_pred
        own: Any = 0.0
        if self.student_loss_weight > 0 and y is not None:
            own = self._own_loss(y, y_pred)
        distilled: Any = 0.0
        if self.student_loss_weight < 1:
            distilled = self._distillation_loss(x, y_pred)
        share = self.student_loss_weight
        total = ops.add(ops.multiply(share, own), ops.multiply(ops.subtract(1.0, share), distilled))
        self.student_loss_tracker.update_state(own)
        self.distillation_loss_tracker.update_state(distilled)
        self.total_loss_tracker.update_state(total)
        return total

    def _own_loss(self, y: Any, y_pred: Any) -> Any:
        leaves = zip(tree.flatten(self._student_loss), tree.flatten(y), tree.flatten(y_pred))
        values = [loss(true, predicted) for loss, true, predicted in leaves]
        found = ops.sum(ops.stack(values)) if len(values) > 1 else values[0]
        return ops.mean(found) if len(found.shape) else found

    def _distillation_loss(self, x: Any, y_pred: Any) -> Any:
        of_teacher = self._teacher_features
        theirs = {_FINAL: self.teacher(x, training=False)} if of_teacher is None else of_teacher(x, training=False)
        of_student = self._student_features
        ours = {_FINAL: y_pred} if of_student is None else of_student(x, training=True)
        total: Any = 0.0
        for loss, weight in zip(self.distillation_losses, self.distillation_loss_weights):
            if getattr(loss, "teacher_layer_name", None) is None:
                pair = theirs[_FINAL], y_pred
            else:
                pair = theirs[loss.teacher_layer_name], ours[loss.student_layer_name or _FINAL]
            loss.validate_outputs(*pair)
            value = loss.compute_loss(*pair)
            if len(getattr(value, "shape", ())):
                raise ValueError(
                    f"{type(loss).__name__}.compute_loss must return a scalar, it returned the shape {value.shape}."
                )
            total = ops.add(total, ops.multiply(weight, value))
        return total

    def reset_metrics(self) -> None:
        """Begins the means of the losses anew."""
        super().reset_metrics()
        for tracker in (self.student_loss_tracker, self.distillation_loss_tracker, self.total_loss_tracker):
            tracker.reset_state()

    def get_config(self) -> dict[str, Any]:
        """The models, losses and weights."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        return {
            **super().get_config(),
            "teacher": serialize_keras_object(self.teacher),
            "student": serialize_keras_object(self.student),
            "distillation_losses": [serialize_keras_object(loss) for loss in self.distillation_losses],
            "distillation_loss_weights": self.distillation_loss_weights,
            "student_loss_weight": self.student_loss_weight,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Distiller:
        """The model that `get_config` described."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        made = {key: deserialize_keras_object(config[key]) for key in ("teacher", "student")}
        losses = [deserialize_keras_object(loss) for loss in config["distillation_losses"]]
        return cls(**{**config, **made, "distillation_losses": losses})
