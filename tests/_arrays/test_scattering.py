"""Elements laid out by index, as TensorFlow has them and differentiates them."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.scatter_nd([[4],[3],[1],[7]],[9,10,11,12],[8])
    tf.scatter_nd([[0],[0]],[1,2],[2])
    tf.scatter_nd([[5]],[1],[2])
    tf.scatter_nd([[0]],[[1,2]],[2,2])
    tf.scatter_nd([[0,1]],[1.],[2,2])
    tf.scatter_nd([[0]],['a'],[2])
    tf.scatter_nd([[0]],['a','b'],[2])
    tf.scatter_nd([[0],[0]],['a','b'],[2])
    tf.scatter_nd([[0]],[1],tf.constant([2],tf.int64))
    tf.scatter_nd([[-1]],[1],[2])
    tf.scatter_nd([0],[1],[2])
    tf.scatter_nd([[0]],[True],[2])
    tf.scatter_nd([[5]],[1],[2],bad_indices_policy='IGNORE')
    tf.scatter_nd([[0]],[1,2],[2])
    tf.scatter_nd(tf.zeros([0,1],tf.int32),tf.zeros([0]),[2])
    tf.tensor_scatter_nd_update([1,2,3],[[0]],[9])
    tf.tensor_scatter_nd_update([1,2,3],[[0],[0]],[9,8])
    tf.tensor_scatter_nd_add([1,2,3],[[0],[0]],[9,8])
    tf.tensor_scatter_nd_sub([1,2,3],[[0]],[9])
    tf.tensor_scatter_nd_max([1,2,3],[[0],[1]],[9,0])
    tf.tensor_scatter_nd_min([1,2,3],[[0],[1]],[9,0])
    tf.tensor_scatter_nd_update([1,2,3],[[9]],[9])
    tf.tensor_scatter_nd_update([[1,2],[3,4]],[[0]],[[7,8]])
    tf.tensor_scatter_nd_update([[1,2],[3,4]],[[0,1]],[7])
    tf.tensor_scatter_nd_update(tf.constant([['a', 'b'], ['c', 'd']]),[[0,0]],['z'])
    tf.tensor_scatter_nd_update([1,2,3],[[0]],[9.])
    tf.tensor_scatter_nd_update([1,2,3],[[0]],[9,8])
    tf.tensor_scatter_nd_update([1,2,3],[0],[9])
    tf.tensor_scatter_nd_update([1,2,3],[[0.]],[9])
    tf.tensor_scatter_nd_add([1.,2.],[[0]],[1],name='q')
    tf.tensor_scatter_nd_update(1,[[0]],[9])
    tf.tensor_scatter_nd_update([1,2,3],[[0,0]],[9])
    tf.tensor_scatter_nd_add([1,2,3],[[5]],[1],bad_indices_policy='IGNORE')
    tf.dynamic_partition([1,2,3,4],[0,1,0,1],2)
    tf.dynamic_partition([[1,2],[3,4]],[1,0],2)
    tf.dynamic_partition([1,2],[0,5],2)
    tf.dynamic_partition([[1,2],[3,4]],[[0,1],[1,0]],2)
    tf.dynamic_partition(['a','b'],[0,0],2)
    tf.dynamic_partition([1,2],[0],2)
    tf.dynamic_partition([1,2],[0,0],0)
    tf.dynamic_partition(tf.constant([1,2]),tf.constant([0,0],tf.int64),1)
    tf.dynamic_partition(5,1,2)
    tf.dynamic_stitch([[0,2],[1,3]],[[1,2],[3,4]])
    tf.dynamic_stitch([[0,1],[1]],[[1,2],[9]])
    tf.dynamic_stitch([0,[1,2]],[[1,2],[[3,4],[5,6]]])
    tf.dynamic_stitch([[0,3]],[[1,2]])
    tf.dynamic_stitch([[0]],[['a']])
    tf.dynamic_stitch([[-1]],[[1]])
    tf.dynamic_stitch([[0],[1]],[[1],[2.]])
    tf.dynamic_stitch([[0]],[[1,2]])
    tf.dynamic_stitch([],[])
    tf.scatter_nd([[1], [1], [0]], f(3), [4])
    tf.scatter_nd([[0, 1], [1, 0]], f(2, 3), [2, 2, 3])
    tf.scatter_nd([[[0], [1]], [[2], [0]]], f(2, 2), [3])
    tf.tensor_scatter_nd_update(f(3), [[0], [2]], f(2))
    tf.tensor_scatter_nd_update(f(3), [[0], [0]], f(2))
    tf.tensor_scatter_nd_update(f(2, 3), [[1]], f(1, 3))
    tf.tensor_scatter_nd_add(f(3), [[0], [0]], f(2))
    tf.tensor_scatter_nd_sub(f(2, 2), [[0, 1], [0, 1]], f(2))
    tf.tensor_scatter_nd_max(f(3), [[0], [2]], f(2))
    tf.tensor_scatter_nd_min(f(3), [[0], [2]], f(2))
    tf.tensor_scatter_nd_max(x([1.0, 2.0]), [[0], [0]], x([1.0, 1.0]))
    tf.dynamic_partition(f(4, 2), [1, 0, 1, 2], 3)
    tf.dynamic_stitch([[0, 2], [1, 3]], [f(2, 2), f(2, 2)])
    tf.dynamic_stitch([[0, 1], [1, 2]], [f(2), f(2)])
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
