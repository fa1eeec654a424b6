"""tf.strings: ops on tensors of bytes."""

from __future__ import annotations

from tfcompat import _names
from tfcompat._arrays.printing import format
from tfcompat.strings.hashing import to_hash_bucket, to_hash_bucket_fast, to_hash_bucket_strong
from tfcompat.strings.joining import join, reduce_join, unsorted_segment_join
from tfcompat.strings.numbers import as_string, to_number
from tfcompat.strings.regex import regex_full_match, regex_replace
from tfcompat.strings.scripts import unicode_script
from tfcompat.strings.splitting import bytes_split, ngrams, split
from tfcompat.strings.text import length, lower, strip, substr, upper
from tfcompat.strings.unicode import (
    unicode_decode,
    unicode_decode_with_offsets,
    unicode_encode,
    unicode_split,
    unicode_split_with_offsets,
    unicode_transcode,
)

__getattr__ = _names.module_getattr("tf.strings", globals())
