"""tf.raw_ops on images and boxes, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

HALF = ("", ", align_corners=True", ", half_pixel_centers=True")
BOXES = "boxes=[[0., 0., 1., 1.], [0., .1, 1., 1.1], [0., -.1, 1., .9], [0., 2., 1., 3.]], scores=[.9, .75, .6, .95]"

facts = Facts(
    __file__,
    "\n".join(
        [
            f"tf.raw_ops.Resize{kind}(images=f(1, 3, 4, 2), size={size}{how})"
            for kind in ("Bilinear", "NearestNeighbor", "Bicubic")
            for size in ("[5, 3]", "[2, 6]")
            for how in HALF
        ]
        + [
            f"tf.raw_ops.ResizeBilinear(images=i(1, 2, 2, 1, dtype='uint8'), size={s})"
            for s in ("[3, 3]", "[0, 3]", "[3]")
        ]
        + [
            "tf.raw_ops.ResizeBilinear(images=f(2, 2, 1), size=[3, 3])",
            "tf.raw_ops.ResizeBilinear(images=f(1, 2, 2, 1), size=[3, 3], align_corners=True, half_pixel_centers=True)",
        ]
        + [f"tf.raw_ops.ResizeArea(images=f(1, 3, 4, 2), size={s})" for s in ("[2, 2]", "[5, 3]")]
        + [
            f"tf.raw_ops.ResizeBilinearGrad(grads=tf.ones([1, 5, 3, 1]), original_image=tf.zeros([1, 3, 4, 1]){how})"
            for how in HALF
        ]
        + [
            f"tf.raw_ops.ResizeBicubicGrad(grads=tf.ones([1, 5, 3, 1]), original_image=tf.zeros([1, 3, 4, 1]){how})"
            for how in HALF
        ]
        + [f"tf.raw_ops.ResizeNearestNeighborGrad(grads=tf.ones([1, 5, 3, 1]), size=[3, 4]{how})" for how in HALF]
        + ["tf.raw_ops.RGBToHSV(images=f(2, 2, 3, low=0, high=1))"]
        + ["tf.raw_ops.HSVToRGB(images=tf.constant([[.1, .5, .9], [.4, .1, .1], [.9, 1., .4]]))"]
        + ["tf.raw_ops.RGBToHSV(images=tf.zeros([2, 3]))", "tf.raw_ops.RGBToHSV(images=f(2, 2))"]
        + [f"tf.raw_ops.AdjustHue(images=tf.constant([[[.2, .5, .9], [.4, .1, .1]]]), delta={d})" for d in (0.3, -0.4)]
        + [
            f"tf.raw_ops.AdjustSaturation(images=tf.constant([[[.2, .5, .9], [.4, .1, .1]]]), scale={d})"
            for d in (0.3, 4.0)
        ]
        + ["tf.raw_ops.AdjustContrastv2(images=tf.constant([[[.2], [.5]], [[.4], [.9]]]), contrast_factor=2.)"]
        + [
            f"tf.raw_ops.ImageProjectiveTransformV3(images=tf.reshape(tf.range(12.), [1, 3, 4, 1]), transforms=[{t}], "
            f"output_shape=[3, 4], fill_value=7., interpolation='{i}', fill_mode='{m}')"
            for t in ("[1., 0., 1.3, 0., 1., -.6, 0., 0.]", "[.7, .2, 6., -.1, 1.2, -5., .01, .02]")
            for i in ("NEAREST", "BILINEAR")
            for m in ("CONSTANT", "REFLECT", "WRAP", "NEAREST")
        ]
        + [
            "tf.raw_ops.ImageProjectiveTransformV2(images=tf.reshape(tf.range(4.), [1, 2, 2, 1]), "
            "transforms=[[1., 0., 1., 0., 1., 0., 0., 0.]], output_shape=[2, 2], interpolation='BILINEAR')"
        ]
        + [
            f"tf.raw_ops.CropAndResize(image=f(2, 4, 5, 1), boxes=[[0., 0., 1., 1.], [.2, .6, 1.3, .1]], box_ind=[1, 0], "
            f"crop_size={s}, method='{m}', extrapolation_value=3.)"
            for s in ("[2, 3]", "[1, 1]")
            for m in ("bilinear", "nearest")
        ]
        + [
            "tf.raw_ops.CropAndResize(image=f(1, 4, 5, 1), boxes=[[0., 0., 1., 1.]], box_ind=[2], crop_size=[1, 1])",
            "tf.raw_ops.CropAndResizeGradImage(grads=tf.ones([1, 2, 2, 1]), boxes=[[.1, 0., .7, 1.]], box_ind=[0], "
            "image_size=[1, 3, 3, 1], T=tf.float32)",
            "tf.raw_ops.CropAndResizeGradBoxes(grads=tf.ones([1, 2, 2, 1]), image=tf.reshape(tf.range(9.) % 5, [1, 3, 3, 1]), "
            "boxes=[[.1, .05, .7, .8]], box_ind=[0])",
        ]
        + [f"tf.raw_ops.NonMaxSuppression({BOXES}, max_output_size={n})" for n in (3, 1, -1)]
        + [f"tf.raw_ops.NonMaxSuppressionV2({BOXES}, max_output_size=4, iou_threshold={t})" for t in (0.5, 0.9, 2.0)]
        + [
            f"tf.raw_ops.NonMaxSuppressionV3({BOXES}, max_output_size=4, iou_threshold=.9, score_threshold=.7)",
            f"tf.raw_ops.NonMaxSuppressionV4({BOXES}, max_output_size=4, iou_threshold=.5, score_threshold=.0)",
            f"tf.raw_ops.NonMaxSuppressionV4({BOXES}, max_output_size=4, iou_threshold=.5, score_threshold=.0, "
            "pad_to_max_output_size=True)",
            f"tf.raw_ops.NonMaxSuppressionV5({BOXES}, max_output_size=4, iou_threshold=.9, score_threshold=.1, "
            "soft_nms_sigma=.5)",
            f"tf.raw_ops.NonMaxSuppressionV5({BOXES}, max_output_size=4, iou_threshold=.5, score_threshold=.1, "
            "soft_nms_sigma=0., pad_to_max_output_size=True)",
            "tf.raw_ops.NonMaxSuppressionWithOverlaps(overlaps=[[1., .9, 0.], [.9, 1., .2], [0., .2, 1.]], "
            "scores=[.5, .7, .6], max_output_size=3, overlap_threshold=.5, score_threshold=0.)",
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
