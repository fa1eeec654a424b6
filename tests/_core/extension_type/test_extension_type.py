"""Extension types: fields, specs, equality, nesting and batching, as recorded from TensorFlow 2.21."""

import copy
import pickle
import typing

import pytest

import tfcompat as tf
from tests.facts import Facts

PRELUDE = """
import typing
ET = tf.experimental.ExtensionType

class M(ET):
    values: tf.Tensor
    mask: tf.Tensor

class N(ET):
    a: typing.Tuple[tf.Tensor, ...]
    b: typing.Mapping[str, tf.Tensor]
    c: typing.Union[int, str, None] = None
    d: tf.TensorShape = (2, 3)
    e: tf.DType = 'float32'

class V(ET):
    x: tf.Tensor
    def __init__(self, x, scale=1):
        self.x = tf.convert_to_tensor(x) * scale
    def __validate__(self):
        if self.x.shape.rank != 1:
            raise ValueError('rank')
    @property
    def double(self):
        return self.x * 2

class C(ET):
    x: tf.Tensor
    shape = property(lambda self: self._type_spec.shape)
    class Spec:
        def __init__(self, shape, dtype=tf.float32):
            self.x = tf.TensorSpec(shape, dtype)
        def __repr__(self):
            return f'C.Spec({self.x.shape}, {self.x.dtype!r})'
        shape = property(lambda self: self.x.shape)

class S(ET):
    r: tf.RaggedTensor
    s: tf.Tensor

class Keyword(ET):
    a: int = 1
    b: str
    c: float = 2.0

class Forgetful(ET):
    x: tf.Tensor
    y: int
    def __init__(self):
        self.x = 1

class B(tf.experimental.BatchableExtensionType):
    x: tf.Tensor
    y: tf.Tensor
    size: tf.TensorShape = ()

class BR(tf.experimental.BatchableExtensionType):
    x: tf.Tensor
    r: tf.RaggedTensor

def defined(annotations, **names):
    names = {'__annotations__': annotations, '__module__': 'facts', '__qualname__': 'A', **names}
    return repr(type(ET)('A', (ET,), names).__qualname__)

def flat(value):
    return tf.nest.flatten(value, expand_composites=True)

def mutate(value, name):
    setattr(value, name, 1)

def delete(value, name):
    delattr(value, name)

def rows(r):
    return r.to_list() if hasattr(r, 'to_list') else r

n = N([1, 2.0], {'z': 1, 'a': 2})
b = B([1, 2, 3], [[1], [2], [3]], [3])
one = B.Spec(tf.TensorSpec([], tf.int32), tf.TensorSpec([1], tf.int32), [])
br = BR([1, 2], tf.ragged.constant([[1], [2, 3]]))
"""

CASES = """
defined({'x': list})
defined({'x': typing.List[int]})
defined({'x': typing.Any})
defined({'x': tuple})
defined({'x': dict})
defined({'x': typing.Dict[str, int]})
defined({'x': tf.Variable})
defined({'x': typing.Mapping[tf.Tensor, int]})
defined({'x': typing.Mapping[str, tf.Tensor]})
defined({'x': typing.Mapping[str, typing.Tuple[tf.RaggedTensor, ...]]})
defined({'x': typing.Optional[int]}, x=None)
defined({'x': int}, x='a')
defined({'x': int}, y=2)
defined({'x': int}, y=lambda self: 2)
defined({'x': 'NotThereYet'})
defined({'Spec': int})
defined({'value_type': int})
defined({'_tf_extension_type_x': int})
defined({'x': int}, Spec=3)
defined({'x': int}, __batch_encoder__=3)
ET()
repr(M([1, 2], [True, False]))
repr(M([1, 2], [True, False])._type_spec)
M(1)
M(1, 2, 3)
M(1, mask=2, other=3)
M(object(), 1)
M(M(1, 2), 2)
M(tf.Variable(1.0), 2).values
M.Spec(1, 2)
repr(M.Spec(tf.TensorSpec([]), tf.TensorSpec([2])))
M(1, 2) == M(1, 2)
M(1, 2) != M(1, 2)
M(1, 2) == M(1, 3)
M(1, 2) == M(1, [2, 2])
M(1, 2) == M(1, 2.0)
M(1, 2) == 1
M(float('nan'), 2) == M(float('nan'), 2)
hash(M(1, 2))
mutate(M(1, 2), 'values')
mutate(M(1, 2), 'other')
delete(M(1, 2), 'values')
mutate(M(1, 2)._type_spec, 'values')
M(1, 2).other
flat(M(1, [2.0]))
tf.nest.flatten([M(1, 2)])[0].values
flat(tf.nest.map_structure(lambda t: t + 1, M(1, 2), expand_composites=True))
tf.experimental.extension_type.as_dict(M(1, 2))
repr(n)
repr(n._type_spec)
repr(n._type_spec._serialize())
flat(n)
n == N([1, 2.0], {'z': 1, 'a': 2})
n == N([1, 2.0], {'z': 1, 'a': 2}, d=[2])
n == N([1, 2.0], {'z': 1, 'b': 2})
n.b['z']
N(1, {})
N([], 1)
N([], {1: 2})
N([], {}, 1.5)
N([], {}, d='a')
N([], {}, e=3.5)
N([], {}, e=tf.int8).e.name
N([], {}, d=[None, 2]).d.as_list()
n._type_spec.is_compatible_with(n)
N.Spec()
repr(N.Spec(a=(), b={}, c=2, d=[1], e=tf.int32))
hash(n._type_spec) == hash(N([1, 2.0], {'z': 1, 'a': 2})._type_spec)
V([1, 2], 2).x
V([1, 2], scale=3).double
V(1)
mutate(V([1]), 'x')
Forgetful()
repr(Keyword(b='x'))
Keyword(1, 'x')
str(C([1.0]).shape)
repr(C([1.0])._type_spec)
C.Spec([1]) == C([1.0])._type_spec
C.Spec([None]).is_compatible_with(C([1.0]))
repr(C.Spec([None]).most_specific_common_supertype([C.Spec([1])]))
C.Spec([1]).is_subtype_of(C.Spec([None]))
C.Spec([None]).is_subtype_of(C.Spec([1]))
S(1, 'a')
S(tf.ragged.constant([[1]]), 'a') == S(tf.ragged.constant([[1]]), 'a')
S(tf.ragged.constant([[1]]), 'a') == S(tf.ragged.constant([[1]]), 'b')
S(tf.ragged.constant([[1]]), 'a') == S(tf.ragged.constant([[2]]), 'a')
flat(S(tf.ragged.constant([[1], [2, 3]]), ['a']))
tf.is_tensor(M(1, 2))
tf.convert_to_tensor(M(1, 2))
tf.add(M(1, 2), 1)
tf.stack([M(1, 2)])
flat(tf.identity(M(1, 2)))
flat(tf.stop_gradient(M(x([1.0]), 2)))
flat(tf.concat([M(1, 2)], 0))
tf.concat([M(1, 2), M(1, 2)], 0)
M(f(3), 2).values * 2
flat(tf.function(lambda m: M(m.values * 2, m.mask))(M(f(3), 2)))
flat(tf.function(lambda m: tf.cond(tf.reduce_sum(m.values) > 0, lambda: m, lambda: M(-m.values, m.mask)))(M([-1.0], 2)))
tf.function(lambda a, b: (a == b, a != b))(M(1, 2), M(1, 3))
flat(tf.function(lambda c: C(c.x + 1), input_signature=[C.Spec([None])])(C([1.0, 2.0])))
tf.function(lambda c: c.x + 1, input_signature=[C.Spec([None])])(C([1, 2]))
flat(tf.while_loop(lambda i, m: i < 3, lambda i, m: (i + 1, M(m.values * 2, m.mask)), (0, M(1, 2))))
flat(tf.cond(tf.constant(True), lambda: M(1, 2), lambda: M(3, 4)))
repr(b._type_spec._unbatch())
repr(b._type_spec._batch(7))
repr(b._type_spec._flat_tensor_specs)
tf.map_fn(lambda v: v.x * v.y, b, fn_output_signature=tf.int32)
flat(tf.map_fn(lambda v: v, b))
flat(tf.map_fn(lambda v: B(v, [v]), tf.constant([1, 2]), fn_output_signature=one))
tf.map_fn(lambda v: tf.reduce_sum(v.r) + v.x, br, fn_output_signature=tf.int32)
tf.map_fn(lambda v: v.values, M([1, 2], 3), fn_output_signature=tf.int32)
tf.vectorized_map(lambda v: v.x * v.y, b)
flat(tf.vectorized_map(lambda v: B(v.x + 1, v.y), b))
"""

facts = Facts(__file__, CASES, PRELUDE)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


class Chain(tf.experimental.ExtensionType):
    value: tf.Tensor
    rest: typing.Optional["Chain"] = None


def test_a_type_may_have_itself_in_a_field() -> None:
    chain = Chain(1, Chain(2, Chain(3)))
    assert [int(t) for t in tf.nest.flatten(chain, expand_composites=True)] == [1, 2, 3]
    assert chain.rest.rest.rest is None


def test_pep_604_unions_are_unions() -> None:
    class Either(tf.experimental.ExtensionType):
        x: int | str | None = None

    assert Either(3).x == 3
    with pytest.raises(TypeError, match="x: expected"):
        Either(1.5)


def test_copies_and_pickled_specs_are_equal() -> None:
    chain = Chain(1)
    assert copy.copy(chain) == chain
    assert copy.deepcopy(chain) == chain
    assert pickle.loads(pickle.dumps(chain._type_spec)) == chain._type_spec


def test_messages_name_the_field() -> None:
    with pytest.raises(TypeError, match=r"^value: expected a Tensor, got 'object'$"):
        Chain(object())
    with pytest.raises(AttributeError, match="Cannot mutate attribute `value` outside the custom constructor"):
        Chain(1).value = 2


def test_a_custom_batch_encoder_is_asked() -> None:
    class Halved(tf.experimental.ExtensionTypeBatchEncoder):
        def encode(self, spec, value, minimum_rank=0):
            return (value.x * 2,)

        def decode(self, spec, encoded_value):
            return Number(encoded_value[0] // 2)

    class Number(tf.experimental.BatchableExtensionType):
        __batch_encoder__ = Halved()
        x: tf.Tensor

    seen = []
    result = tf.map_fn(lambda n: (seen.append(int(n.x)), n)[1], Number([1, 2]))
    assert seen == [1, 2]
    assert result.x.numpy().tolist() == [1, 2]


def test_one_trace_serves_all_values_of_the_input_signature() -> None:
    traces = []

    @tf.function(input_signature=[Chain.Spec(tf.TensorSpec([None], tf.int32), None)])
    def double(chain):
        traces.append(chain._type_spec)
        return Chain(chain.value * 2)

    for size in (2, 3, 4):
        assert double(Chain(tf.range(size))).value.shape == (size,)
    assert traces == [Chain.Spec(tf.TensorSpec([None], tf.int32), None)]


def test_a_registered_conversion_makes_a_tensor_of_a_value() -> None:
    class Celsius(tf.experimental.ExtensionType):
        degrees: tf.Tensor

    with pytest.raises(ValueError, match="Attempt to convert a value"):
        tf.convert_to_tensor(Celsius(20.0))
    tf.register_tensor_conversion_function(Celsius, lambda value, dtype=None, name=None, as_ref=False: value.degrees)
    assert float(tf.convert_to_tensor(Celsius(20.0))) == 20.0
    assert float(tf.add(Celsius(20.0), 1.0)) == 21.0
