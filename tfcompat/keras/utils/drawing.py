"""keras.utils.plot_model and model_to_dot: a model's layers as a drawing."""

from __future__ import annotations

import itertools
import os
import sys
from typing import Any

from tfcompat.keras import tree
from tfcompat.keras._graph import node_key
from tfcompat.keras.utils._io import print_msg

_UNBUILT = (
    "This model has not yet been built. Build the model first by calling `build()` or by calling the model on a batch "
    "of data."
)


def _pydot() -> Any:
    """The pydot package (an extra), None where it is not there."""
    try:
        import pydot  # pyright: ignore[reportMissingImports]
    except ImportError:
        return None
    return pydot


def _cell(text: str, color: str = "white", span: int | None = None) -> str:
    columns = "" if span is None else f' colspan="{span}"'
    return f'<td bgcolor="{color}"{columns}><font point-size="14"{text}</font></td>'


def _shape_text(shape: Any) -> str:
    if shape is None:
        return "?"
    text = ", ".join(f"{k}: {v}" for k, v in shape.items()) if isinstance(shape, dict) else f"{shape}"
    return text.replace("}", "").replace("{", "")


def _of(layer: Any, which: str, what: str) -> Any:
    try:
        return tree.map_structure(lambda x: getattr(x, what), getattr(layer, which))
    except (ValueError, AttributeError):
        return None


def _label(
    layer: Any,
    show_shapes: bool,
    show_dtype: bool,
    show_layer_names: bool,
    show_layer_activations: bool,
    show_trainable: bool,
) -> str:
    """The table that stands for a layer, in graphviz's HTML."""
    kind = type(layer).__name__
    span = max(1, int(show_dtype) + int(show_trainable) + 2 * int(show_shapes))
    title = f"<b>{layer.name}</b> ({kind})" if show_layer_names else f"<b>{kind}</b>"
    table = (
        '<<table border="0" cellborder="1" bgcolor="black" cellpadding="10">'
        f'<tr><td colspan="{span}" bgcolor="black"><font point-size="16" color="white">{title}</font></td></tr>'
    )
    activation = getattr(layer, "activation", None)
    if show_layer_activations and activation is not None:
        name = getattr(activation, "name", None) or getattr(activation, "__name__", None) or str(activation)
        table += f"<tr>{_cell(f'>Activation: <b>{name}</b>', span=span)}</tr>"
    cells = []
    if show_shapes:
        if kind != "InputLayer":
            cells.append(_cell(f">Input shape: <b>{_shape_text(_of(layer, 'input', 'shape'))}</b>"))
        cells.append(_cell(f">Output shape: <b>{_shape_text(_of(layer, 'output', 'shape'))}</b>"))
    if show_dtype:
        cells.append(_cell(f">Output dtype: <b>{_of(layer, 'output', 'dtype') or '?'}</b>"))
    if show_trainable and getattr(layer, "weights", None):
        how = ("Trainable", "forestgreen") if layer.trainable else ("Non-trainable", "firebrick")
        cells.append(_cell(f' color="white"><b>{how[0]}</b>', how[1]))
    return table + (f"<tr>{''.join(cells)}</tr>" if cells else "") + "</table>>"


def model_to_dot(
    model: Any,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> Any:
    """A model's layers as a pydot graph (tf.keras.utils.model_to_dot).

    rankdir, dpi, splines: graphviz's. subgraph: whether the graph is a part of another one. expand_nested: whether
    nested models are drawn layer by layer. ValueError for a model that is not built; ImportError without pydot.
    """
    from tfcompat.keras.models import Functional, Sequential

    if not model.built:
        raise ValueError(_UNBUILT)
    pydot = _pydot()
    if pydot is None:
        raise ImportError("You must install pydot (`pip install pydot`) for model_to_dot to work.")
    if kwargs.pop("layer_range", None) is not None:
        raise ValueError("Argument `layer_range` is no longer supported.")
    if kwargs:
        raise ValueError(f"Unrecognized keyword arguments: {kwargs}")
    shown = {
        "show_shapes": show_shapes,
        "show_dtype": show_dtype,
        "show_layer_names": show_layer_names,
        "show_layer_activations": show_layer_activations,
        "show_trainable": show_trainable,
    }
    if subgraph:
        dot = pydot.Cluster(style="dashed", graph_name=model.name)
        dot.set("label", model.name)
        dot.set("labeljust", "l")
    else:
        dot = pydot.Dot()
        for key, value in (("rankdir", rankdir), ("concentrate", True), ("dpi", dpi), ("splines", splines)):
            dot.set(key, value)
        dot.set_node_defaults(shape="record")

    def add_node(layer: Any) -> None:
        node = pydot.Node(str(id(layer)), label=_label(layer, **shown))
        for key, value in (("fontname", "Helvetica"), ("border", "0"), ("margin", "0")):
            node.set(key, value)
        dot.add_node(node)

    if not isinstance(model, (Sequential, Functional)):
        add_node(model)
        return dot
    layers = model.layers if isinstance(model, Sequential) else model.operations
    for layer in layers:
        if expand_nested and isinstance(layer, (Functional, Sequential)):
            inner = model_to_dot(layer, rankdir=rankdir, expand_nested=True, subgraph=True, **shown)  # pyright: ignore
            dot.add_subgraph(inner)
        else:
            add_node(layer)
    for source, target in _edges(model, layers, expand_nested):
        if not dot.get_edge(str(id(source)), str(id(target))):
            edge = pydot.Edge(str(id(source)), str(id(target)))
            edge.set("penwidth", "2")
            dot.add_edge(edge)
    return dot


def _edges(model: Any, layers: list[Any], expand_nested: bool) -> list[tuple[Any, Any]]:
    """The pairs of layers that a tensor leads from and to."""
    from tfcompat.keras.models import Functional, Sequential

    if isinstance(model, Sequential):
        if not expand_nested:
            return list(itertools.pairwise(layers))
        layers = layers[1:]
    nested = (Functional, Sequential)
    edges = []
    for layer in layers:
        for index, node in enumerate(layer._inbound_nodes):
            if isinstance(model, Functional) and node_key(layer, index) not in model._nodes:
                continue
            for position, x in enumerate(node.input_tensors):
                source, _, output = x._keras_history
                if source is None:
                    continue
                target = layer
                while expand_nested and isinstance(source, nested):
                    source, _, output = source.outputs[output]._keras_history
                while expand_nested and isinstance(target, nested):
                    is_functional = isinstance(target, Functional)
                    target = target.inputs[position]._keras_history.operation if is_functional else target.layers[0]
                edges.append((source, target))
    return edges


def plot_model(
    model: Any,
    to_file: Any = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> Any:
    """Writes a drawing of a model to a file, whose name tells the format, and shows it in a notebook
    (tf.keras.utils.plot_model).

    The other arguments are those of `model_to_dot`. Without pydot or graphviz an ImportError; in a notebook a message.
    """
    if not model.built:
        raise ValueError(_UNBUILT)
    missing = None
    if _pydot() is None:
        missing = "You must install pydot (`pip install pydot`) for `plot_model` to work."
    elif not _has_graphviz():
        missing = (
            "You must install graphviz (see instructions at https://graphviz.gitlab.io/download/) for `plot_model` to "
            "work."
        )
    if missing:
        if "IPython.core.magics.namespace" not in sys.modules:
            raise ImportError(missing)
        print_msg(missing)
        return None
    dot = model_to_dot(
        model,
        show_shapes=show_shapes,
        show_dtype=show_dtype,
        show_layer_names=show_layer_names,
        rankdir=rankdir,
        expand_nested=expand_nested,
        dpi=dpi,
        show_layer_activations=show_layer_activations,
        show_trainable=show_trainable,
        splines=splines,
        **kwargs,
    )
    path = str(to_file)
    extension = os.path.splitext(path)[1][1:] or "png"
    dot.write(path, format=extension)
    if extension == "pdf":
        return None
    try:
        from IPython import display  # pyright: ignore[reportMissingImports]
    except ImportError:
        return None
    return display.Image(filename=path)


def _has_graphviz() -> bool:
    pydot = _pydot()
    try:
        pydot.Dot.create(pydot.Dot())
    except (OSError, pydot.PydotException):
        return False
    return True
