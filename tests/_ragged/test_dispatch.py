"""What assertions, losses and images make of ragged tensors, compared with recorded facts and with TensorFlow live."""

import pytest

from tests.facts import Facts

R = "tf.RaggedTensor.from_row_lengths(x([1., 2., 3., 4., .5]), [3, 0, 2])"
OTHER = "tf.RaggedTensor.from_row_lengths(x([1., 2., 3., 4., .5]), [2, 1, 2])"
ASSERTIONS = "equal none_equal less less_equal greater greater_equal near".split()

facts = Facts(
    __file__,
    "\n".join(
        [
            f"tf.debugging.assert_{name}({R}, {other})"
            for name in ASSERTIONS
            for other in (R, "100.", "-1.", "tf.constant([[1.], [2.], [0.]])", OTHER)
        ]
        + [f"tf.debugging.assert_{name}({R})" for name in ("positive", "integer", "scalar", "proper_iterable")]
        + [
            "tf.debugging.assert_near(1., 1., rtol=0., atol=0.)",
            f"tf.debugging.assert_type({R}, tf.float32)",
            f"tf.debugging.assert_type({R}, tf.int32)",
            f"tf.debugging.assert_same_float_dtype([{R}, {R}]).name",
            f"tf.math.is_non_decreasing({R})",
            "tf.math.is_strictly_increasing(tf.ragged.constant([[1, 2], [], [3]]))",
            f"tf.nn.sigmoid_cross_entropy_with_logits({R}, {R})",
            f"tf.nn.sigmoid_cross_entropy_with_logits({R}, {OTHER})",
            f"tf.nn.scale_regularization_loss({R})",
            f"tf.nn.l2_loss({R})",
            f"tf.add([{R}, {R}], 0)",
            f"tf.maximum({R}, [{R}])",
            f"tf.tuple([{R}, tf.constant(1)])",
            "tf.io.is_jpeg(tf.ragged.constant([['a', b'\\xff\\xd8\\xff\\xe0'], []]))",
            "tf.io.is_jpeg(['a', b'\\xff\\xd8\\xff\\xe0'])",
            "tf.image.resize(tf.ragged.stack([f(4, 5, 3), f(2, 3, 3)]), [3, 2])",
            "tf.image.resize(tf.ragged.stack([f(4, 5, 3), f(2, 3, 3)]), [3, 2], method='nearest')",
            f"tf.image.resize({R}, [3, 2])",
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
