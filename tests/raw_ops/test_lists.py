"""tf.raw_ops on lists and maps of tensors, as TensorFlow's do."""

import pytest

from tests.facts import Facts

NEW = "tf.raw_ops.TensorListReserve(element_shape={}, num_elements=3, element_dtype=tf.float32)"
FROM = "tf.raw_ops.TensorListFromTensor(tensor=f(3, 2), element_shape=[2])"
SET = "tf.raw_ops.TensorListSetItem(input_handle={}, index={}, item={})"
STACK = "tf.raw_ops.TensorListStack(input_handle={}, element_shape={}, element_dtype=tf.float32)"
GET = "tf.raw_ops.TensorListGetItem(input_handle={}, index={}, element_shape={}, element_dtype=tf.float32)"
EMPTY = "tf.raw_ops.EmptyTensorList(element_shape=[2], max_num_elements=-1, element_dtype=tf.float32)"
PUSH = "tf.raw_ops.TensorListPushBack(input_handle={}, tensor={})"
MAP = "tf.raw_ops.TensorMapInsert(input_handle=tf.raw_ops.EmptyTensorMap(), key=1.5, value=f(2))"

facts = Facts(
    __file__,
    "\n".join(
        [
            STACK.format(FROM, "[2]"),
            STACK.format(FROM, "[3]"),
            STACK.format(FROM, "-1"),
            STACK.format(SET.format(NEW.format("[2]"), 1, "f(2)"), "[2]"),
            STACK.format(SET.format(NEW.format("[-1]"), 1, "f(2)"), "[-1]"),
            STACK.format(NEW.format("-1"), "-1"),
            STACK.format(NEW.format("[2]"), "[2]"),
            STACK.format(EMPTY, "[2]"),
            SET.format(NEW.format("[2]"), 5, "f(2)"),
            SET.format(NEW.format("[2]"), 0, "f(3)"),
            SET.format(NEW.format("[2]"), 0, "tf.constant([1, 2])"),
            GET.format(FROM, 1, "[2]"),
            GET.format(FROM, 3, "[2]"),
            GET.format(NEW.format("[2]"), 0, "[2]"),
            GET.format(NEW.format("-1"), 0, "-1"),
            GET.format(PUSH.format(EMPTY, "f(2)"), 0, "[2]"),
            f"tf.raw_ops.TensorListLength(input_handle={FROM})",
            f"tf.raw_ops.TensorListLength(input_handle={PUSH.format(FROM, 'f(2)')})",
            f"tf.raw_ops.TensorListLength(input_handle=tf.raw_ops.TensorListResize(input_handle={FROM}, size=5))",
            f"tf.raw_ops.TensorListLength(input_handle=tf.raw_ops.TensorListResize(input_handle={FROM}, size=-1))",
            f"tf.raw_ops.TensorListElementShape(input_handle={FROM}, shape_type=tf.int32)",
            f"tf.raw_ops.TensorListElementShape(input_handle={NEW.format('-1')}, shape_type=tf.int64)",
            f"tf.raw_ops.TensorListElementShape(input_handle={NEW.format('[-1, 3]')}, shape_type=tf.int64)",
            f"tf.raw_ops.TensorListPopBack(input_handle={FROM}, element_shape=[2], element_dtype=tf.float32).tensor",
            f"tf.raw_ops.TensorListPopBack(input_handle={EMPTY}, element_shape=[2], element_dtype=tf.float32)",
            f"tf.raw_ops.TensorListGather(input_handle={FROM}, indices=[2, 0], element_shape=[2], element_dtype=tf.float32)",
            f"tf.raw_ops.TensorListGather(input_handle={FROM}, indices=[3], element_shape=[2], element_dtype=tf.float32)",
            f"tf.raw_ops.TensorListGather(input_handle={FROM}, indices=[0], element_shape=[2], element_dtype=tf.int32)",
            STACK.format(
                "tf.raw_ops.TensorListScatterV2(tensor=f(2, 2), indices=[2, 0], element_shape=[2], num_elements=4)", "[2]"
            ),
            STACK.format(
                "tf.raw_ops.TensorListScatter(tensor=f(2, 2), indices=[2, 0], element_shape=[2])", "[2]"
            ),
            STACK.format(
                f"tf.raw_ops.TensorListScatterIntoExistingList(input_handle={FROM}, tensor=f(1, 2), indices=[1])", "[2]"
            ),
            STACK.format(
                "tf.raw_ops.TensorListConcatLists(input_a={0}, input_b={0}, element_dtype=tf.float32)".format(
                    FROM.replace("f(3, 2)", "tf.ones([3, 2])")
                ), "[2]"
            ),
            "tf.raw_ops.TensorListConcatV2(input_handle=tf.raw_ops.TensorListSplit(tensor=f(4, 2), element_shape=[-1, 2], "
            "lengths=tf.constant([1, 3], tf.int64)), element_shape=[-1, 2], leading_dims=tf.constant([], tf.int64), "
            "element_dtype=tf.float32)",
            f"tf.raw_ops.TensorListConcat(input_handle={FROM}, element_dtype=tf.float32)",
            f"tf.raw_ops.TensorMapLookup(input_handle={MAP}, key=1.5, value_dtype=tf.float32)",
            f"tf.raw_ops.TensorMapLookup(input_handle={MAP}, key=2.5, value_dtype=tf.float32)",
            f"tf.raw_ops.TensorMapHasKey(input_handle={MAP}, key=1.5)",
            f"tf.raw_ops.TensorMapHasKey(input_handle={MAP}, key=1.)",
            f"tf.raw_ops.TensorMapSize(input_handle={MAP})",
            f"tf.raw_ops.TensorMapSize(input_handle=tf.raw_ops.TensorMapErase(input_handle={MAP}, key=1.5, "
            "value_dtype=tf.float32))",
            f"tf.raw_ops.TensorMapStackKeys(input_handle={MAP}, key_dtype=tf.float32)",
            "tf.raw_ops.TensorListLength(input_handle=f(2))",
            f"tf.raw_ops.TensorListLength(input_handle={MAP})",
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
