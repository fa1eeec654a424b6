"""tf.image against TensorFlow: values and gradients of expressions, recorded beside this file."""

from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    """
    # geometry
    tf.image.flip_left_right(f(2, 3, 4, 1))
    tf.image.flip_up_down(f(3, 4, 2))
    tf.image.flip_up_down(f(3, 4))
    tf.image.rot90(f(2, 3, 4, 1))
    tf.image.rot90(f(3, 4, 1), k=3)
    tf.image.rot90(f(3, 4, 1), k=-2)
    tf.image.transpose(f(3, 4, 2))
    tf.image.central_crop(f(5, 6, 1), 0.5)
    tf.image.central_crop(f(2, 5, 6, 1), 0.7)
    tf.image.central_crop(f(5, 6, 1), 0.0)
    tf.image.pad_to_bounding_box(f(2, 3, 1), 1, 2, 5, 6)
    tf.image.pad_to_bounding_box(f(2, 3, 1), 1, 2, 2, 6)
    tf.image.crop_to_bounding_box(f(2, 5, 4, 1), 1, 0, 2, 3)
    tf.image.crop_to_bounding_box(f(5, 4, 1), 1, 0, 6, 3)
    tf.image.resize_with_crop_or_pad(f(5, 4, 1), 3, 7)
    tf.image.resize_with_crop_or_pad(f(2, 5, 4, 1), 2, 3)
    tf.image.resize_with_crop_or_pad(i(2, 3, 1), 5, 2)
    # sizes
    tf.image.resize(f(4, 5, 2), [3, 7])
    tf.image.resize(f(1, 4, 5, 1), [8, 2], method="nearest")
    tf.image.resize(i(4, 5, 1), [8, 2], method="nearest")
    tf.image.resize(i(4, 5, 1, dtype="uint8"), [2, 2])
    tf.image.resize(f(4, 5, 1), [3, 7], method="bicubic")
    tf.image.resize(f(4, 5, 1), [3, 7], method="lanczos3")
    tf.image.resize(f(8, 9, 1), [3, 4], method="lanczos5", antialias=True)
    tf.image.resize(f(4, 5, 1), [3, 7], method="gaussian")
    tf.image.resize(f(8, 9, 1), [3, 4], method="mitchellcubic", antialias=True)
    tf.image.resize(f(8, 9, 1), [3, 4], antialias=True)
    tf.image.resize(f(8, 9, 1), [3, 4], method="bicubic", antialias=True)
    tf.image.resize(i(4, 6, 1), [2, 4], method="area")
    tf.image.resize(f(4, 6, 1), [2, 20], preserve_aspect_ratio=True)
    tf.image.resize(f(4, 6, 1), [2, 2], method="spline")
    tf.image.resize(f(4, 6), [2, 2])
    tf.image.resize(f(4, 6, 1), [2, 2, 2])
    tf.image.resize(f(4, 6, 1), 2.5)
    tf.image.resize_with_pad(f(4, 6, 1), 6, 5)
    tf.image.resize_with_pad(f(1, 6, 3, 1), 4, 5, method="nearest")
    tf.image.crop_and_resize(f(2, 4, 5, 1), x([[0.1, 0.2, 0.7, 0.9], [0.5, 0.0, 1.2, 0.4]]), [0, 1], [3, 2])
    tf.image.crop_and_resize(f(2, 4, 5, 1), [[0.1, 0.2, 0.7, 0.9]], [1], [3, 2], method="nearest")
    tf.image.crop_and_resize(f(2, 4, 5, 1), [[-0.5, 0.2, 0.7, 0.9]], [1], [3, 2], extrapolation_value=9.0)
    tf.image.crop_and_resize(f(2, 4, 5, 1), [[0.1, 0.2, 0.7, 0.9]], [2], [3, 2])
    # colours
    tf.image.convert_image_dtype(i(2, 3, 1, dtype="uint8"), tf.float32)
    tf.image.convert_image_dtype(f(2, 3, 1, low=0.0, high=1.0), tf.uint8)
    tf.image.convert_image_dtype(f(2, 3, 1), tf.uint8, saturate=True)
    tf.image.convert_image_dtype(i(2, 3, 1, dtype="int32"), tf.int16)
    tf.image.convert_image_dtype(i(2, 3, 1, dtype="uint8"), tf.uint16)
    tf.image.convert_image_dtype(i(2, 3, 1, dtype="uint16", high=60000), tf.uint8)
    tf.image.convert_image_dtype(i(2, 3, 1, dtype="int8"), tf.int64)
    tf.image.convert_image_dtype(f(2, 3, 1), tf.float16)
    tf.image.convert_image_dtype(f(2, 3, 1), tf.string)
    tf.image.rgb_to_grayscale(f(2, 3, 3))
    tf.image.rgb_to_grayscale(i(2, 2, 3, 3, dtype="uint8", high=256))
    tf.image.grayscale_to_rgb(f(2, 3, 1))
    tf.image.grayscale_to_rgb(f(2, 3, 2))
    tf.image.rgb_to_hsv(f(2, 3, 3, low=0.0, high=1.0))
    tf.image.hsv_to_rgb(tf.stop_gradient(f(2, 3, 3, low=0.0, high=1.0)))
    tf.image.rgb_to_hsv(i(2, 3, 3))
    tf.image.rgb_to_yiq(f(2, 3, 3))
    tf.image.yiq_to_rgb(f(2, 3, 3))
    tf.image.rgb_to_yuv(f(2, 2, 3, 3))
    tf.image.yuv_to_rgb(f(2, 3, 3))
    tf.image.adjust_brightness(f(2, 3, 1), 0.3)
    tf.image.adjust_brightness(i(2, 3, 3, dtype="uint8", high=256), 0.2)
    tf.image.adjust_brightness(f(2, 3, 1, dtype="float64"), -0.1)
    tf.image.adjust_contrast(f(2, 3, 1), 2.0)
    tf.image.adjust_contrast(i(2, 3, 3, dtype="uint8", high=256), 0.5)
    tf.image.adjust_gamma(f(2, 3, 1, low=0.0, high=1.0), 0.5, 2.0)
    tf.image.adjust_gamma(i(2, 3, 1, dtype="uint8", high=256), 2)
    tf.image.adjust_gamma(f(2, 3, 1), -1)
    tf.image.adjust_hue(f(2, 3, 3, low=0.0, high=1.0), 0.2).shape
    tf.image.adjust_hue(i(2, 3, 3, dtype="uint8", high=256), -0.3)
    tf.image.adjust_hue(f(2, 3, 3), 1.5)
    tf.image.adjust_saturation(i(2, 3, 3, dtype="uint8", high=256), 0.5)
    tf.image.adjust_saturation(i(2, 3, 3, dtype="uint8", high=256), 3)
    tf.image.per_image_standardization(f(2, 3, 4, 1))
    tf.image.per_image_standardization(i(3, 4, 2, dtype="uint8"))
    tf.image.per_image_standardization(tf.ones([3, 4, 2]))
    # measures
    tf.image.psnr(f(2, 4, 4, 1), f(2, 4, 4, 1), 2.0)
    tf.image.psnr(i(4, 4, 1, dtype="uint8", high=256), i(4, 4, 1, dtype="uint8", high=250), 255)
    tf.image.psnr(f(4, 4, 1), f(4, 3, 1), 1.0)
    tf.image.ssim(f(2, 12, 13, 2), f(2, 12, 13, 2), 4.0)
    tf.image.ssim(f(6, 7, 1), f(6, 7, 1), 4.0, filter_size=3, filter_sigma=0.8, k1=0.02, k2=0.05)
    tf.image.ssim(f(6, 7, 2), f(6, 7, 2), 4.0, filter_size=4, return_index_map=True)
    tf.image.ssim(f(6, 7, 2), f(6, 7, 2), 4.0)
    tf.image.ssim(f(12, 12, 1), f(12, 13, 1), 4.0)
    tf.image.ssim_multiscale(f(1, 13, 15, 1), f(1, 13, 15, 1), 4.0, power_factors=(0.4, 0.6), filter_size=4)
    tf.image.ssim_multiscale(i(20, 21, 2, dtype="uint8"), i(20, 21, 2, dtype="uint8"), 255, (0.3, 0.3, 0.4), 5)
    tf.image.total_variation(f(3, 4, 2))
    tf.image.total_variation(f(2, 3, 4, 2))
    tf.image.total_variation(f(3, 4))
    tf.image.image_gradients(f(1, 3, 4, 2))
    tf.image.image_gradients(f(3, 4, 2))
    tf.image.sobel_edges(f(2, 4, 5, 2))
    # patches
    tf.image.extract_patches(f(1, 5, 6, 2), [1, 2, 3, 1], [1, 2, 2, 1], [1, 1, 1, 1], "VALID")
    tf.image.extract_patches(f(1, 5, 6, 1), [1, 3, 2, 1], [1, 2, 1, 1], [1, 1, 2, 1], "SAME")
    tf.image.extract_glimpse(f(2, 5, 6, 1), [3, 2], [[0.0, 0.0], [0.2, -0.4]])
    tf.image.extract_glimpse(f(1, 5, 6, 1), [3, 2], [[1.0, 2.0]], centered=False, normalized=False)
    tf.image.extract_glimpse(f(1, 5, 6, 1), [3, 2], [[0.2, 0.5]], centered=False, normalized=True)
    tf.image.extract_glimpse(f(1, 5, 6, 1), [4, 4], [[0.9, -0.9]], noise="zero")
    tf.image.extract_glimpse(f(1, 5, 6, 1), [3, 2], [[-1.0, 1.0]], centered=True, normalized=False)
    tf.image.extract_glimpse(f(1, 5, 6, 1), [3, 2], [[0.0, 0.0]], noise="loud")
    # boxes
    tf.image.non_max_suppression(B, S, 3)
    tf.image.non_max_suppression(B, S, 5, iou_threshold=0.1)
    tf.image.non_max_suppression(B, S, 5, score_threshold=0.5)
    tf.image.non_max_suppression(B, S, 5, iou_threshold=1.5)
    tf.image.non_max_suppression_with_scores(B, S, 5, soft_nms_sigma=0.5)
    tf.image.non_max_suppression_with_scores(B, S, 2, iou_threshold=0.3)
    tf.image.non_max_suppression_overlaps(tf.abs(f(6, 6)), S, 4, 0.9, 0.1)
    tf.image.non_max_suppression_padded(C, S, 5, 0.4)
    tf.image.non_max_suppression_padded(C, S, 5, 0.4, 0.5, pad_to_max_output_size=True)
    tf.image.non_max_suppression_padded(tf.stack([C, C / 2]), tf.stack([S, S[::-1]]), 4, 0.4, -inf, True)
    tf.image.non_max_suppression_padded(tf.stack([B, B]), tf.stack([S, S]), 4)
    tf.nest.flatten(tf.image.combined_non_max_suppression(B[None, :, None], tf.stack([S, S[::-1]], -1)[None], 2, 3))
    tuple(tf.image.combined_non_max_suppression(B[None, :, None], S[None, :, None], 9, 9, 0.4, 0.3, pad_per_class=True))
    tuple(tf.image.combined_non_max_suppression(B[None, :, None] * 2, S[None, :, None], 3, 4, clip_boxes=False))
    tf.image.draw_bounding_boxes(tf.zeros([1, 6, 7, 3]), [[[0.1, 0.2, 0.7, 0.9], [-0.5, 0.3, 0.4, 1.5]]], None)
    tf.image.draw_bounding_boxes(tf.zeros([1, 6, 7, 1]), [[[0.1, 0.2, 0.7, 0.9], [0.5, 0.6, 0.4, 0.9]]], [[0.5]])
    tf.image.draw_bounding_boxes(tf.zeros([1, 6, 7, 2]), [[[0.1, 0.2, 0.7, 0.9]]], None)
    # by chance, where the chance decides nothing
    tf.image.random_crop(f(3, 4), [3, 4])
    tf.image.random_crop(f(3, 4), [4, 4])
    tf.image.stateless_random_crop(f(3, 4), [2, 2], seed=(1, 2))
    tf.image.stateless_random_flip_left_right(f(3, 4, 1), seed=(1, 2))
    tf.image.stateless_random_flip_up_down(f(4, 3, 2, 1), seed=(1, 3))
    tf.image.stateless_random_brightness(f(3, 4, 1), 0.3, seed=(1, 2))
    tf.image.stateless_random_contrast(f(3, 4, 1), 0.3, 0.5, seed=(1, 2))
    tf.image.stateless_random_saturation(i(3, 4, 3, dtype="uint8", high=256), 0.3, 0.5, seed=(1, 2))
    tf.image.stateless_random_hue(i(3, 4, 3, dtype="uint8", high=256), 0.3, seed=(4, 2))
    tf.image.random_brightness(f(3, 4, 1), -0.3)
    tf.image.random_contrast(f(3, 4, 1), 0.5, 0.3)
    tf.image.random_hue(f(3, 4, 3), 0.7)
    tf.image.sample_distorted_bounding_box([4, 5, 3], [[[0.0, 0.0, 1.0, 1.0]]], 0, 1.0, area_range=(0.99, 1.0))
    tf.image.sample_distorted_bounding_box([4, 5, 3], tf.zeros([1, 0, 4]))
    tf.image.sample_distorted_bounding_box([4, 5, 3], [[[0.0, 0.0, 2.0, 1.0]]])
    """,
    prelude="""
B = tf.constant([[0, 0, 1, 1], [0, 0.1, 1, 1.1], [0, -0.1, 1, 0.9], [0, 10, 1, 11], [0, 10.1, 1, 11.1], [1, 1, 0, 0.5]])
C = tf.constant([[0, 0, 1, 1], [0, 0.1, 1, 1.1], [0, -0.1, 1, 0.9], [0, 10, 1, 11], [0, 10.1, 1, 11.1], [0, 0.5, 1, 1]])
S = tf.constant([0.9, 0.75, 0.6, 0.95, 0.5, 0.3])
""",
)


@pytest.mark.parametrize("case", facts.cases)
def test_is_what_tensorflow_gives(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_is_what_a_live_tensorflow_gives() -> None:
    facts.check_live()


@pytest.mark.parametrize("method", ["bilinear", "bicubic", "lanczos3", "gaussian"])
def test_images_of_any_size_are_resized_in_graphs(method: str) -> None:
    def resize(x: Any) -> Any:
        return tf.image.resize(x, [5, 4], method=method, antialias=True)

    graph = tf.function(resize, input_signature=[tf.TensorSpec([None, None, None, 3])])
    for shape in ([1, 6, 7, 3], [2, 3, 9, 3]):
        x = tf.random.stateless_uniform(shape, [1, 2])
        assert np.allclose(graph(x), resize(x), atol=1e-6)


def test_an_image_of_any_size_is_encoded_in_a_graph() -> None:
    encode = tf.function(tf.io.encode_png, input_signature=[tf.TensorSpec([None, None, None], tf.uint8)])
    x = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    assert tf.io.decode_png(encode(x)).numpy().tolist() == x.tolist()


@pytest.mark.parametrize(
    ("name", "adjust"), [("Contrastv2", tf.image.adjust_contrast), ("Saturation", tf.image.adjust_saturation),
                     ("Hue", tf.image.adjust_hue)]
)  # fmt: skip
def test_kernels_that_have_no_gradient_in_tensorflow_say_so(name: str, adjust: Any) -> None:
    image = tf.Variable(tf.ones((2, 2, 3)))
    with tf.GradientTape() as tape:
        result = adjust(image, 0.5)
    with pytest.raises(LookupError, match=f"gradient registry has no entry for: Adjust{name}"):
        tape.gradient(result, image)
