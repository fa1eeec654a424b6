"""Numbers drawn until one fits are TensorFlow's own under a seed: counts, bounded normals, classes, windows."""

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

SEEDED = "(tf.random.set_seed(7), [{0} for _ in range(2)])[1]"
IN_FUNCTION = "(tf.random.set_seed(7), (lambda g: [g() for _ in range(2)])(tf.function(lambda: {0})))[1]"
CLASSES = "tf.constant([[1], [2]], tf.int64)"
BOX = "tf.constant([[[.1, .2, .6, .8]]])"
GRID = "tf.reshape(tf.range(42.) * 5. % 17., [1, 6, 7, 1])"
BOUNDS = "[2, 3], [1, 2], means={}, stddevs={}, minvals={}, maxvals={}"

STATELESS = [
    "tf.random.stateless_binomial([6], [1, 2], counts=10., probs=.3)",
    "tf.random.stateless_binomial([3, 4], [1, 2], counts=[10., 50., 100., 3.], probs=[.3, .6, .9, .1])",
    "tf.random.stateless_binomial([4], [1, 2], counts=tf.constant(1000., tf.float64), "
    "probs=tf.constant(.7, tf.float64))",
    "tf.random.stateless_binomial([5], [1, 2], counts=[0., 5., 5., 7., -1.], probs=[.5, 0., 1., nan, .2], "
    "output_dtype=tf.float32)",
    *(
        f"tf.random.stateless_parameterized_truncated_normal({BOUNDS.format(*four)})"
        for four in [
            ("[0., 1., 2.]", "1.", "-1.", "3."),
            ("0.", "1.", "3.", "8."),
            ("0.", "2.", "-inf", "-4."),
            ("0.", "1.", ".1", ".2"),
            *[[f"tf.constant({v}, tf.{kind})" for v in (0, 1, -1, 0.5)] for kind in ("float64", "float16")],
        ]
    ),
    f"tf.image.stateless_sample_distorted_bounding_box([50, 60, 3], {BOX}, seed=[1, 2])",
    "tf.image.stateless_sample_distorted_bounding_box([50, 60, 3], tf.zeros([1, 0, 4]), seed=[1, 2], "
    "use_image_if_no_bounding_boxes=True, area_range=[.2, .9], aspect_ratio_range=[.5, 2.])",
]
STATEFUL = [
    *(
        f"tf.random.{kind}_candidate_sampler({CLASSES}, 1, 4, {unique}, 20, seed={seed})"
        for kind in ("uniform", "log_uniform", "learned_unigram")
        for unique in (True, False)
        for seed in (None, 3)
    ),
    f"tf.random.fixed_unigram_candidate_sampler({CLASSES}, 1, 4, True, 5, unigrams=[1., 2., 3., 4., 5.], seed=3)",
    f"tf.random.fixed_unigram_candidate_sampler({CLASSES}, 1, 4, False, 5, unigrams=[1., 2., 3., 4., 5.], "
    "distortion=.5)",
    "tf.nn.sampled_softmax_loss(tf.reshape(tf.range(60.), [20, 3]) / 60, tf.zeros([20]), "
    f"{CLASSES}, tf.ones([2, 3]), 5, 20)",
    f"tf.image.sample_distorted_bounding_box([50, 60, 3], {BOX}, seed=3, min_object_covered=.5)",
    f"tf.nn.fractional_max_pool({GRID}, [1, 1.4, 1.5, 1], pseudo_random=True, seed=3)",
    f"tf.nn.fractional_avg_pool({GRID}, [1, 1.4, 1.5, 1], seed=3)",
    "tf.raw_ops.ParameterizedTruncatedNormal(shape=[2, 4], means=[0., 1.], stdevs=[1., 1.], minvals=[-1., 4.], "
    "maxvals=[1., 9.], seed=1, seed2=2)",
    "tf.raw_ops.ParameterizedTruncatedNormal(shape=[150, 2], means=0., stdevs=[1.], minvals=-1., maxvals=1., seed=1, "
    "seed2=2)",
]
GENERATED = [
    f"(lambda g: [g.binomial({how}) for _ in range(2)] + [g.state])(tf.random.Generator.from_seed(5))"
    for how in ("[4], 10., .4", "[5, 3], [10., 20., 300.], .4, tf.int64")
]
GENERATED.append("tf.random.Generator.from_seed(5, 'threefry').binomial([4], 10., .4)")

facts = Facts(
    __file__,
    "\n".join([*STATELESS, *(how.format(case) for case in STATEFUL for how in (SEEDED, IN_FUNCTION)), *GENERATED]),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


@pytest.mark.parametrize("case", STATELESS)
def test_the_same_in_a_function(case: str) -> None:
    names = {"tf": tf, "nan": np.nan, "inf": np.inf}
    alone, captured = eval(case, names), eval(f"tf.function(lambda: {case})()", names)
    tf.nest.map_structure(np.testing.assert_array_equal, alone, captured)


def test_without_a_seed_numbers_stay_within_the_bounds() -> None:
    drawn = tf.random.Generator.from_non_deterministic_state().binomial([1000], 20.0, 0.5).numpy()
    assert drawn.min() >= 0
    assert drawn.max() <= 20
    assert abs(drawn.mean() - 10) < 1
    box = tf.image.sample_distorted_bounding_box([40, 30, 3], [[[0.2, 0.2, 0.8, 0.8]]], min_object_covered=0.5)
    assert (box[0] >= 0).numpy().all()
