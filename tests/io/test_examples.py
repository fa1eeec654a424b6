"""tf.io.parse_example and its relatives, as TensorFlow reads the same messages; and in captured functions."""

import textwrap

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    """
    tf.io.parse_example([a, b, c], fx)
    tf.io.parse_single_example(a, fx)
    tf.io.parse_example(a, fx)
    tf.io.parse_example([a, c], {'z': tf.io.FixedLenFeature([], tf.string)})
    tf.io.parse_example([a, c], {'z': tf.io.FixedLenFeature([], tf.string)}, example_names=['n1', 'n2'])
    tf.io.parse_single_example(c, {'z': tf.io.FixedLenFeature([], tf.string)})
    tf.io.parse_example([a], {'x': tf.io.FixedLenFeature([3], tf.int64)})
    tf.io.parse_single_example(a, {'x': tf.io.FixedLenFeature([3], tf.int64)})
    tf.io.parse_example([a], {'x': tf.io.FixedLenFeature([2], tf.float32)})
    tf.io.parse_single_example(a, {'x': tf.io.FixedLenFeature([2], tf.float32)})
    tf.io.parse_example([a, b, c], {'v': tf.io.VarLenFeature(tf.int64)})
    tf.io.parse_single_example(a, {'v': tf.io.VarLenFeature(tf.int64)})
    tf.io.parse_example([a], {'v': tf.io.VarLenFeature(tf.float32)})
    tf.io.parse_example([a, b, c], {'v': FLS([], tf.int64, allow_missing=True)})
    tf.io.parse_example([a, b, c], {'v': FLS([], tf.int64, allow_missing=True, default_value=-7)})
    tf.io.parse_example([a, b], {'x': FLS([2], tf.int64, allow_missing=True)})
    tf.io.parse_example([a], {'v': FLS([2], tf.int64, allow_missing=True)})
    tf.io.parse_single_example(a, {'v': FLS([], tf.int64, allow_missing=True)})
    tf.io.parse_example([a], {'v': FLS([], tf.int64)})
    tf.io.parse_example([s, s2], {'sp': tf.io.SparseFeature('ix', 'val', tf.float32, 5)})
    tf.io.parse_example([s, s2], {'sp': tf.io.SparseFeature('ix', 'val', tf.float32, 5, already_sorted=True)})
    tf.io.parse_single_example(s, {'sp': tf.io.SparseFeature('ix', 'val', tf.float32, 5)})
    tf.io.parse_example([s3], {'sp': tf.io.SparseFeature(['ix0', 'ix1'], 'val', tf.float32, [5, 2])})
    tf.io.parse_example([s], {'sp': tf.io.SparseFeature('ix', 'val', tf.float32, 2)})
    tf.io.parse_example([a, b, c], {'v': tf.io.RaggedFeature(tf.int64)})
    tf.io.parse_single_example(a, {'v': tf.io.RaggedFeature(tf.int64)})
    tf.io.parse_example([r], {'o': RF(tf.int64, 'vals', [RF.RowLengths('rl')])})
    tf.io.parse_example([r], {'o': RF(tf.int64, 'vals', [RF.RowSplits('rs')])})
    tf.io.parse_example([r], {'o': RF(tf.int64, 'vals', [RF.ValueRowIds('vr')])})
    tf.io.parse_example([r], {'o': RF(tf.int64, 'vals', [RF.RowStarts('st')])})
    tf.io.parse_example([r], {'o': RF(tf.int64, 'vals', [RF.RowLimits('li')], row_splits_dtype=tf.int64)})
    tf.io.parse_example([ex(vals=I(1, 2, 3, 4))], {'o': RF(tf.int64, 'vals', [RF.UniformRowLength(2)])})
    tf.io.parse_single_example(r, {'o': RF(tf.int64, 'vals', [RF.RowLengths('rl')])})
    tf.io.parse_example([b'garbage'], fx)
    tf.io.parse_single_example(b'garbage', fx)
    tf.io.parse_example([a], {})
    tf.io.parse_example([a], None)
    tf.io.parse_example([a], {'x': 3})
    tf.io.parse_example([a], {'x': tf.io.FixedLenFeature([2], tf.int32)})
    tf.io.parse_example([a], {'x': tf.io.FixedLenFeature(None, tf.int64)})
    tf.io.parse_example([a], {'x': tf.io.FixedLenFeature([None], tf.int64)})
    tf.io.parse_example([c], {'q': tf.io.FixedLenFeature([2], tf.float32, default_value=[1.0, 2.0])})
    tf.io.parse_example([c], {'q': tf.io.FixedLenFeature([2], tf.float32, default_value=1.0)})
    tf.io.parse_example([c], {'q': tf.io.FixedLenFeature([2], tf.float32, default_value=[1.0])})
    tf.io.parse_example([[a]], fx)
    tf.io.parse_example(tf.zeros([0], tf.string), fx)
    tf.io.parse_single_sequence_example(q, cf, sf)
    tf.io.parse_sequence_example([q, q2], cf, sf)
    tf.io.parse_sequence_example([q, q2], {'n': RF(tf.string)}, {'w': RF(tf.string), 'tok': RF(tf.int64)})
    tf.io.parse_single_sequence_example(q, {'n': RF(tf.string)}, {'w': RF(tf.string), 'tok': RF(tf.int64)})
    tf.io.parse_single_sequence_example(q, None, {'zz': FLS([], tf.int64)})
    tf.io.parse_single_sequence_example(q, None, {'zz': FLS([], tf.int64, allow_missing=True)})
    tf.io.parse_sequence_example([q], None, {'zz': FLS([], tf.int64)})
    tf.io.parse_sequence_example([q], None, {'zz': FLS([2], tf.int64, allow_missing=True)})
    tf.io.parse_single_sequence_example(q, {'zz': tf.io.FixedLenFeature([], tf.int64)}, None)
    tf.io.parse_single_sequence_example(q, None, {'tok': FLS([], tf.float32)})
    tf.io.parse_single_sequence_example(q, None, {'emb': FLS([3], tf.float32)})
    tf.io.parse_single_sequence_example(q, None, None)
    tf.io.parse_single_sequence_example(b'garbage', None, sf)
    tf.io.parse_sequence_example([b'garbage'], None, sf)
    """,
    prelude=textwrap.dedent(
        """
        F = tf.train.Feature


        def ex(**k):
            return tf.train.Example(features=tf.train.Features(feature=k)).SerializeToString()


        I = lambda *v: F(int64_list=tf.train.Int64List(value=v))
        FL = lambda *v: F(float_list=tf.train.FloatList(value=v))
        B = lambda *v: F(bytes_list=tf.train.BytesList(value=v))
        a = ex(x=I(1, 2), y=FL(0.5), z=B(b"hi"), v=I(1, 2, 3))
        b = ex(x=I(3, 4), y=FL(1.5), z=B(b"yo"), v=I())
        c = ex(x=I(5, 6))
        fx = {"x": tf.io.FixedLenFeature([2], tf.int64), "y": tf.io.FixedLenFeature([], tf.float32, default_value=-1.0)}
        s = ex(ix=I(0, 3), val=FL(1.0, 2.0))
        s2 = ex(ix=I(4, 1), val=FL(5.0, 6.0))
        s3 = ex(ix0=I(0, 3), ix1=I(1, 0), val=FL(1.0, 2.0))
        r = ex(vals=I(1, 2, 3, 4, 5), rl=I(2, 3), rs=I(0, 1, 5), vr=I(0, 0, 1, 2, 2), st=I(0, 2), li=I(2, 5))
        RF = tf.io.RaggedFeature
        FLS = tf.io.FixedLenSequenceFeature
        FLs = lambda *f: tf.train.FeatureList(feature=f)


        def sx(ctx, **k):
            return tf.train.SequenceExample(
                context=tf.train.Features(feature=ctx), feature_lists=tf.train.FeatureLists(feature_list=k)
            ).SerializeToString()


        q = sx({"id": I(7)}, tok=FLs(I(1), I(2), I(3)), emb=FLs(FL(1, 2), FL(3, 4)), w=FLs(B(b"a", b"b"), B(), B(b"c")))
        q2 = sx({"id": I(8), "n": B(b"x")}, tok=FLs(I(4)), emb=FLs(), w=FLs())
        cf = {"id": tf.io.FixedLenFeature([], tf.int64), "n": tf.io.VarLenFeature(tf.string)}
        sf = {
            "tok": FLS([], tf.int64),
            "emb": FLS([2], tf.float32),
            "w": tf.io.VarLenFeature(tf.string),
        }
        """
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def _example(**features) -> bytes:
    return tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString()


def _integers(*values: int):
    return tf.train.Feature(int64_list=tf.train.Int64List(value=values))


def _texts(*values: bytes):
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))


@pytest.mark.filterwarnings("error")
def test_in_a_captured_function() -> None:
    features = {
        "n": tf.io.FixedLenFeature([2], tf.int64),
        "s": tf.io.FixedLenFeature([], tf.string),
        "v": tf.io.VarLenFeature(tf.int64),
        "r": tf.io.RaggedFeature(tf.int64),
    }
    traces = []

    @tf.function
    def parse(texts):
        traces.append(1)
        found = tf.io.parse_example(texts, features)
        return found["n"] * 2, found["s"], tf.sparse.to_dense(found["v"]), found["r"].row_lengths()

    for i in range(2):
        one = _example(n=_integers(1, 2), s=_texts(b"a"), v=_integers(7), r=_integers())
        two = _example(n=_integers(3, i), s=_texts(b"bc"), v=_integers(8, 9), r=_integers(4, 5))
        n, s, v, lengths = parse(tf.constant([one, two]))
        np.testing.assert_array_equal(n, [[2, 4], [6, 2 * i]])
        np.testing.assert_array_equal(s, [b"a", b"bc"])
        np.testing.assert_array_equal(v, [[7, 0], [8, 9]])
        np.testing.assert_array_equal(lengths, [0, 2])


def test_json_examples() -> None:
    text = '{"features": {"feature": {"a": {"int64List": {"value": [1]}}}}}'
    (found,) = tf.io.decode_json_example([text]).numpy()
    assert tf.train.Example.FromString(found).features.feature["a"].int64_list.value == [1]
    text = '{"features":{"feature":{"b":{"int64List":{"value":["1",-1]}},"a":{"floatList":{"value":[1.5]}},"c":{}}}}'
    assert (
        tf.io.decode_json_example(text).numpy()
        == (  # TensorFlow's bytes
            b"\n+\n\x14\n\x01b\x12\x0f\x1a\r\x08\x01\x08" + b"\xff" * 9 + b"\x01"
            b"\n\x0c\n\x01a\x12\x07\x12\x05\r\x00\x00\xc0?\n\x05\n\x01c\x12\x00"
        )
    )
    with pytest.raises(tf.errors.InvalidArgumentError, match="Error while parsing JSON"):
        tf.io.decode_json_example(["{bad"])


def test_features_print_as_tensorflows() -> None:
    assert repr(tf.io.FixedLenFeature([1], tf.int64)) == (
        "FixedLenFeature(shape=[1], dtype=tf.int64, default_value=None)"
    )
    assert repr(tf.io.SparseFeature("i", "v", tf.float32, 5)) == (
        "SparseFeature(index_key='i', value_key='v', dtype=tf.float32, size=5, already_sorted=False)"
    )
    assert repr(tf.io.RaggedFeature(tf.int64)) == (
        "RaggedFeature(dtype=tf.int64, value_key=None, partitions=(), row_splits_dtype=tf.int32, validate=False)"
    )
    with pytest.raises(TypeError, match="partitions"):
        tf.io.RaggedFeature(tf.int64, partitions=["x"])


def test_a_feature_is_read_in_one_way() -> None:
    dense, sparse = tf.io.FixedLenFeature([], tf.int64, default_value=0), tf.io.VarLenFeature(tf.int64)
    ragged = tf.io.RaggedFeature(tf.int64, value_key="a")
    for features, told in (
        ({"a": sparse, "b": ragged}, "Ragged and sparse"),
        ({"a": dense, "b": ragged}, "Dense and ragged"),
        ({"a": dense, "b": tf.io.SparseFeature("i", "a", tf.int64, 3)}, "Dense and sparse"),
    ):
        with pytest.raises(ValueError, match=f"{told} keys must not intersect; .* intersection: {{'a'}}"):
            tf.io.parse_example(tf.constant([b""]), features)
