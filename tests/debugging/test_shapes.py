"""Assertions on ranks and shapes: which hold and which do not."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.debugging.assert_rank([1,2],1)
    tf.debugging.assert_rank([1,2],2)
    tf.debugging.assert_rank([1,2],2,message='m')
    tf.debugging.assert_rank([1,2],tf.constant(1))
    tf.debugging.assert_rank([1,2],1.)
    tf.debugging.assert_rank([1,2],[1])
    tf.debugging.assert_rank_at_least([1,2],2)
    tf.debugging.assert_rank_at_least([1,2],1)
    tf.debugging.assert_rank_at_least([1,2],2,message='m')
    tf.debugging.assert_rank_in([1,2],[1,2])
    tf.debugging.assert_rank_in([1,2],[2,3])
    tf.debugging.assert_rank_in([1,2],[2,3],message='m')
    tf.debugging.assert_rank_in([1,2],(0,tf.constant(2)))
    tf.debugging.assert_rank_in(1,[1.])
    tf.debugging.assert_shapes([(tf.constant([1,2]),('N',))])
    tf.debugging.assert_shapes([(tf.constant([1,2]),('N',)),(tf.constant([1,2,3]),('N',))])
    tf.debugging.assert_shapes([(tf.constant([[1,2]]),('N','Q')),(tf.constant([1]),('N',))])
    tf.debugging.assert_shapes([(tf.constant([1,2]),(3,))])
    tf.debugging.assert_shapes([(tf.constant([1,2]),(3,))],message='m')
    tf.debugging.assert_shapes({'a':(1,)})
    tf.debugging.assert_shapes([(tf.constant([1,2]),('N','M'))])
    tf.debugging.assert_shapes([(tf.constant([1,2]),'N')])
    tf.debugging.assert_shapes([(tf.constant([1,2]),['N'])])
    tf.debugging.assert_shapes([(tf.constant([[1,2]]),('N',...))])
    tf.debugging.assert_shapes([(tf.constant([[1,2]]),(...,2))])
    tf.debugging.assert_shapes([(tf.constant([[1,2]]),(...,3))])
    tf.debugging.assert_shapes([(tf.constant([[1,2]]),(None,2))])
    tf.debugging.assert_shapes([(tf.constant([[1,2]]),('.',2))])
    tf.debugging.assert_shapes([(tf.constant(1),())])
    tf.debugging.assert_shapes([(tf.constant([1]),())])
    tf.debugging.assert_shapes([(tf.constant([1]),1)])
    tf.debugging.assert_shapes([])
    tf.debugging.assert_shapes([(tf.constant([[1,2]]),('N',...,...))])
    tf.debugging.assert_shapes([(tf.constant([[1,2],[3,4]]),('D','D'))])
    tf.debugging.assert_shapes([(tf.constant([[1,2]]),('D','D'))])
    tf.debugging.assert_shapes([(tf.constant([[1,2]]),'DE')])
    tf.debugging.assert_shapes([(tf.constant([[1,2]]),(1,'Q'))],data=[5])
    tf.debugging.assert_shapes([(tf.constant([[1,2]]),(2,'Q'))],data=[tf.constant([5])],summarize=2,name='n')
    tf.debugging.assert_scalar(1)
    tf.debugging.assert_scalar([1])
    tf.debugging.assert_scalar([1],message='m')
    tf.debugging.assert_scalar(1, 'm', 'n')
    tf.assert_rank(1,2)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
