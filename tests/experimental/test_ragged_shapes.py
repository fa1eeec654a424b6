"""RowPartition, DynamicRaggedShape and StructuredTensor, as recorded from TensorFlow 2.21."""

import pytest

import tfcompat as tf
from tests.facts import Facts

PRELUDE = """
D = tf.experimental.DynamicRaggedShape
P = tf.experimental.RowPartition
S = tf.experimental.StructuredTensor
R = tf.ragged.constant
p = P.from_row_splits([0, 2, 5])
u = P.from_uniform_row_length(2, nrows=3)
v = P.from_value_rowids([0, 0, 2], nrows=4)
d = D.from_lengths([2, (1, 2), 3])
e = D.from_tensor(R([[1, 2], [3]]))
f_ = D.from_lengths([3, 2])
s0 = S.from_pyval({'age': 82, 'nick': ['Bob', 'Bobby']})
s1 = S.from_pyval([{'age': 82, 'nick': ['Bob', 'Bobby']}, {'age': 42, 'nick': ['Elmo']}])
s2 = S.from_pyval([[{'a': 1}, {'a': 2}], [{'a': 3}]])
s3 = S.from_pyval([{'x': {'y': [1, 2]}}, {'x': {'y': [3]}}])
docs = S.from_pyval([{'docs': [{'t': [1, 2]}, {'t': [3]}]}, {'docs': [{'t': [7]}]}])
def told(records):
    # TensorFlow has the fields of lists of dicts in the order of a set.
    return repr(ordered(records.to_pyval()))

def ordered(value):
    if isinstance(value, dict):
        return {name: ordered(value[name]) for name in sorted(value)}
    return [ordered(v) for v in value] if isinstance(value, list) else value

def flat(value):
    return tf.nest.flatten(value, expand_composites=True)
"""

CASES = """
repr([p, u, v])
P(1)
P.from_row_splits([1, 2])
P.from_row_splits([])
P.from_row_splits([0, 2, 1])
P.from_row_splits([[0]])
P.from_row_splits([0.5])
P.from_row_splits([0, 2], dtype=tf.int32).row_splits()
P.from_row_splits([0, 2], dtype_hint=tf.int32).row_splits()
P.from_row_splits(tf.constant([0, 2]), dtype_hint=tf.int64).row_splits()
[p.row_splits(), p.row_lengths(), p.row_starts(), p.row_limits(), p.value_rowids(), p.nvals(), p.nrows()]
[u.row_splits(), u.row_lengths(), u.row_starts(), u.row_limits(), u.value_rowids(), u.nvals(), u.nrows()]
[v.row_splits(), v.row_lengths(), v.row_starts(), v.row_limits(), v.value_rowids(), v.nvals(), v.nrows()]
[p.offsets_in_rows(), u.offsets_in_rows(), v.offsets_in_rows()]
repr([(q.static_nrows, q.is_uniform(), q.dtype) for q in (p, u, v)])
repr([p.static_nvals, v.static_nvals, p.static_uniform_row_length, p.uniform_row_length()])
u.uniform_row_length()
p.with_dtype(tf.int32).row_splits()
p.with_dtype(tf.float32)
P.from_row_starts([0, 1], nvals=4).row_lengths()
P.from_row_limits([1, 4]).row_lengths()
P.from_row_lengths([1, 0, 2]).row_splits()
P.from_row_lengths([-1])
P.from_uniform_row_length(2, nvals=6).nrows()
P.from_uniform_row_length(0, nvals=0, nrows=3).row_splits()
P.from_uniform_row_length(2, nvals=7)
P.from_uniform_row_length(2)
P.from_value_rowids([1, 0])
P.from_value_rowids([0, 1], nrows=1)
repr([tf.type_spec_from_value(q) for q in (p, u, v)])
flat(p)
repr([d, e, f_])
repr([(q.rank, q.inner_rank, q.num_row_partitions, q.dtype, q.static_lengths()) for q in (d, e, f_)])
[q.inner_shape for q in (d, e, f_)]
repr(e.static_lengths(ragged_lengths=False))
repr([d.is_uniform(axis) for axis in range(3)])
d.is_uniform(3)
[d[0], d[-1], e[0], f_[0], f_[1]]
d[1]
d[3]
d[1:]
d[2:]
d[::2]
d['a']
repr([d[:2], d[:1], d[0:1], e[:1], f_[:], f_[1:]])
list(f_)
len(e)
repr(D.from_lengths([2, (1, 2), (1, 1, 1)]))
D.from_lengths([2, (1, 2), (1, 1)])
repr(D.from_lengths([2, 3, 4], num_row_partitions=1))
repr(D.from_lengths([]))
D.from_lengths(3)
D.from_lengths([2, 'a'])
D.from_row_partitions([p]).inner_shape
D.from_row_partitions([])
repr(D([p], [5, 2]))
D([p], [4], validate=True)
D(3, [1])
D([3], [1])
D([v], [4])
repr(D.from_tensor(tf.zeros([2, 3])))
repr(D.from_tensor(R([[[1], [2]], []]), dtype=tf.int32))
d == D.from_lengths([2, (1, 2), 3])
d == f_
d == D.from_lengths([2, (2, 1), 3])
d.with_dtype(tf.int32).inner_shape
tf.shape(R([[1, 2], [3]]))[0]
repr(tf.shape(R([[1, 2], [3]]), out_type=tf.int64))
flat(tf.ones(e))
flat(tf.zeros(e, tf.int32))
flat(tf.fill(e, 5))
flat(tf.broadcast_to(x([[1.0], [2.0]]), e))
flat(tf.broadcast_to(1, e))
flat(tf.broadcast_to(R([[1, 2], [3]]), e))
flat(tf.reshape(x([1.0, 2.0, 3.0]), e))
flat(tf.reshape(R([[1, 2], [3]]), e))
tf.reshape(R([[1, 2], [3]]), [-1])
repr(tf.broadcast_dynamic_shape(e, [1]))
repr(tf.broadcast_dynamic_shape(tf.shape(R([[1, 2], [3]])), tf.constant([2, 1])))
tf.broadcast_dynamic_shape(e, [3, 1])
repr(tf.type_spec_from_value(e))
repr(tf.type_spec_from_value(f_))
tf.function(lambda s: s[0])(e)
tf.function(lambda r: tf.shape(r)[0])(R([[1, 2], [3]]))
repr([s0, s1, s2, s3, docs])
repr([(s.rank, s.shape.as_list(), sorted(s.field_names())) for s in (s0, s1, s2, s3)])
[s1.nrows(), s2.nrows()]
repr(s0.nrows())
s1.field_value('age')
s1.field_value('zz')
s3.field_value(('x', 'y')).values
s0['age']
s1[0]['nick']
s1[-1]['age']
s1[:, 'age']
s1['age']
s2[0, 1, 'a']
s2[:, 0]
repr([s1[1:], s2[0], s2[0, 1]])
repr([s0.row_partitions, s1.row_partitions, s2.row_partitions])
repr(S.from_pyval([[{'a': 1}, {'a': 2}], [{'a': 3}, {'a': 4}]]).row_partitions)
str([told(s) for s in (s1, s2, s3, docs)])
told(s2.merge_dims(0, 1))
s2.merge_dims(0, 5)
told(s1.partition_outer_dimension(P.from_row_lengths([1, 1])))
repr(s1.partition_outer_dimension(P.from_uniform_row_length(2, nrows=1)))
s1.partition_outer_dimension(3)
s0.partition_outer_dimension(P.from_row_lengths([1]))
told(s1.with_updates({'age': tf.constant([1, 2]), 'new': tf.constant([3, 4])}))
told(s1.with_updates({'age': None}))
told(s1.with_updates({'age': lambda x: x + 1}))
told(s3.with_updates({('x', 'y'): lambda v: v * 2, ('x', 'z'): tf.constant([7, 8])}))
s3.with_updates({('q', 'z'): tf.constant([7, 8])})
s1.with_updates({'zz': lambda x: x})
s1.with_updates({'zz': None})
s1.with_updates({'age': tf.constant([1, 2, 3])})
told(docs.promote(('docs', 't'), 'all'))
told(s3.promote(('x', 'y'), 'xy'))
s1.promote(('age',), 'b')
repr(S.from_fields({'a': [1, 2], 'b': [[1], [2]]}, shape=[2]))
repr([S.from_fields({'a': 1}), S.from_fields({}, shape=[2]), S.from_fields({})])
S.from_fields({'a': [1, 2]}, shape=[3])
S.from_fields({3: [1]}, shape=[1])
repr(S.from_fields({'a': R([[1], [2, 3]])}, shape=[2, None]))
repr(S.from_fields({'a': [1]}, shape=[None], nrows=1))
told(S.from_fields_and_rank({'a': R([[1], [2, 3]])}, 2))
S.from_fields_and_rank({'a': [1, 2]}, 2)
S.from_fields_and_rank({}, 1)
[S.from_pyval(3), S.from_pyval([]), S.from_pyval([1, 2])]
S.from_pyval([{'a': 1}, {'b': 1}])
S.from_pyval([{'a': 1}, {'a': 'x'}])
S.from_pyval({'a': None})
repr([S.from_pyval({}), S.from_pyval([{}, {}]), S.from_pyval({'a': []})])
repr(S.from_pyval({'a': [1, 2, 3], 'b': [[4, 5], [6, 7]]}))
told(S.from_pyval([{'a': [{'b': 1}]}, {'a': []}]))
told(S.from_shape(D.from_lengths([2])).with_updates({'a': [1, 2]}))
s1 == S.from_pyval([{'age': 82, 'nick': ['Bob', 'Bobby']}, {'age': 42, 'nick': ['Elmo']}])
repr(tf.type_spec_from_value(s0))
tf.is_tensor(s1)
tf.function(lambda s: s.field_value('age') + 1)(s1)
tf.map_fn(lambda s: s.field_value('age'), s1, fn_output_signature=tf.int32)
told(tf.identity(s1))
"""

facts = Facts(__file__, CASES, PRELUDE)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def test_shapes_can_be_batched_as_the_tensors_that_have_them() -> None:
    spec = tf.experimental.DynamicRaggedShape.from_lengths([2, (1, 2), 3])._type_spec
    assert spec._batch(5)._unbatch()._static_inner_shape.as_list()[-1] == 3
    assert len(spec._batch(5)._row_partitions) == 2
    assert len(spec._unbatch()._row_partitions) == 0
