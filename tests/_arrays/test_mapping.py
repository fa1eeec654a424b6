"""Functions mapped over slices, as TensorFlow has them and differentiates them."""

from typing import Any

import pytest

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.map_fn(lambda v: v * v, f(3, 2))
    tf.map_fn(lambda p: p[0] * p[1], (f(3), f(3)), fn_output_signature=tf.float32)
    tf.scan(lambda a, v: a * v, f(4))
    tf.scan(lambda a, v: a * v, f(4), reverse=True)
    tf.scan(lambda a, v: a + v, f(3, 2), initializer=f(2))
    tf.foldl(lambda a, v: a * v, f(4))
    tf.foldr(lambda a, v: a * v + v, f(4))
    tf.vectorized_map(lambda v: tf.reduce_sum(v * v), f(3, 4))
    tf.vectorized_map(lambda v: v[0] @ v[1], (f(2, 2, 3), f(2, 3, 2)))
    tf.map_fn(lambda x: tf.reduce_sum(x), tf.ragged.constant([[1,2],[3],[]]), fn_output_signature=tf.int32)
    tf.map_fn(lambda x: x+1, tf.ragged.constant([[1,2],[3],[]])).flat_values
    tf.map_fn(lambda x: (x,x), tf.constant([1,2]), fn_output_signature=(tf.int32,tf.int32))
    tf.map_fn(lambda x: (x,x), tf.constant([1,2]))
    tf.map_fn(lambda x: x*1.5, tf.constant([1,2]))
    tf.map_fn(lambda x: tf.cast(x,tf.float32), tf.constant([1,2]))
    tf.map_fn(lambda x: x, 3)
    tf.map_fn(lambda x: x, [])
    tf.map_fn(lambda x: x, [[1,2],[3,4]])
    tf.map_fn(lambda x: x, (tf.constant([1,2]),tf.constant([1,2,3])))
    tf.map_fn(lambda x: x, tf.constant([[1,2],[3,4]]), dtype=tf.int32)
    tf.map_fn(lambda x: x, tf.constant([1]), dtype=tf.int32, fn_output_signature=tf.int64)
    tf.map_fn(lambda x: None, tf.constant([1]))
    tf.map_fn(lambda x: x, tf.zeros([0,3]))
    tf.map_fn(lambda x: tf.cast(x,tf.int32), tf.zeros([0,3]), fn_output_signature=tf.int32)
    tf.map_fn(lambda x: x[:tf.cast(x[0],tf.int32)], tf.constant([[1.,2.],[2.,3.]]))
    tf.map_fn(lambda x: x, tf.constant(['a','b']))
    tf.map_fn(lambda x: tf.strings.length(x), tf.constant(['a','bc']), fn_output_signature=tf.int32)
    tf.map_fn(lambda x: {'a':x}, tf.constant([1,2]), fn_output_signature={'a':tf.int32})
    tf.map_fn(lambda d: d['a']+d['b'], {'a':tf.constant([1,2]),'b':tf.constant([3,4])}, fn_output_signature=tf.int32)
    tf.map_fn(lambda x: 5, tf.constant([1,2]))
    tf.map_fn(lambda x: x, np.array([1.,2.]))
    tf.map_fn(lambda x: x, tf.Variable([1.,2.]))
    tf.map_fn(lambda x: x, tf.constant([1,2]), parallel_iterations=0)
    tf.scan(lambda a,x: a+x, tf.constant([1,2,3]))
    tf.scan(lambda a,x: a+x, tf.constant([1,2,3]), initializer=tf.constant(10))
    tf.scan(lambda a,x: a+x, tf.constant([1,2,3]), initializer=10, reverse=True)
    tf.scan(lambda a,x: a+x, tf.constant([1,2,3]), reverse=True)
    tf.scan(lambda a,x: a+x, tf.constant([],tf.int32))
    tf.scan(lambda a,x: a+x, tf.constant([],tf.int32), initializer=1)
    tf.scan(lambda a,x: (a[0]+x[0],a[1]*x[1]), (tf.constant([1,2]),tf.constant([3,4])))
    tf.scan(lambda a,x: (a,x), tf.constant([1,2]), initializer=0)
    tf.scan(lambda a,x: tf.cast(a,tf.float32), tf.constant([1,2]))
    tf.scan(lambda a,x: [a[0]+x], tf.constant([1,2]), initializer=[0])
    tf.scan(lambda a,x: tf.concat([a,[x]],0), tf.constant([1,2]), initializer=tf.constant([0]))
    tf.scan(lambda a,x: tf.concat([a,[x]],0), tf.constant([1,2]), initializer=tf.constant([0]), infer_shape=False)
    tf.scan(lambda a,x: a+x, np.array([1,2,3]), initializer=np.int64(0))
    tf.foldl(lambda a,x: a+x, tf.constant([1,2,3]))
    tf.foldl(lambda a,x: a-x, tf.constant([1,2,3]), initializer=0)
    tf.foldr(lambda a,x: a-x, tf.constant([1,2,3]))
    tf.foldl(lambda a,x: a, tf.constant([],tf.int32))
    tf.foldl(lambda a,x: a, tf.constant([],tf.int32), initializer=7)
    tf.foldl(lambda a,x: (a[0]+x, a[1]), tf.constant([1,2]), initializer=(0,1))
    tf.foldl(lambda a,x: a[0], tf.constant([1,2]), initializer=(0,1))
    tf.foldl(lambda a,x: a+x[0]*x[1], (tf.constant([1,2]),tf.constant([3,4])), initializer=0)
    tf.foldl(lambda a,x: tf.cast(a,tf.float32), tf.constant([1,2]))
    tf.vectorized_map(lambda x: x*2, tf.constant([1,2]))
    tf.vectorized_map(lambda x: x[0]+x[1], (tf.constant([1,2]),tf.constant([[3],[4]])))
    tf.vectorized_map(lambda x: x, tf.zeros([0,2]))
    tf.vectorized_map(lambda x: 1, tf.constant([1,2]))
    tf.vectorized_map(lambda x: {'a':x}, tf.constant([1,2]))
    tf.vectorized_map(lambda x: None, tf.constant([1,2]))
    tf.vectorized_map(lambda x: x[0]+x[1], (tf.constant([1]),tf.constant([3,4])))
    tf.vectorized_map(lambda x: x[0]+x[1], (tf.constant([1,2,3]),tf.constant([3,4])))
    tf.vectorized_map(lambda x: tf.matmul(x,x), tf.ones([2,3,3]))
    tf.vectorized_map(5, tf.constant([1]))
    tf.vectorized_map(lambda x: tf.where(x>1,x,-x), tf.constant([1,2]), fallback_to_while_loop=False)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def test_gradients_of_each_example_within_functions() -> None:
    """As the guide to tf.experimental.numpy has it: each has its own, by variables and tensors from outside."""
    x, w = tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant([[1.0], [2.0]])
    v = tf.Variable(w)

    def gradients(row: tf.Tensor) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = tf.reduce_sum((row[None] @ w) ** 2.0) + tf.reduce_sum(row[None] @ v)
        return tape.gradient(loss, [w, v])

    for by_w, by_v in (tf.vectorized_map(gradients, x), tf.function(lambda x: tf.vectorized_map(gradients, x))(x)):
        assert by_w.numpy().tolist() == [[[10.0], [20.0]], [[66.0], [88.0]]]
        assert by_v.numpy().tolist() == [[[1.0], [2.0]], [[3.0], [4.0]]]
