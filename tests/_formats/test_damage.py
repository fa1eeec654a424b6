"""Damaged files of every format: an error that says so, soon and in little memory, and never a wrong value."""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import damage

from tfcompat._formats.files import telling_damage


@pytest.mark.parametrize("name", damage.FORMATS)
def test_damaged_files(name: str, tmp_path: pathlib.Path) -> None:
    seed = int(os.environ.get("DAMAGE_SEED", "0"))
    outcomes = list(damage.failures(name, tmp_path, int(os.environ.get("DAMAGE_COUNT", "16")), seed))
    assert not [each for each in outcomes if isinstance(each, damage.Wrong)]
    assert any("Error" in str(each) for each in outcomes)


@pytest.mark.parametrize(
    "error", [KeyError("x"), TypeError("x"), UnicodeDecodeError("utf8", b"x", 0, 1, "x"), EOFError()]
)
def test_symptoms_are_told_with_the_file(error: Exception) -> None:
    with pytest.raises(ValueError, match="'some.file' is cut short or damaged") as caught, telling_damage("some.file"):
        raise error
    assert caught.value.__cause__ is error


def test_what_is_no_symptom_is_left_alone() -> None:
    for error in (ValueError("x"), OSError("x"), NotImplementedError("x")):
        with pytest.raises(type(error)) as caught, telling_damage("some.file"):
            raise error
        assert caught.value is error
    with pytest.raises(TypeError, match="'some.file'"), telling_damage("some.file", keeping=(TypeError,)):
        raise TypeError("x")
