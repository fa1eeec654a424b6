"""Classes of libraries' own that stand for tensors in Keras models, as tfp's distributions do."""

REGISTERED: list[type] = []


def register_symbolic_tensor_type(cls: type) -> None:
    """Lets layers return instances of `cls` in functional models (keras.__internal__.utils)."""
    REGISTERED.append(cls)
