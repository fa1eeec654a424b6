"""Candidate samplers: what TensorFlow computes where chance has no say, and what they draw."""

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    """
    tf.random.uniform_candidate_sampler([[1, 2], [0, 3]], 2, 3, False, 10)[1:]
    tf.random.uniform_candidate_sampler(np.zeros([0, 2], np.int64), 2, 1, False, 5)[1:]
    tf.random.uniform_candidate_sampler([[1, 2]], 2, 4, True, 3)
    tf.random.uniform_candidate_sampler([[1, 2]], 1, 3, True, 5)
    tf.random.uniform_candidate_sampler([1, 2], 1, 3, True, 5)
    tf.random.uniform_candidate_sampler(tf.constant([[1, 2]]), 2, 3, True, 5)
    tf.random.uniform_candidate_sampler([[1, 20]], 2, 3, False, 5)
    tf.random.uniform_candidate_sampler([[1, -2]], 2, 3, False, 5)
    tf.random.uniform_candidate_sampler([[1, 2]], 2, 0, False, 5)
    tf.random.uniform_candidate_sampler([[1, 2]], 0, 1, False, 5)
    tf.random.uniform_candidate_sampler([[1, 2]], 2, 1, False, 0)
    tf.random.log_uniform_candidate_sampler([[1, 4], [0, 2]], 2, 3, False, 5)[1]
    tf.random.log_uniform_candidate_sampler([[1, 5]], 2, 3, False, 5)
    tf.random.learned_unigram_candidate_sampler([[1, 14]], 2, 3, False, 6)
    tf.random.fixed_unigram_candidate_sampler([[1, 2]], 2, 3, False, 4, unigrams=[1.0, 2.0, 3.0, 4.0])[1]
    tf.random.fixed_unigram_candidate_sampler([[1, 2]], 2, 3, False, 3, unigrams=[1.0, 2.0, 3.0], distortion=0.5)[1]
    tf.random.fixed_unigram_candidate_sampler([[1, 0]], 2, 3, False, 4, unigrams=[1.0, 2.0, 3.0], num_reserved_ids=1)[1]
    tf.random.fixed_unigram_candidate_sampler([[1, 0]], 2, 3, False, 2, unigrams=[1.0, 2.0, 3.0], num_shards=2)[1]
    tf.random.fixed_unigram_candidate_sampler([[0]], 1, 3, False, 1, unigrams=[1.0, 2.0, 3.0], num_shards=2, shard=1)
    tf.random.fixed_unigram_candidate_sampler([[1, 2]], 2, 3, False, 4, unigrams=[1.0, 2.0, 3.0])
    tf.random.fixed_unigram_candidate_sampler([[1, 2]], 2, 3, False, 4)
    tf.random.fixed_unigram_candidate_sampler([[1, 2]], 2, 3, False, 4, vocab_file='/there/is/none')
    tf.random.fixed_unigram_candidate_sampler([[1, 2]], 2, 3, False, 1, unigrams=[1.0], vocab_file='x')
    tf.random.all_candidate_sampler([[1, 2]], 2, 3, True)
    tf.random.all_candidate_sampler([[1, 2]], 2, 3, False)
    tf.random.all_candidate_sampler([[1, 7]], 2, 3, True)
    tf.nn.compute_accidental_hits([[1, 2], [3, 1]], [3, 1, 1, 5], 2)
    tf.nn.compute_accidental_hits([[1, 1], [3, 1]], [3, 1, 1, 5], 2)
    tf.nn.compute_accidental_hits([[1, 2], [3, 1]], [7], 2)
    tf.nn.compute_accidental_hits([[1, 2], [3, 1]], [[3, 1, 1, 5]], 2)
    tf.nn.compute_accidental_hits([[1, 2], [3, 1]], [3, 1, 1, 5], 1)
    tf.nn.compute_accidental_hits(tf.constant([[1, 2], [3, 1]]), np.array([3, 1]), 2)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


TRUE = [[1, 2], [0, 3]]
SAMPLERS = {
    "uniform": (lambda n, unique: tf.random.uniform_candidate_sampler(TRUE, 2, n, unique, 20), np.full(20, 1 / 20)),
    "log uniform": (
        lambda n, unique: tf.random.log_uniform_candidate_sampler(TRUE, 2, n, unique, 20),
        np.log1p(1 / np.arange(1, 21)) / np.log(21),
    ),
    "fixed unigram": (
        lambda n, unique: tf.random.fixed_unigram_candidate_sampler(
            TRUE, 2, n, unique, 20, unigrams=range(1, 21), distortion=0.75
        ),
        np.arange(1, 21) ** 0.75 / np.sum(np.arange(1, 21) ** 0.75),
    ),
}


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_classes_come_as_often_as_they_are_likely(sampler):
    sample, probability = SAMPLERS[sampler]
    tf.random.set_seed(1)
    ids, true_expected, expected = (t.numpy() for t in sample(40000, False))
    np.testing.assert_allclose(np.bincount(ids, minlength=20) / 40000, probability, atol=0.01)
    np.testing.assert_allclose(expected, 40000 * probability[ids], rtol=1e-5)
    np.testing.assert_allclose(true_expected, 40000 * probability[TRUE], rtol=1e-5)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_unique_classes_differ_and_come_as_often_as_is_said(sampler):
    sample, _ = SAMPLERS[sampler]
    tf.random.set_seed(1)
    draws = [[t.numpy() for t in sample(12, True)] for _ in range(400)]
    assert all(len(set(ids.tolist())) == 12 for ids, _, _ in draws)
    seen = np.mean([np.isin(TRUE, ids) for ids, _, _ in draws], 0)
    np.testing.assert_allclose(seen, np.mean([true_expected for _, true_expected, _ in draws], 0), atol=0.1)


def test_true_classes_are_learned():
    seen = [
        tf.random.learned_unigram_candidate_sampler([[1, 4]], 2, 3, False, 5, seed=id(TRUE))[1].numpy()
        for _ in range(3)
    ]
    np.testing.assert_allclose(seen, [[[3 / 5] * 2], [[6 / 7] * 2], [[1.0] * 2]], rtol=1e-6)


def test_all_of_the_classes_can_be_drawn():
    assert sorted(tf.random.log_uniform_candidate_sampler(TRUE, 2, 50, True, 50)[0].numpy()) == list(range(50))


def test_more_unique_classes_than_have_a_chance():
    with pytest.raises(tf.errors.InvalidArgumentError, match="Only 2 classes"):
        tf.random.fixed_unigram_candidate_sampler(TRUE, 2, 3, True, 4, unigrams=[0.0, 1.0, 1.0, 0.0])


def test_weights_from_a_file(tmp_path):
    vocabulary = tmp_path / "words.csv"
    vocabulary.write_text("the,10\nof,6\n\nand,4\n")
    expected = tf.random.fixed_unigram_candidate_sampler([[0, 2]], 2, 1, False, 3, vocab_file=str(vocabulary))[1]
    np.testing.assert_allclose(expected, [[0.5, 0.2]])
    vocabulary.write_text("the,10\nof,many\n")
    with pytest.raises(tf.errors.InvalidArgumentError, match="of,many"):
        tf.random.fixed_unigram_candidate_sampler([[0]], 1, 1, False, 2, vocab_file=str(vocabulary), distortion=0.5)


def test_a_seed_repeats_the_classes():
    draws = []
    for _ in range(2):
        tf.random.set_seed(5)
        draws.append(tf.random.uniform_candidate_sampler(TRUE, 2, 8, True, 1000, seed=3)[0].numpy().tolist())
    assert draws[0] == draws[1]


def test_within_a_function():
    @tf.function
    def sample(true):
        return tf.random.log_uniform_candidate_sampler(true, 2, 8, True, 1000)

    true = tf.constant(TRUE, tf.int64)
    first, second = (sample(true) for _ in range(2))
    assert first[0].numpy().tolist() != second[0].numpy().tolist()
    assert first.sampled_expected_count.shape == (8,)
    with pytest.raises(tf.errors.InvalidArgumentError, match="out of range"):
        sample(tf.constant([[1, 2000], [0, 3]], tf.int64))
