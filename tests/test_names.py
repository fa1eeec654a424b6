"""Missing names: what TensorFlow has and tfcompat lacks, against what nobody has."""

import sys
import types

import pytest

from tfcompat import _names


@pytest.fixture
def math(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """A stand-in for tfcompat.math that has only abs, under a name that can be imported."""
    module = types.ModuleType("names_example")
    lazy = {
        "mean": "statistics:mean",
        "colorsys": "colorsys",
        "acos": "names_example_that_is_not_written_yet",
        "broken": "names_example_broken",
    }
    module.__dict__.update(abs=abs, pi=3, _private=1)
    module.__dict__["__getattr__"] = _names.module_getattr("tf.math", module.__dict__, lazy)
    monkeypatch.setitem(sys.modules, "names_example", module)
    return module


def test_a_name_of_tensorflows_says_its_full_name(math: types.ModuleType) -> None:
    with pytest.raises(_names.MissingNameError, match=r"TensorFlow 2\.21 has tf\.math\.argmax, tfcompat does not: \w"):
        _ = math.argmax
    assert not hasattr(math, "argmax")
    assert getattr(math, "argmax", 7) == 7


def test_from_import_says_it_too(math: types.ModuleType) -> None:
    with pytest.raises(ImportError, match=r"TensorFlow 2\.21 has tf\.math\.argmax, tfcompat does not"):
        from names_example import argmax  # noqa: F401
    with pytest.raises(ImportError, match=r"no attribute 'argmx'. Did you mean tf\.math\.argmax\?"):
        from names_example import argmx  # noqa: F401


def test_a_name_that_nobody_has_is_a_plain_attribute_error(math: types.ModuleType) -> None:
    with pytest.raises(
        AttributeError, match=r"'tensorflow\.math' has no attribute 'argmx'. Did you mean tf.math.argmax"
    ) as e:
        _ = math.argmx
    assert type(e.value) is AttributeError
    with pytest.raises(AttributeError) as e:
        _ = math.xyzzy_plugh
    assert "Did you mean" not in str(e.value)


def test_a_name_that_lies_elsewhere_is_the_closest(math: types.ModuleType) -> None:
    with pytest.raises(AttributeError, match=r"Did you mean tf\.nn\.conv2d\?"):
        _ = math.conv2d


def test_a_star_takes_what_is_public_and_what_loads_on_first_use() -> None:
    taken: dict[str, object] = {}
    exec("from tfcompat.keras import *", taken)
    assert {"layers", "applications", "Sequential"} < taken.keys()
    taken.clear()
    exec("from tfcompat.math import *", taken)  # a module without __all__
    assert "reduce_mean" in taken
    assert "torch" not in taken


def test_lazy_names_load_on_first_use(math: types.ModuleType) -> None:
    assert math.mean([1, 2, 3]) == 2
    assert math.mean is vars(math)["mean"]
    assert math.colorsys.__name__ == "colorsys"


def test_a_lazy_module_that_does_not_exist_is_a_missing_name(math: types.ModuleType) -> None:
    with pytest.raises(_names.MissingNameError, match=r"tf\.math\.acos"):
        _ = math.acos


def test_a_lazy_module_that_fails_to_import_shows_why(
    math: types.ModuleType, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "names_example_broken.py").write_text("import no_such_package_anywhere\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_such_package_anywhere"):
        _ = math.broken


def test_dir_lists_the_public_names(math: types.ModuleType) -> None:
    names = dir(math)
    assert {"abs", "mean", "colorsys"} <= set(names)
    assert "_private" not in names
    assert "pi" not in names  # neither TensorFlow's nor defined by the module


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ("tf.compat.v2.math.abs", "tf.math.abs"),
        ("tf.compat.v1.keras.layers.Dense", "tf.keras.layers.Dense"),
        ("tf.compat.v2.compat.v1.keras.Model", "tf.keras.Model"),
        ("tf.compat.v1.placeholder", "tf.compat.v1.placeholder"),
        ("tf.nn.relu", "tf.nn.relu"),
    ],
)
def test_canonical_name(spelled: str, name: str) -> None:
    assert _names.canonical(spelled) == name
    assert _names.is_api_name(spelled)


@pytest.mark.parametrize("name", ["tf.placeholder", "tf.contrib", "tf.math.abss", "tf.nosuch.abs", "abs"])
def test_not_an_api_name(name: str) -> None:
    assert not _names.is_api_name(name)


def test_what_to_do_instead_names_a_spelling_that_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    own = types.ModuleType("tfcompat")
    own.math = types.ModuleType("tfcompat.math")
    own.math.top_k = print
    monkeypatch.setitem(sys.modules, "tfcompat", own)
    _names.explain.cache_clear()
    assert "tf.math.top_k exists" in _names.explain("tf.nn", "top_k")
    assert "tf.function(jit_compile=True)" in _names.explain("tf.xla.experimental", "compile")
    _names.explain.cache_clear()


def test_modules_that_keras_2_had_are_attributes_too() -> None:
    import tfcompat as tf

    assert tf.keras.utils.np_utils.to_categorical([1], 2).tolist() == [[0, 1]]
    assert tf.keras.layers.convolutional.Conv2D is tf.keras.layers.Conv2D
    with pytest.raises(AttributeError, match="no_such_utils"):
        tf.keras.utils.no_such_utils  # noqa: B018
