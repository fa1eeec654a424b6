"""Elements in another order, or repeated, as TensorFlow has them and differentiates them."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.reverse([1,2,3],[0])
    tf.reverse(f(2, 3, 4),[0,-1])[0,0]
    tf.reverse(f(2, 3, 4),[3])
    tf.reverse(f(2, 3, 4),[0,0])
    tf.reverse(tf.constant([['a', 'b'], ['c', 'd']]),[1])
    tf.reverse(f(2, 3, 4),0)
    tf.reverse(f(2, 3, 4),[])[0,0]
    tf.reverse([1,2],tf.constant([0]))
    tf.reverse([1,2],[0.])
    tf.roll([0,1,2,3],shift=1,axis=0)
    tf.roll(f(2, 3, 4),shift=[1,-1],axis=[0,1])[0,0]
    tf.roll(f(2, 3, 4),1,5)
    tf.roll(f(2, 3, 4),[1],[0,1])
    tf.roll(tf.constant([['a', 'b'], ['c', 'd']]),1,0)
    tf.roll(f(2, 3, 4),[1,2],[0,0])[0,0]
    tf.roll(5,1,0)
    tf.roll([1,2,3],1.,0)
    tf.roll([1,2,3],-4,axis=-1)
    tf.tile([1,2],[2])
    tf.tile([[1,2]],[2,2])
    tf.tile([1,2],[2,2])
    tf.tile(tf.constant([['a', 'b'], ['c', 'd']]),[1,2])
    tf.tile([1,2],[0])
    tf.tile([1,2],[-1])
    tf.tile(1,[])
    tf.tile([1],2)
    tf.tile([1],[2.])
    tf.repeat([1,2],3)
    tf.repeat([1,2],[1,2],axis=0)
    tf.repeat([[1,2],[3,4]],2)
    tf.repeat([[1,2],[3,4]],[1,2],axis=1)
    tf.repeat([[1,2],[3,4]],[1,2,3],axis=0)
    tf.repeat(tf.constant([['a', 'b'], ['c', 'd']]),2,axis=0)
    tf.repeat(3,4)
    tf.repeat([1,2],-1)
    tf.repeat([[1,2],[3,4]],[2],axis=-1)
    tf.repeat([1,2],[0,3])
    tf.repeat([1,2],[[1,2]],axis=0)
    tf.repeat([1,2],tf.constant([1,2]))
    tf.repeat([1,2],1.5)
    tf.repeat(f(2, 3, 4),2,axis=5)
    tf.reverse_sequence([[1,2,3],[4,5,6]],[2,3],seq_axis=1,batch_axis=0)
    tf.reverse_sequence([[1,2,3],[4,5,6]],[2,3],seq_axis=1)
    tf.reverse_sequence([[1,2,3],[4,5,6]],[2,4],seq_axis=1)
    tf.reverse_sequence([[1,2,3],[4,5,6]],[2],seq_axis=1)
    tf.reverse_sequence([[1,2,3],[4,5,6]],[2,-1],seq_axis=1)
    tf.reverse_sequence([[1,2],[3,4]],[1,2],seq_axis=0,batch_axis=1)
    tf.reverse_sequence([[1,2],[3,4]],[1,2],seq_axis=0,batch_axis=0)
    tf.reverse_sequence([[1,2],[3,4]],[1,2])
    tf.reverse_sequence(tf.constant([['a', 'b'], ['c', 'd']]),[1,2],seq_axis=1)
    tf.reverse_sequence([[1,2],[3,4]],[1.,2.],seq_axis=1)
    tf.reverse_sequence([[1,2],[3,4]],[1,2],seq_axis=5)
    tf.reverse(f(2, 3), [1])
    tf.roll(f(2, 3), [1, 2], [0, 1])
    tf.tile(f(2, 3), [2, 1])
    tf.repeat(f(2, 3), 2, axis=1)
    tf.repeat(f(3), [1, 0, 2])
    tf.repeat(f(2, 2), 3)
    tf.reverse_sequence(f(2, 4), [2, 3], seq_axis=1)
    tf.reverse_sequence(f(4, 2, 3), [1, 4], seq_axis=0, batch_axis=1)
    tf.reverse_sequence(f(2, 3, 4), [3, 2], seq_axis=2, batch_axis=0)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
