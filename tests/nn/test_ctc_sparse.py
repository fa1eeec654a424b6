"""CTC with sparse labels, and what its decoders find, as TensorFlow does."""

import collections
import itertools

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

pytest.importorskip("tfcompat._sparse")

SPARSE = "tf.SparseTensor([[0, 0], [0, 2], [1, 0], [1, 1]], [1, 2, 3, 3], [2, 4])"
PARTS = "(lambda r: [[[s.indices, s.values, s.dense_shape] for s in r[0]], r[1]])"


def _spelled(line: str) -> str:
    """The case of a line, decoders taken apart into tensors."""
    line = line.strip().replace("SPARSE", SPARSE)
    for short, decoder in (("GREEDY(", "ctc_greedy_decoder("), ("BEAMS(", "ctc_beam_search_decoder(")):
        if line.startswith(short):
            return f"{PARTS}(tf.nn.{decoder}{line.removeprefix(short)})"
    return line


CASES = """

    tf.nn.ctc_loss(SPARSE, f(5, 2, 4), None, [5, 4], blank_index=0)
    tf.nn.ctc_loss(SPARSE, f(5, 2, 4), None, [5, 4], blank_index=-1)
    tf.nn.ctc_loss(SPARSE, f(2, 5, 4), None, [5, 4], logits_time_major=False, blank_index=0)
    tf.nn.ctc_loss(SPARSE, f(5, 2, 4, dtype='float64'), None, [5, 4], blank_index=0)
    tf.nn.ctc_loss(SPARSE, f(5, 2, 4, dtype='float16'), None, [5, 4], blank_index=0)
    tf.nn.ctc_loss(SPARSE, tf.stop_gradient(f(5, 2, 4)), None, [5, 2], blank_index=0)
    tf.nn.ctc_loss(SPARSE, f(5, 2, 4), None, [5, 1], blank_index=0)
    tf.nn.ctc_loss(SPARSE, f(5, 2, 4), None, [5, 6], blank_index=0)
    tf.nn.ctc_loss(SPARSE, f(5, 2, 4), None, [5, 4])
    tf.nn.ctc_loss(SPARSE, f(5, 2, 4), None, tf.constant([5, 4], tf.int64), blank_index=0)
    tf.nn.ctc_loss(tf.SparseTensor([[0, 0]], [1], [2, 4]), f(5, 2, 4), None, [5, 4], blank_index=0)
    tf.nn.ctc_loss(tf.SparseTensor([[0, 0], [1, 0]], [1, 0], [2, 4]), f(5, 2, 4), None, [5, 4], blank_index=0)
    tf.nn.ctc_loss(tf.SparseTensor([[0, 0]], tf.constant([1], tf.int64), [1, 4]), f(5, 1, 4), None, [5], blank_index=0)
    GREEDY(f(5, 2, 4), [5, 4])
    GREEDY(f(5, 2, 4), [5, 4], merge_repeated=False)
    GREEDY(f(9, 3, 3), [9, 4, 0], blank_index=0)
    GREEDY(f(9, 3, 3), [9, 4, 0], blank_index=-2)
    GREEDY(f(5, 2, 4), [0, 0])
    GREEDY(f(5, 2, 4, dtype='float64'), [5, 4])
    GREEDY(f(5, 2, 4, dtype='float16'), [5, 4])
    GREEDY(f(5, 2, 4), [5, 4], blank_index=4)
    GREEDY(f(5, 2, 4), [5, 6])
    GREEDY(f(5, 2, 4), [5])
    GREEDY(f(5, 2, 4), [[5, 4]])
    GREEDY(f(5, 4), [5, 4])
    GREEDY(f(5, 2, 4), tf.constant([5, 4], tf.int64))
    BEAMS(f(5, 2, 4), [5, 4])
    BEAMS(f(5, 2, 4), [5, 4], top_paths=3)
    BEAMS(f(9, 3, 5), [9, 4, 7], beam_width=6, top_paths=4)
    BEAMS(f(12, 2, 4, low=-6, high=6), [12, 9], beam_width=4, top_paths=4)
    BEAMS(f(5, 2, 4), [5, 4], beam_width=1)
    BEAMS(f(5, 2, 4, dtype='float64'), [5, 4], beam_width=2, top_paths=2)
    BEAMS(tf.zeros([3, 1, 3]), [3], beam_width=4, top_paths=4)
    BEAMS(f(5, 2, 2), [5, 4])
    BEAMS(f(5, 2, 4), [1, 0], top_paths=1)
    BEAMS(f(5, 2, 4), [1, 0], top_paths=3)
    BEAMS(f(5, 2, 4), [5, 4], beam_width=2, top_paths=3)
    BEAMS(f(5, 2, 4), [5, 4], beam_width=0)
    BEAMS(f(5, 2, 4), [5, 4], top_paths=0)
    BEAMS(f(5, 2, 4), [5, 6])
    BEAMS(tf.zeros([3, 0, 3]), tf.zeros([0], tf.int32))
    tf.nn.collapse_repeated([[1, 1, 2, 2], [3, 3, 3, 4]], [4, 3])
    tf.nn.collapse_repeated([[1, 1, 2, 2], [3, 3, 3, 4]], tf.constant([4, 3], tf.int64))
    tf.nn.collapse_repeated([[1, 1, 2, 2], [3, 3, 3, 4]], [4])
    tf.nn.collapse_repeated([[1.0, 1.0, 2.0], [3.0, 3.0, 1.0]], [0, 3])
    tf.nn.collapse_repeated([[1, 1], [2, 2]], [0, 0])
    tf.nn.collapse_repeated([['a', 'a', 'b']], [3])
    tf.nn.collapse_repeated([1, 1], [2])
"""

facts = Facts(__file__, "\n".join(_spelled(line) for line in CASES.splitlines()))


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def test_a_wide_beam_finds_the_likeliest_labels_of_all():
    logits = np.random.default_rng(2).normal(size=(5, 1, 3)).astype(np.float32)
    log_probs = logits[:, 0] - np.log(np.exp(logits[:, 0]).sum(-1, keepdims=True))
    total = collections.Counter()
    for path in itertools.product(range(3), repeat=5):
        said = tuple(c for c, _ in itertools.groupby(path) if c != 2)
        total[said] += np.exp(sum(row[c] for row, c in zip(log_probs, path)))
    decoded, scores = tf.nn.ctc_beam_search_decoder(logits, [5], beam_width=200, top_paths=5)
    for k, (said, probability) in enumerate(total.most_common(5)):
        assert tuple(decoded[k].values.numpy()) == said
        np.testing.assert_allclose(scores[0, k], np.log(probability), rtol=1e-4)
