"""keras.visualization: where boxes and labels are drawn, and that galleries are written."""

import pathlib

import numpy as np
import pytest

import tfcompat as tf

visualization = tf.keras.visualization
IMAGES = np.zeros((2, 20, 30, 3), np.uint8)
BOXES = {"boxes": np.array([[[2, 3, 10, 12]], [[0, 0, 5, 5]]], np.float32), "labels": np.array([[1], [-1]])}


def test_boxes_are_drawn_as_frames_and_label_minus_one_is_none() -> None:
    pytest.importorskip("PIL")
    drawn = visualization.draw_bounding_boxes(IMAGES, BOXES, "xyxy", color=(9, 8, 7), line_thickness=1)
    frame = np.zeros((20, 30), bool)
    frame[3:13, 2:11] = True
    frame[4:12, 3:10] = False
    np.testing.assert_array_equal(drawn[0], frame[..., None] * np.array([9, 8, 7], np.uint8))
    assert not drawn[1].any()
    relative = {**BOXES, "boxes": BOXES["boxes"] / np.array([30, 20, 30, 20], np.float32)}
    again = visualization.draw_bounding_boxes(IMAGES, relative, "rel_xyxy", color=(9, 8, 7), line_thickness=1)
    np.testing.assert_array_equal(again, drawn)


def test_labels_are_written_where_a_name_is_known() -> None:
    pytest.importorskip("PIL")
    plain = visualization.draw_bounding_boxes(IMAGES, BOXES, "xyxy")
    named = visualization.draw_bounding_boxes(IMAGES, BOXES, "xyxy", class_mapping={1: "cat"}, font_scale=0.3)
    assert (named != plain).any()


def test_boxes_of_another_form_are_refused() -> None:
    with pytest.raises(TypeError, match="bounding_boxes"):
        visualization.draw_bounding_boxes(IMAGES, BOXES["boxes"], "xyxy")
    with pytest.raises(ValueError, match="labels"):
        visualization.draw_bounding_boxes(IMAGES, {"boxes": BOXES["boxes"]}, "xyxy")
    with pytest.raises(ValueError, match="4D"):
        visualization.draw_bounding_boxes(IMAGES[0], BOXES, "xyxy")


def test_galleries_are_written(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib").use("Agg")
    pytest.importorskip("PIL")
    masks = np.zeros((2, 20, 30, 1), np.int32)
    names = {0: "dog", 1: "cat"}
    calls = {
        "images": lambda path: visualization.plot_image_gallery(
            IMAGES, y_true=np.array([0, 1]), y_pred=np.array([1, 1]), label_map=names, rows=1, cols=2, path=path
        ),
        "boxes": lambda path: visualization.plot_bounding_box_gallery(
            IMAGES, "xyxy", y_true=BOXES, y_pred=BOXES, class_mapping=names, legend=True, rows=2, cols=1, path=path
        ),
        "masks": lambda path: visualization.plot_segmentation_mask_gallery(
            IMAGES, num_classes=2, y_true=masks, y_pred=masks, path=path
        ),
    }
    for name, plot in calls.items():
        path = tmp_path / f"{name}.png"
        plot(str(path))
        assert path.read_bytes().startswith(b"\x89PNG"), name
    with pytest.raises(ValueError, match="path"):
        visualization.plot_image_gallery(IMAGES, path="x.png", show=True)
    with pytest.raises(ValueError, match="label_map"):
        visualization.plot_image_gallery(IMAGES, y_true=[0, 1])


def test_a_mesh_of_several_devices_is_refused() -> None:
    distribution = tf.keras.distribution
    mesh = distribution.DeviceMesh((2,), ["batch"], ["cpu:0", "cpu:1"])
    with pytest.raises(NotImplementedError, match="set_distribution"):
        distribution.set_distribution(distribution.DataParallel(mesh))
    with pytest.raises(NotImplementedError, match="distribute_tensor"):
        distribution.distribute_tensor(tf.ones(2), distribution.TensorLayout(["batch"], mesh))
    with pytest.raises(NotImplementedError, match="initialize"):
        distribution.initialize("10.0.0.1:1234", 2, 0)
