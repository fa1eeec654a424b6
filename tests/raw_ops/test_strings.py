"""tf.raw_ops on strings, as TensorFlow's do."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
tf.raw_ops.StringJoin(inputs=[['a', 'b'], ['c', 'd']], separator='-')
tf.raw_ops.StringJoin(inputs=[['a', 'b'], ['c']])
tf.raw_ops.ReduceJoin(inputs=[['a', 'b'], ['c', 'd']], reduction_indices=[0])
tf.raw_ops.ReduceJoin(inputs=[['a', 'b'], ['c', 'd']], reduction_indices=[1], keep_dims=True, separator='+')
tf.raw_ops.ReduceJoin(inputs=[['a', 'b'], ['c', 'd']], reduction_indices=[2])
tf.raw_ops.UnsortedSegmentJoin(inputs=['a', 'b', 'c'], segment_ids=[1, 0, 1], num_segments=2, separator=':')
tf.raw_ops.StringLength(input=['abc', ''])
tf.raw_ops.StringLength(input=['é'], unit='UTF8_CHAR')
tf.raw_ops.StringLength(input=[1])
tf.raw_ops.StringLower(input=['ABC'])
tf.raw_ops.StringUpper(input=['é'], encoding='utf-8')
tf.raw_ops.StringStrip(input=[' a '])
tf.raw_ops.Substr(input=['hello', 'world'], pos=[1, 2], len=[2, 3])
tf.raw_ops.Substr(input=['hello'], pos=[9], len=[2])
tf.raw_ops.AsString(input=[1.5, 2.0], precision=2)
tf.raw_ops.AsString(input=[1, 20], width=4, fill='0')
tf.raw_ops.StringToNumber(string_tensor=['1.5', '2'])
tf.raw_ops.StringToNumber(string_tensor=['7'], out_type=tf.int64)
tf.raw_ops.StringToNumber(string_tensor=['x'])
tf.raw_ops.StringToHashBucketFast(input=['a', 'b'], num_buckets=10)
tf.raw_ops.StringToHashBucketFast(input=['a', 'b'], num_buckets=0)
tf.raw_ops.StringToHashBucketStrong(input=['a', 'b'], num_buckets=10, key=[1, 2])
tf.raw_ops.StringToHashBucket(string_tensor=['a', 'b'], num_buckets=10)
tf.raw_ops.Fingerprint(data=['a', 'b'], method='farmhash64')
tf.raw_ops.RegexFullMatch(input=['abc', 'b'], pattern='a.*')
tf.raw_ops.RegexFullMatch(input=['abc', 'b'], pattern='a(')
tf.raw_ops.RegexReplace(input=['abcabc'], pattern='b', rewrite='x', replace_global=False)
tf.raw_ops.StaticRegexFullMatch(input=['abc', 'b'], pattern='a.*')
tf.raw_ops.StaticRegexReplace(input=['abcabc'], pattern='b', rewrite='x')
tf.raw_ops.StringFormat(inputs=[[1, 2], 3.5], template='%s and %s')[None]
tf.raw_ops.StringSplitV2(input=['a b  c', '', 'd'], sep='')
tf.raw_ops.StringSplitV2(input=['a,b,,c', 'd'], sep=',')
tf.raw_ops.StringSplitV2(input=['a,b,,c', 'd'], sep=',', maxsplit=1)
tf.raw_ops.StringSplitV2(input='a', sep=',')
tf.raw_ops.StringSplit(input=['a b,c', ' d'], delimiter=' ,')
tf.raw_ops.StringSplit(input=['a b,c', ' d'], delimiter=' ', skip_empty=False)
tf.raw_ops.StringSplit(input=['ab', 'c'], delimiter='')
tf.raw_ops.StringNGrams(data=['a', 'b', 'c', 'd'], data_splits=tf.constant([0, 3, 4], tf.int64), separator='|', ngram_widths=[2], left_pad='<', right_pad='>', pad_width=-1, preserve_short_sequences=False)
tf.raw_ops.StringNGrams(data=['a', 'b', 'c', 'd'], data_splits=tf.constant([0, 3, 4], tf.int64), separator='|', ngram_widths=[2, 3], left_pad='', right_pad='', pad_width=0, preserve_short_sequences=True)
tf.raw_ops.StringNGrams(data=['a', 'b'], data_splits=tf.constant([0, 3], tf.int64), separator='|', ngram_widths=[2], left_pad='', right_pad='', pad_width=0, preserve_short_sequences=False)
tf.raw_ops.UnicodeTranscode(input=['aé'], input_encoding='UTF-8', output_encoding='UTF-16-BE')
tf.raw_ops.UnicodeDecode(input=['aé', ''], input_encoding='UTF-8')
tf.raw_ops.UnicodeDecodeWithOffsets(input=['aéb'], input_encoding='UTF-8')
tf.raw_ops.UnicodeEncode(input_values=[97, 233, 98], input_splits=tf.constant([0, 2, 3], tf.int64), output_encoding='UTF-8')
tf.raw_ops.UnicodeEncode(input_values=[97, 233, 98], input_splits=tf.constant([0, 2], tf.int64), output_encoding='UTF-8')
tf.raw_ops.DecodeRaw(bytes=['abcd'], out_type=tf.int16)
tf.raw_ops.DecodeRaw(bytes=['abcd'], out_type=tf.uint8, little_endian=False)
tf.raw_ops.DecodePaddedRaw(input_bytes=['abc', 'd'], fixed_length=4, out_type=tf.uint8)
tf.raw_ops.DecodeCSV(records=['1,x', '2,y'], record_defaults=[[0], ['']])
tf.raw_ops.DecodeCSV(records=['1;x'], record_defaults=[tf.constant([], tf.int32)], field_delim=';', select_cols=[0])
tf.raw_ops.EncodeBase64(input=['hello'])
tf.raw_ops.DecodeBase64(input=['aGVsbG8'])
tf.raw_ops.ParseTensor(serialized=tf.io.serialize_tensor([1, 2]), out_type=tf.int32)
tf.raw_ops.ParseTensor(serialized='x', out_type=tf.int32)
""",
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
