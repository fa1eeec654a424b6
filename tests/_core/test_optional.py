"""tf.experimental.Optional and tf.OptionalSpec."""

import pytest

import tfcompat as tf
from tests.facts import Facts

PRELUDE = """
O = tf.experimental.Optional
"""
CASES = """
O.from_value(42).has_value()
O.from_value(42).get_value()
O.empty(tf.TensorSpec([], tf.int32)).has_value()
O.empty(tf.TensorSpec([], tf.int32)).get_value()
repr(O.from_value({'a': 1}).element_spec)
repr(tf.type_spec_from_value(O.from_value(1)))
repr(tf.OptionalSpec(tf.TensorSpec([])))
repr(tf.OptionalSpec.from_value(O.from_value(1)))
tf.OptionalSpec(tf.TensorSpec([])).is_compatible_with(tf.OptionalSpec(tf.TensorSpec([])))
tf.OptionalSpec(tf.TensorSpec([])).is_compatible_with(tf.OptionalSpec(tf.TensorSpec([2])))
O.from_value({'a': f(3)}).get_value()['a']
O.from_value((1, [2.0])).get_value()
O.from_value(tf.ragged.constant([[1], [2, 3]])).get_value().values
O()
O.from_value(object())
O.from_value(1) == O.from_value(1)
tf.is_tensor(O.from_value(1))
tf.nest.map_structure(lambda t: t, O.from_value(1), expand_composites=True).get_value()
tf.function(lambda t: O.from_value(t + 1))(3).get_value()
tf.function(lambda o: o.get_value() * 2)(O.from_value(3))
tf.function(lambda o: o.get_value() * 2)(O.empty(tf.TensorSpec([], tf.int32)))
"""

facts = Facts(__file__, CASES, PRELUDE)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def test_a_function_takes_one_with_or_without_a_value() -> None:
    spec = tf.TensorSpec([], tf.int32)

    @tf.function(input_signature=[tf.OptionalSpec(spec)])
    def squared(optional):
        return tf.cond(optional.has_value(), lambda: 1, lambda: -1)

    assert int(squared(tf.experimental.Optional.from_value(5))) == 1
    assert int(squared(tf.experimental.Optional.empty(spec))) == -1
