"""Elements chosen by a mask, as TensorFlow has them and differentiates them."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.where([True,False])
    tf.where([[True,False],[True,True]])
    tf.where([1,0,2])
    tf.where([0.,1.5])
    tf.where(['a',''])
    tf.where(True)
    tf.where([True,False],[1,2],[3,4])
    tf.where([True,False],1,0)
    tf.where([[True],[False]],[1,2],[3,4])
    tf.where([True],1)
    tf.where([1,0],[1,2],[3,4])
    tf.where([True,False],[1,2,3],[3,4])
    tf.where([True,False],[1,2],[3.,4.])
    tf.where([True,False],tf.constant([['a', 'b'], ['c', 'd']])[0],tf.constant([['a', 'b'], ['c', 'd']])[1])
    tf.where([True,False],x=[1,2],y=[3,4],name='q')
    tf.where(tf.constant([],tf.bool))
    tf.where(True,1.,2)
    tf.where(True,1,2.)
    tf.where(tf.constant([['a', 'b'], ['c', 'd']])=='a',tf.constant([['a', 'b'], ['c', 'd']]),'z')
    tf.where([True,False,True],tf.Variable([1.,2.,3.]),0.)
    tf.where(1+1j)
    tf.boolean_mask([1,2,3],[True,False,True])
    tf.boolean_mask(f(2, 3, 4),[True,False])
    tf.boolean_mask(f(2, 3, 4),[True,False,True],axis=1)
    tf.boolean_mask(f(2, 3, 4),[True,False,True])
    tf.boolean_mask(f(2, 3, 4),True)
    tf.boolean_mask(tf.constant([['a', 'b'], ['c', 'd']]),[[True,False],[False,True]])
    tf.boolean_mask(f(2, 3, 4),[1,0])
    tf.boolean_mask(f(2, 3, 4),[[True,False,True],[False,False,False]])
    tf.boolean_mask(f(2, 3, 4),np.array([True,False]))
    tf.boolean_mask([1,2],[True,True,False])
    tf.where([True, False, True], f(3), f(3))
    tf.where([[True], [False]], f(3), f(2, 1))
    tf.where(i(3, 4, high=2))
    tf.boolean_mask(f(3, 2), [True, False, True])
    tf.boolean_mask(f(2, 3), [[True, False, True], [False, False, True]])
    tf.boolean_mask(f(2, 3), [True, False, True], axis=1)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
