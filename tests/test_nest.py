"""The public names of tf.nest."""

import pytest

from tfcompat import nest


def test_public_names():
    assert sorted(nest.__all__) == [
        "assert_same_structure",
        "flatten",
        "is_nested",
        "map_structure",
        "pack_sequence_as",
    ]


def test_the_functions_work_together():
    structure = {"layers": [{"w": 1, "b": 2}, {"w": 3, "b": 4}], "name": "net"}
    assert nest.is_nested(structure)
    leaves = nest.flatten(structure)
    assert leaves == [2, 1, 4, 3, "net"]
    assert nest.pack_sequence_as(structure, leaves) == structure
    lengths = nest.map_structure(lambda leaf: len(str(leaf)), structure)
    nest.assert_same_structure(structure, lengths)
    assert lengths["name"] == 3


def test_internal_functions_are_no_public_names():
    with pytest.raises(AttributeError, match="has no attribute 'flatten_up_to'"):
        _ = nest.flatten_up_to
