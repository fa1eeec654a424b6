"""tf.raw_ops of recurrent cells, as TensorFlow computes them."""

import pytest

from tests.facts import Facts

PEEP = "wci=f(2), wcf=f(2), wco=f(2), b=f(8)"
CONST = "wci=tf.constant([.1, .2]), wcf=tf.constant([.3, -.2]), wco=tf.constant([.5, .4]), b=tf.fill([8], .1)"
W = "tf.reshape(tf.range(40.) / 40. - .5, [5, 8])"
STATE = "cs_prev=tf.constant([[.1, .2]]), h_prev=tf.constant([[.3, -.1]])"
X = "tf.reshape(tf.range(9.) / 9., [3, 1, 3])"
CELL = f"x={X}[0], {STATE}, w={W}, {CONST}"
BLOCK = f"seq_len_max=tf.constant(2, tf.int64), x={X}, {STATE}, w={W}, {CONST}"
GRADS = "cs_grad=tf.ones([3, 1, 2]), h_grad=tf.ones([3, 1, 2])"
GRU = (
    "x=tf.constant([[.1, .2, .3]]), h_prev=tf.constant([[.4, .5]]), w_ru=tf.reshape(tf.range(20.) / 20., [5, 4]), "
    "w_c=tf.reshape(tf.range(10.) / 10., [5, 2]), b_ru=tf.fill([4], .1), b_c=tf.fill([2], .2)"
)

facts = Facts(
    __file__,
    "\n".join(
        [
            f"tf.raw_ops.LSTMBlockCell({CELL})",
            f"tf.raw_ops.LSTMBlockCell({CELL}, forget_bias=0., cell_clip=.2, use_peephole=True)",
            f"tf.raw_ops.LSTMBlockCell(x={X}[0], {STATE}, w=tf.zeros([4, 8]), {CONST})",
            f"[t[:2] for t in tf.raw_ops.BlockLSTM({BLOCK})]",
            f"[t[:2] for t in tf.raw_ops.BlockLSTM({BLOCK}, use_peephole=True, cell_clip=-1.)]",
            f"[t[:2] for t in tf.raw_ops.BlockLSTMV2({BLOCK})]",
            f"tf.raw_ops.GRUBlockCell({GRU})",
            f"(lambda s: tf.raw_ops.GRUBlockCellGrad({GRU}, r=s.r, u=s.u, c=s.c, d_h=tf.constant([[1., -2.]])))"
            f"(tf.raw_ops.GRUBlockCell({GRU}))",
        ]
        + [
            f"(lambda s: tf.raw_ops.LSTMBlockCellGrad({CELL}, i=s.i, cs=s.cs, f=s.f, o=s.o, ci=s.ci, co=s.co, "
            f"cs_grad=tf.ones([1, 2]), h_grad=tf.constant([[1., 2.]]), use_peephole={peephole}))"
            f"(tf.raw_ops.LSTMBlockCell({CELL}, use_peephole={peephole}))"
            for peephole in (True, False)
        ]
        + [
            f"(lambda s: tf.raw_ops.BlockLSTMGrad{v}({BLOCK}, i=s.i, cs=s.cs, f=s.f, o=s.o, ci=s.ci, co=s.co, h=s.h, "
            f"{GRADS}, use_peephole={peephole}))(tf.raw_ops.BlockLSTM{v}({BLOCK}, use_peephole={peephole}))"
            for peephole in (True, False)
            for v in ("", "V2")
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
