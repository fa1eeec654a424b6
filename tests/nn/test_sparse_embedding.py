"""tf.nn.embedding_lookup_sparse and its safe form, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

IDS = "tf.SparseTensor([[0, 0], [0, 1], [1, 0], [2, 3]], [1, 3, 0, 1], [3, 4])"
WEIGHTS = "tf.SparseTensor([[0, 0], [0, 1], [1, 0], [2, 3]], x([2.0, 0.5, 1.0, 3.0]), [3, 4])"
ROWS = "tf.ragged.constant([[1, 3], [0], [1]])"
ROW_WEIGHTS = "tf.RaggedTensor.from_row_lengths(x([2.0, 0.5, 1.0, 3.0]), [2, 1, 1])"
LOOSE = "tf.SparseTensor([[0, 0], [0, 1], [1, 0], [3, 3]], [1, 3, -1, 1], [5, 4])"
LOOSE_WEIGHTS = "tf.SparseTensor([[0, 0], [0, 1], [1, 0], [3, 3]], x([2.0, -0.5, 1.0, 3.0]), [5, 4])"
LOOSE_ROWS = "tf.ragged.constant([[1, 3], [-1], [], [1]])"
COMBINERS = ["None", "'sum'", "'mean'", "'sqrtn'"]

facts = Facts(
    __file__,
    "\n".join(
        f"tf.nn.embedding_lookup_sparse({params}, {ids}, {w}, combiner={c}{o})"
        for ids, w in ((IDS, "None"), (IDS, WEIGHTS), (ROWS, "None"), (ROWS, ROW_WEIGHTS))
        for c in COMBINERS
        for params, o in (("f(5, 2)", ""), ("f(5, 2)", ", max_norm=0.7"), ("[f(3, 2), f(2, 2)]", ""))
    )
    + "\n"
    + "\n".join(
        f"tf.nn.safe_embedding_lookup_sparse(f(5, 2), {ids}, {w}, combiner={c}{o})"
        for ids, w in ((LOOSE, "None"), (LOOSE, LOOSE_WEIGHTS), (LOOSE_ROWS, "None"))
        for c in COMBINERS[1:]
        for o in ("", ", default_id=2", ", max_norm=0.7")
    )
    + f"""
    tf.nn.embedding_lookup_sparse(f(5, 2), {IDS}, None, allow_fast_lookup=True)
    tf.nn.embedding_lookup_sparse(f(5, 2), {IDS}, {WEIGHTS}, allow_fast_lookup=True)
    tf.nn.embedding_lookup_sparse(f(5, 2, 3), {IDS}, {WEIGHTS})
    tf.nn.embedding_lookup_sparse(f(5, 2, dtype='float16'), {IDS}, {WEIGHTS})
    tf.nn.embedding_lookup_sparse(f(5, 2, dtype='float64'), {IDS}, {WEIGHTS})
    tf.nn.embedding_lookup_sparse(f(5), {IDS}, None)
    tf.nn.embedding_lookup_sparse(tf.Variable(np.ones([5, 2], np.float32)), {IDS}, None)
    tf.nn.embedding_lookup_sparse(f(5, 2), {IDS}, None, combiner='max')
    tf.nn.embedding_lookup_sparse(f(5, 2), [[1, 2]], None)
    tf.nn.embedding_lookup_sparse(f(5, 2), {IDS}, [1.0])
    tf.nn.embedding_lookup_sparse(f(2, 2), {IDS}, None)
    tf.nn.embedding_lookup_sparse(f(5, 2), {IDS}, tf.SparseTensor([[0, 0]], [1.0], [3, 4]))
    tf.nn.embedding_lookup_sparse(f(5, 2), tf.SparseTensor([[0, 0], [2, 1]], [1, 3], [4, 2]), None)
    tf.nn.embedding_lookup_sparse(f(5, 2), tf.SparseTensor([[0, 0]], tf.constant([3], tf.int64), [1, 2]), None)
    tf.nn.embedding_lookup_sparse(f(5, 2), {IDS}, {WEIGHTS}.with_values(x([0., 0., 1., 1.])))
    tf.nn.safe_embedding_lookup_sparse(None, {LOOSE})
    tf.nn.safe_embedding_lookup_sparse([], {LOOSE})
    tf.nn.safe_embedding_lookup_sparse(f(5, 2), tf.SparseTensor([[0, 1, 0], [1, 0, 1]], [2, 4], [2, 3, 2]))
    tf.nn.safe_embedding_lookup_sparse(f(5, 2), tf.SparseTensor([[0], [1]], [2, 4], [3]))
    tf.nn.safe_embedding_lookup_sparse([f(3, 2), f(2, 2)], {LOOSE})
    tf.nn.safe_embedding_lookup_sparse(f(5, 2), {LOOSE}, combiner='max')
    tf.nn.safe_embedding_lookup_sparse(f(5, 2), [[1]])
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
