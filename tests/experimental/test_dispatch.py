"""Overriding TensorFlow's functions for a program's own types, as recorded from TensorFlow 2.21."""

# ruff: noqa: E501 - a case is one line

import inspect
import timeit

import pytest

import tfcompat as tf
from tests.facts import Facts

PRELUDE = """
import typing
D = tf.experimental.dispatch_for_api
List, Union = typing.List, typing.Union
registered = []

class M(tf.experimental.ExtensionType):
    values: tf.Tensor
    mask: tf.Tensor

class O(tf.experimental.ExtensionType):
    x: tf.Tensor
    def __radd__(self, other):
        return 'radd'
    def __add__(self, other):
        return 'add'
    def __rmatmul__(self, other):
        return 'rmatmul'
    def __getitem__(self, key):
        return self.x[key]

def keep(api, *signatures):
    def decorate(function):
        registered.append(D(api, *signatures)(function))
        return registered[-1]
    return decorate

def run(call):
    # What a case makes lasts for the case alone.
    try:
        return call()
    finally:
        for target in registered:
            tf.experimental.unregister_dispatch_for(target)
        registered.clear()

def over(api, signature, target, call):
    def both():
        keep(api, signature)(target)
        return call()
    return run(both)

def unary(call):
    def handler(function, x):
        return M(function(x.values), x.mask)
    tf.experimental.dispatch_for_unary_elementwise_apis(M)(handler)
    try:
        return call().values
    finally:
        tf.experimental.unregister_dispatch_for(handler)

def binary(call, y_type=None):
    def handler(function, x, y):
        return M(function(x.values, y.values if isinstance(y, M) else y), x.mask)
    tf.experimental.dispatch_for_binary_elementwise_apis(M, y_type or M)(handler)
    try:
        return call().values
    finally:
        tf.experimental.unregister_dispatch_for(handler)

def asserts(call):
    def handler(function, x, y):
        function(x.values, y.values)
        return 'asserted'
    tf.experimental.dispatch_for_binary_elementwise_assert_apis(M, M)(handler)
    return call()

def two(x, y, name=None):
    return 'two'

m = M([1.0, 2.0], [True, False])
"""

CASES = """
D(3)
D(tf.einsum)
D(tf.meshgrid)
D(tf.TensorShape)
D(tf.add)(lambda x, y: 1)
D(tf.add, {'x': M})(lambda a, b: 1)
D(tf.add, {'q': M})(two)
D(tf.add, {'x': 3})(two)
D(tf.add, 3)(two)
D(tf.add, {'x': typing.Dict[str, M]})(two)
D(tf.add, {'x': M})(3)
over(tf.add, {'x': M}, two, lambda: tf.add(m, 1))
over(tf.add, {'x': M}, two, lambda: tf.add(x=m, y=1))
over(tf.add, {'x': M}, two, lambda: tf.math.add(m, y=1, name='n'))
over(tf.add, {'x': M}, two, lambda: tf.add(1, m))
over(tf.add, {0: M}, two, lambda: tf.add(m, 1))
over(tf.add, {'x': Union[M, tf.Tensor], 'y': Union[M, tf.Tensor]}, two, lambda: tf.add(tf.constant(1), tf.constant(2)))
over(tf.add, {'x': Union[M, tf.Tensor], 'y': Union[M, tf.Tensor]}, two, lambda: tf.add(tf.constant(1), m))
over(tf.add, {'x': Union[M, tf.Tensor], 'y': Union[M, tf.Tensor]}, two, lambda: tf.add(1, m))
over(tf.multiply, {'y': M}, two, lambda: tf.constant(1.0) * m)
over(tf.concat, {'values': List[M]}, lambda values, axis: 'concat', lambda: tf.concat([m, m], 0))
over(tf.concat, {'values': List[M]}, lambda values, axis: 'concat', lambda: tf.concat((m, m), axis=1))
over(tf.concat, {'values': List[M]}, lambda values, axis: 'concat', lambda: tf.concat([[1], [2]], 0))
over(tf.concat, {'values': List[M]}, lambda values, axis: 'concat', lambda: tf.concat([m, [2]], 0))
over(tf.stack, {'values': List[Union[M, tf.Tensor]]}, lambda values, axis=0: 'stack', lambda: tf.stack([m, tf.constant(1)]))
over(tf.stack, {'values': List[Union[M, tf.Tensor]]}, lambda values, axis=0: 'stack', lambda: tf.stack([tf.constant(1)]))
over(tf.stack, {'values': List[Union[M, tf.Tensor]]}, lambda values, axis=0: 'stack', lambda: tf.stack([m, 2]))
over(tf.shape, {'input': M}, lambda input, out_type=None: 'shape', lambda: tf.shape(m))
over(tf.rank, {'input': M}, lambda input: 'rank', lambda: tf.rank(m))
over(tf.rank, {'input': M}, lambda input: 'rank', lambda: tf.rank([1]))
over(tf.boolean_mask, {'tensor': M}, lambda tensor, mask, axis=None: 'mask', lambda: tf.boolean_mask(m, [True]))
over(tf.split, {'value': M}, lambda value, num_or_size_splits, axis=0, num=None: 'split', lambda: tf.split(m, 2))
over(tf.where, {'condition': M}, lambda condition, x=None, y=None: 'where', lambda: tf.where(m))
over(tf.cond, {'pred': M}, lambda pred, true_fn=None, false_fn=None: 'cond', lambda: tf.cond(m, lambda: 1, lambda: 2))
over(tf.reduce_sum, {'input_tensor': M}, lambda input_tensor, axis=None, keepdims=False: 'sum', lambda: tf.reduce_sum(m, axis=1))
over(tf.convert_to_tensor, {'value': M}, lambda value, dtype=None, dtype_hint=None: 'converted', lambda: tf.convert_to_tensor(m))
over(tf.matmul, {'a': M}, lambda *args, **kwargs: str((len(args), sorted(kwargs))), lambda: tf.matmul(m, m, transpose_a=True))
over(tf.strings.join, {'inputs': List[M]}, lambda inputs, separator='': 'joined', lambda: tf.strings.join([m, m]))
over(tf.add_n, {'inputs': List[M]}, lambda inputs: 'added', lambda: tf.add_n([m, m]))
over(tf.nn.softmax_cross_entropy_with_logits, {'labels': M}, lambda labels, logits, axis=-1: 'loss', lambda: tf.nn.softmax_cross_entropy_with_logits(m, 1.0))
tf.exp(tf.ragged.constant([[0.0]])).to_list()
over(tf.exp, {'x': M}, lambda x: tf.exp(x.values), lambda: tf.function(lambda v: tf.exp(v))(m))
tf.experimental.unregister_dispatch_for(two)
unary(lambda: tf.abs(m))
unary(lambda: tf.cast(m, tf.int32))
unary(lambda: tf.clip_by_value(m, 0.0, 1.5))
unary(lambda: tf.nn.gelu(m, approximate=True))
unary(lambda: tf.nn.leaky_relu(m, alpha=0.5))
unary(lambda: tf.ones_like(m))
unary(lambda: tf.saturate_cast(m, tf.uint8))
unary(lambda: tf.strings.as_string(m))
unary(lambda: tf.round(m, name='n'))
unary(lambda: tf.exp(tf.constant(0.0)))
unary(lambda: tf.reduce_sum(m))
binary(lambda: tf.subtract(m, m))
binary(lambda: tf.subtract(m, 1.0))
binary(lambda: tf.subtract(m, 1.0), float)
binary(lambda: tf.maximum(m, tf.constant([3.0, 0.0])), Union[M, tf.Tensor])
binary(lambda: tf.math.xlogy(m, m))
binary(lambda: tf.nn.sigmoid_cross_entropy_with_logits(m, m))
binary(lambda: tf.divide(m, m))
binary(lambda: tf.constant(1.0) * m)
asserts(lambda: tf.debugging.assert_equal(m, M([1.0, 2.0], [True, True])))
asserts(lambda: tf.debugging.assert_less(m, M([1.0, 2.0], [True, True])))
asserts(lambda: tf.debugging.assert_near(m, M([1.0, 2.0], [True, True])))
unary(lambda: unary(lambda: m))
tf.constant(1) + O([1, 2])
O([1, 2]) + tf.constant(1)
tf.constant(1) @ O([1, 2])
tf.constant(1) - O([1, 2])
O([1, 2])[0]
tf.print(m, output_stream='file:///dev/null')
tf.debugging.assert_equal(m, m)
tf.is_tensor(m)
"""

facts = Facts(__file__, CASES, PRELUDE)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


class Masked(tf.experimental.ExtensionType):
    values: tf.Tensor


def test_two_functions_that_both_fit_are_an_error() -> None:
    first = tf.experimental.dispatch_for_api(tf.exp, {"x": Masked})(lambda x: 1)
    second = tf.experimental.dispatch_for_api(tf.exp, {"x": Masked})(lambda x: 2)
    with pytest.raises(ValueError, match="Multiple dispatch targets"):
        tf.exp(Masked(1.0))
    for target in (first, second):
        tf.experimental.unregister_dispatch_for(target)
    with pytest.raises(ValueError, match="Attempt to convert a value"):
        tf.exp(Masked(1.0))


def test_annotations_tell_the_types() -> None:
    @tf.experimental.dispatch_for_api(tf.stack)
    def stacked(values: list[Masked], axis=0):
        return len(values)

    assert tf.stack([Masked(1), Masked(2)]) == 2
    tf.experimental.unregister_dispatch_for(stacked)


def test_a_function_that_is_overridden_keeps_its_identity_signature_and_result() -> None:
    from tfcompat import boolean_mask

    signature, code = inspect.signature(boolean_mask), boolean_mask.__code__
    target = tf.experimental.dispatch_for_api(boolean_mask, {"tensor": Masked})(lambda tensor, mask, axis=None: "mine")
    assert boolean_mask is tf.boolean_mask
    assert inspect.signature(boolean_mask) == signature
    assert boolean_mask(Masked(1), [True]) == "mine"
    assert boolean_mask([1, 2], [True, False]).numpy().tolist() == [1]
    tf.experimental.unregister_dispatch_for(target)
    assert boolean_mask.__code__ is code
    assert inspect.signature(boolean_mask) == signature


def test_ops_on_tensors_do_not_pay_for_overrides() -> None:
    x = tf.constant([1.0])

    def cost() -> float:
        return min(timeit.repeat(lambda: tf.exp(x), number=200, repeat=20))

    before = cost()
    handler = tf.experimental.dispatch_for_unary_elementwise_apis(Masked)(lambda function, x: x)
    after = cost()
    tf.experimental.unregister_dispatch_for(handler)
    assert after < 2 * before
