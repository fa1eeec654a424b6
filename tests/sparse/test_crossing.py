"""tf.sparse.cross and cross_hashed, tf.ragged.cross and cross_hashed, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

A = "tf.SparseTensor([[0, 0], [1, 0], [1, 1]], ['a', 'b', 'c'], [2, 2])"
B = "tf.SparseTensor([[0, 0], [1, 0], [1, 1]], ['d', 'e', 'ee'], [2, 2])"
C = "tf.constant([['f'], ['g']])"
N = "tf.SparseTensor([[0, 0], [1, 0]], [7, -3], [2, 1])"
INTEGERS = "tf.constant([[1, 2], [3, 4]])"
R = "tf.ragged.constant([['a'], ['b', 'c']])"
LISTS = [
    f"[{', '.join(names)}]"
    for names in ((A, B, C), (A,), (C, A), (N, A), (A, INTEGERS), (INTEGERS, INTEGERS, C), (C, C), (N, INTEGERS))
]

facts = Facts(
    __file__,
    "\n".join(f"tf.sparse.cross({names})" for names in LISTS)
    + "\n"
    + "\n".join(
        f"tf.sparse.cross_hashed({names}{o})" for names in LISTS for o in ("", ", 100", ", 13, hash_key=2**63 + 5")
    )
    + "\n"
    + "\n".join(
        f"(lambda r: (r.values, r.row_splits))(tf.ragged.cross({names}))"
        for names in [*LISTS, f"[{R}, {C}]", f"[{C}, {R}, {INTEGERS}, {N}]"]
    )
    + "\n"
    + "\n".join(
        f"(lambda r: (r.values, r.row_splits))(tf.ragged.cross_hashed({names}{o}))"
        for names in [*LISTS, f"[{R}, {C}]", f"[{C}, {R}, {INTEGERS}, {N}]"]
        for o in ("", ", 100", ", num_buckets=13, hash_key=2**63 + 5")
    )
    + f"""
    tf.sparse.cross([{A}, {C}], separator='_Y_')
    tf.sparse.cross([{A}, {C}], separator='')
    tf.sparse.cross([])
    tf.sparse.cross({A})
    tf.sparse.cross([['a']])
    tf.sparse.cross([{A}, tf.constant([['a']])])
    tf.sparse.cross([tf.constant(['a', 'b'])])
    tf.sparse.cross([tf.SparseTensor([[0]], ['a'], [2])])
    tf.sparse.cross([tf.SparseTensor([[1, 0]], ['a'], [3, 1]), tf.constant([['x'], ['y'], ['z']])])
    tf.sparse.cross([tf.constant([[1.5], [2.5]]), {C}])
    tf.sparse.cross([tf.constant([[True], [False]]), {C}])
    tf.sparse.cross_hashed([{A}, {C}], -1)
    tf.sparse.cross_hashed([{A}, {C}], num_buckets=2**40)
    tf.sparse.cross_hashed([{A}, {C}], num_buckets=2**63 - 1)
    tf.sparse.cross_hashed([{A}, {C}], hash_key=0)
    tf.sparse.cross_hashed([{A}, 3])
    tf.sparse.cross_hashed([tf.SparseTensor(np.zeros([0, 2]), tf.constant([], tf.string), [2, 0]), {C}], 10)
    tf.ragged.cross([tf.constant([[1.5]])])
    tf.ragged.cross([tf.ragged.constant([[['a']]])])
    tf.ragged.cross([{R}, tf.constant([['a']])])
    tf.ragged.cross({R})
    (lambda r: (r.values, r.row_splits))(tf.ragged.cross([]))
    tf.ragged.cross([{R}.with_row_splits_dtype(tf.int32)]).row_splits
    tf.ragged.cross_hashed([{R}, {C}], -1)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
