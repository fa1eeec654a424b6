"""Images side by side, with matplotlib."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tfcompat.keras import ops
from tfcompat.keras.backend import standardize_data_format
from tfcompat.keras.visualization.drawing import draw_bounding_boxes, draw_segmentation_masks, need_batch


def _pyplot(name: str) -> Any:
    try:
        from matplotlib import pyplot
    except ImportError:
        raise ImportError(f"keras.visualization.{name} needs matplotlib: pip install matplotlib") from None
    return pyplot


def _channels_last(images: Any, data_format: str | None) -> Any:
    first = standardize_data_format(data_format) == "channels_first"
    return ops.transpose(images, (0, 2, 3, 1)) if first else images


def plot_image_gallery(
    images: Any,
    y_true: Any = None,
    y_pred: Any = None,
    label_map: dict[Any, str] | None = None,
    rows: int | None = None,
    cols: int | None = None,
    value_range: tuple[float, float] = (0, 255),
    scale: float = 2,
    path: str | None = None,
    show: bool | None = None,
    transparent: bool = True,
    dpi: int = 60,
    legend_handles: Any = None,
    data_format: str | None = None,
) -> None:
    """Plots a batch of images in `rows` and `cols`, with their labels and predictions, named by `label_map`, above.

    Shows the plot, or writes it to `path`. value_range: of the pixels. Needs matplotlib. ValueError for a path that is
    shown too, labels without a map, and images that are no batch.
    """
    plt = _pyplot("plot_image_gallery")
    if path is not None and show:
        raise ValueError("plot_gallery() expects either `path` to be set, or `show` to be true.")
    if (y_true is not None or y_pred is not None) and label_map is None:
        raise ValueError("If `y_true` or `y_pred` are provided, a `label_map` must also be provided.")
    batch = need_batch(images)[0]
    rows = rows or math.ceil(math.sqrt(batch))
    cols = cols or math.ceil(batch // rows)
    pictures = ops.convert_to_numpy(_channels_last(images, data_format))[: rows * cols].astype(np.float32)
    low, high = value_range
    pictures = ((pictures - low) / (high - low) * 255).astype(np.uint8)
    figure, axes = plt.subplots(
        rows, cols, figsize=(cols * scale, rows * scale), frameon=False, layout="tight", squeeze=False,
        sharex="row", sharey="col",
    )  # fmt: skip
    if legend_handles is not None:
        figure.legend(handles=legend_handles, loc="lower center")
    titles = {"Label": y_true, "Pred": y_pred}
    for index, axis in enumerate(axes.ravel()):
        axis.axis("off")
        if index >= len(pictures):
            continue
        axis.imshow(pictures[index])
        axis.margins(x=0, y=0)
        known = {what: ops.convert_to_numpy(values) for what, values in titles.items() if values is not None}
        parts = [
            f"{what}: {(label_map or {}).get(values[index].item(), 'Unknown')}"
            for what, values in known.items()
            if index < len(values)
        ]
        if parts:
            axis.set_title("  ".join(parts), fontsize=8)
    if path is not None:
        plt.savefig(path, pad_inches=0, bbox_inches="tight", transparent=transparent, dpi=dpi)
        plt.close(figure)
    elif show is None or show:
        plt.show()
        plt.close(figure)


def plot_bounding_box_gallery(
    images: Any,
    bounding_box_format: str,
    y_true: Any = None,
    y_pred: Any = None,
    value_range: tuple[float, float] = (0, 255),
    true_color: tuple[int, int, int] = (0, 188, 212),
    pred_color: tuple[int, int, int] = (255, 235, 59),
    line_thickness: int = 2,
    font_scale: float = 1.0,
    text_thickness: int | None = None,
    class_mapping: dict[int, str] | None = None,
    ground_truth_mapping: dict[int, str] | None = None,
    prediction_mapping: dict[int, str] | None = None,
    legend: bool = False,
    legend_handles: Any = None,
    rows: int | None = None,
    cols: int | None = None,
    data_format: str | None = None,
    **kwargs: Any,
) -> None:
    """Plots a batch of images with the true boxes and the predicted ones, see `draw_bounding_boxes`.

    legend: whether the plot says which color is which; ValueError where `legend_handles` are given too. Other keyword
    arguments are those of `plot_image_gallery`.
    """
    _pyplot("plot_bounding_box_gallery")
    need_batch(images)
    drawn = ops.convert_to_numpy(_channels_last(images, data_format))
    layers = (
        (y_true, true_color, ground_truth_mapping or class_mapping, "Ground Truth"),
        (y_pred, pred_color, prediction_mapping or class_mapping, "Prediction"),
    )
    for boxes, color, names, _ in layers:
        if boxes is not None:
            drawn = draw_bounding_boxes(
                drawn, boxes, bounding_box_format, class_mapping=names, color=color, line_thickness=line_thickness,
                text_thickness=text_thickness or line_thickness, font_scale=font_scale, data_format="channels_last",
            )  # fmt: skip
    if legend:
        from matplotlib import patches

        if legend_handles:
            raise ValueError("Only pass `legend` OR `legend_handles` to `plot_bounding_box_gallery()`.")
        legend_handles = [
            patches.Patch(color=(r / 255, g / 255, b / 255), label=label) for _, (r, g, b), _, label in layers
        ]
    plot_image_gallery(
        drawn, value_range=value_range, legend_handles=legend_handles, rows=rows, cols=cols,
        data_format="channels_last", **kwargs,
    )  # fmt: skip


def plot_segmentation_mask_gallery(
    images: Any,
    num_classes: int,
    value_range: tuple[float, float] = (0, 255),
    y_true: Any = None,
    y_pred: Any = None,
    color_mapping: dict[int, Any] | None = None,
    blend: bool = True,
    alpha: float = 0.8,
    ignore_index: int = -1,
    data_format: str | None = None,
    **kwargs: Any,
) -> None:
    """Plots each image of a batch beside itself with the true masks and the predicted ones.

    Masks and their arguments are those of `draw_segmentation_masks`, others those of `plot_image_gallery`.
    """
    batch = need_batch(images)[0]
    pictures = ops.convert_to_numpy(_channels_last(images, data_format))
    columns = [pictures]
    for masks in (y_true, y_pred):
        if masks is not None:
            classes = ops.cast(_channels_last(masks, data_format), "int32")
            found = draw_segmentation_masks(
                pictures, classes, num_classes, color_mapping, alpha, blend, ignore_index, "channels_last"
            )
            columns.append(ops.convert_to_numpy(found))
    gallery = np.stack(columns, axis=1).reshape(-1, *pictures.shape[1:])
    plot_image_gallery(
        gallery, value_range=value_range, rows=batch, cols=len(columns), data_format="channels_last", **kwargs
    )
