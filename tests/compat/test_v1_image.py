"""tf.compat.v1.image, compared with TensorFlow."""

import pytest

import tfcompat as tf
from tests.facts import Facts

v1 = tf.compat.v1.image

facts = Facts(
    __file__,
    """
    V1.resize(f(2, 4, 5, 1), [7, 3])
    V1.resize(f(4, 5, 1), [7, 3], align_corners=True)
    V1.resize(f(4, 5, 1), [7, 3], 1)
    V1.resize(f(4, 5, 1), [7, 3], V1.ResizeMethod.NEAREST_NEIGHBOR, True)
    V1.resize_images(f(4, 5, 1), [7, 3], 2)
    V1.resize_images(f(4, 5, 1), [7, 3], "bicubic", True)
    V1.resize_images(i(4, 5, 1), [7, 3], 3)
    V1.resize_images(i(5, 4, 1), [3, 2], 3, True)
    V1.resize(i(4, 5, 1, dtype="uint8"), [4, 5])
    V1.resize(f(4, 5, 1), [9, 9], preserve_aspect_ratio=True)
    V1.resize(f(4, 5, 1), [9, 9], "lanczos3")
    V1.resize(f(4, 5), [9, 9])
    V1.resize_image_with_pad(f(4, 5, 1), 6, 9)
    V1.resize_image_with_pad(f(2, 4, 5, 1), 3, 3, 2, align_corners=True)
    V1.resize_image_with_pad(f(4, 5, 1), 0, 3)
    V1.resize_image_with_crop_or_pad(f(4, 5, 1), 3, 6)
    V1.resize_bilinear(f(1, 4, 5, 1), [7, 3], True)
    V1.resize_bilinear(f(1, 4, 5, 1), [7, 3], half_pixel_centers=True)
    V1.resize_bilinear(f(1, 4, 5, 1), [7, 3], True, half_pixel_centers=True)
    V1.resize_bicubic(f(1, 4, 5, 1), [7, 3])
    V1.resize_nearest_neighbor(f(1, 4, 5, 1), [7, 3])
    V1.resize_area(i(1, 4, 5, 1), [3, 2], True)
    V1.crop_and_resize(f(2, 4, 5, 1), [[0.0, 0.1, 0.9, 1.0]], [1], [3, 2])
    V1.crop_and_resize(f(2, 4, 5, 1), [[0.0, 0.1, 0.9, 1.0]], crop_size=[3, 2], box_indices=[1])
    V1.crop_and_resize(f(2, 4, 5, 1), [[0.0, 0.1, 0.9, 1.0]], [1], [3, 2], box_indices=[1])
    V1.extract_glimpse(f(1, 5, 6, 1), [2, 3], [[0.1, -0.2]])
    V1.extract_glimpse(f(1, 5, 6, 1), [2, 3], [[0.6, 0.5]], centered=False)
    V1.extract_glimpse(f(1, 5, 6, 1), [2, 3], [[1.0, -2.0]], normalized=False)
    V1.extract_glimpse(f(1, 5, 6, 1), [2, 3], [[2.0, 3.0]], centered=False, normalized=False)
    V1.draw_bounding_boxes(f(1, 4, 5, 3), [[[0.1, 0.1, 0.8, 0.8]]])
    V1.draw_bounding_boxes(f(1, 4, 5, 3), [[[0.1, 0.1, 0.8, 0.8]]], colors=[[1.0, 2.0, 3.0]])
    V1.extract_image_patches(f(1, 4, 5, 1), [1, 2, 2, 1], [1, 2, 2, 1], [1, 1, 1, 1], "VALID")
    V1.extract_image_patches(f(1, 4, 5), [1, 2, 2, 1], [1, 2, 2, 1], [1, 1, 1, 1], "VALID")
    V1.extract_image_patches(f(1, 4, 5, 1), None, [1, 2, 2, 1], [1, 1, 2, 1], "SAME", sizes=[1, 2, 2, 1])
    V1.extract_image_patches(f(1, 4, 5, 1), [1, 2, 2, 1], [1, 2, 2, 1], [1, 1, 1, 1], "VALID", sizes=[1, 2, 2, 1])
    V1.rgb_to_grayscale(f(2, 3, 3))
    V1.transpose_image(f(2, 3, 1))
    """,
    prelude="""
V1 = tf.compat.v1.image
""",
)


@pytest.mark.parametrize("case", facts.cases)
def test_is_what_tensorflow_gives(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_is_what_a_live_tensorflow_gives() -> None:
    facts.check_live()


def test_windows_drawn_with_two_seeds() -> None:
    boxes = tf.constant([[[0.1, 0.1, 0.9, 0.9]]])
    begin, size, box = v1.sample_distorted_bounding_box([10, 12, 3], boxes, seed=3, seed2=4)
    assert begin.shape == size.shape == [3]
    assert box.shape == [1, 1, 4]
    assert all(b >= 0 and b + s <= n for b, s, n in zip(begin[:2], size[:2], (10, 12), strict=True))
