"""Functions with loops, branches, strings and tables in SavedModels: what is loaded gives what was saved."""

import json
import pathlib
import textwrap
from typing import Any

import pytest

import tfcompat as tf
from tests.programs import run_python
from tfcompat.saved_model import _checksums
from tfcompat.saved_model._programs import _HOMES, _target

STRINGS, FLOATS, INT = tf.TensorSpec([None], tf.string), tf.TensorSpec([None]), tf.TensorSpec([], tf.int32)


def loaded(path: pathlib.Path, function, signature, *held):
    module: Any = tf.Module()
    module.f, module.held = tf.function(function, input_signature=signature), held
    tf.saved_model.save(module, str(path))
    return module.f, tf.saved_model.load(str(path)).f


def powers(x, n):
    while n > 0:
        x = x * x
        n -= 1
    return x


def sign(x):
    if tf.reduce_sum(x) > 0.0:
        return x + 1.0
    return x - 1.0


def rows(x, n):
    array = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    for i in tf.range(n):
        array = array.write(i, x * tf.cast(i, tf.float32))
        if i > 2:
            break
    return array.stack()


def switched(x, n):
    return tf.switch_case(n, [lambda: x, lambda: x * 2.0, lambda: x * 3.0])


@pytest.mark.parametrize(
    ("function", "values"),
    [
        (powers, [[(1.0, 2.0), 0], [(1.0, 2.0), 3]]),
        (sign, [[(1.0, 2.0)], [(-1.0,)]]),
        (rows, [[(1.0, 2.0), 2], [(3.0,), 9]]),
        (switched, [[(1.0, 2.0), 0], [(1.0,), 2], [(1.0,), 7]]),
    ],
)
def test_loops_and_branches(function, values, tmp_path: pathlib.Path) -> None:
    first, second = loaded(tmp_path, function, [FLOATS, INT][: len(values[0])])
    for x, *n in values:
        args = tf.constant(x), *map(tf.constant, n)
        assert first(*args).numpy().tolist() == second(*args).numpy().tolist()


def test_a_loop_is_differentiated(tmp_path: pathlib.Path) -> None:
    """The gradient of x**8 is 8 x**7."""
    _, power = loaded(tmp_path, powers, [FLOATS, INT])
    x = tf.Variable([1.5])
    with tf.GradientTape() as tape:
        y = power(x, tf.constant(3))
    assert tape.gradient(y, x).numpy() == pytest.approx(8 * 1.5**7)


@pytest.mark.parametrize(
    "function",
    [
        tf.strings.lower,
        lambda s: tf.strings.join([s, "é"], "-"),
        lambda s: tf.strings.regex_replace(s, "[ab]", r"\0\0"),
        lambda s: tf.strings.length(s),
        lambda s: tf.strings.split(s).to_tensor(),
        lambda s: tf.strings.reduce_join(tf.strings.unicode_split(s, "UTF-8"), axis=-1),
        lambda s: tf.gather(tf.constant(["x", "yy"]), tf.strings.length(s) % 2),
        lambda s: tf.where(s == "A b", s, "none"),
        lambda s: tf.concat([s, tf.reverse(s, [0])], 0),
    ],
)
def test_strings(function, tmp_path: pathlib.Path) -> None:
    first, second = loaded(tmp_path, function, [STRINGS])
    for texts in (["A b", "", "ccc\x00d"], ["x"]):
        s = tf.constant(texts)
        assert second(s).numpy().tolist() == first(s).numpy().tolist() == function(s).numpy().tolist()


def test_tables(tmp_path: pathlib.Path) -> None:
    table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a", "b"], [1.5, 2.5]), -1.0)
    words = tf.keras.layers.StringLookup(vocabulary=["a", "b"])
    back = tf.keras.layers.StringLookup(vocabulary=["a", "b"], invert=True)

    def function(s):
        return table.lookup(s), words(s), back(words(s))

    _, second = loaded(tmp_path, function, [STRINGS], table, words, back)
    values, numbers, texts = second(tf.constant(["b", "c", "a"]))
    assert values.numpy().tolist() == [2.5, -1.0, 1.5]
    assert numbers.numpy().tolist() == [2, 0, 1]
    assert texts.numpy().tolist() == [b"b", b"[UNK]", b"a"]


def test_text_is_translated_word_by_word(tmp_path: pathlib.Path) -> None:
    """A decoder's loop over the words of a model: strings in, strings out, as tutorials export it."""
    words = tf.keras.layers.TextVectorization(output_mode="int")
    words.adapt(["one two three", "two three", "three"])
    embed = tf.keras.layers.Embedding(8, 4)
    names = tf.constant(words.get_vocabulary())

    def translate(texts):
        state = tf.reduce_sum(embed(words(texts)), 1)
        found = tf.TensorArray(tf.string, size=0, dynamic_size=True)
        for i in tf.range(3):
            best = tf.argmax(state, -1)
            found = found.write(i, tf.gather(names, best))
            state = state + embed(best)
        return tf.strings.reduce_join(tf.transpose(found.stack()), axis=-1, separator=" ")

    first, second = loaded(tmp_path, translate, [STRINGS], words, embed)
    texts = tf.constant(["one three two", "two"])
    assert second(texts).numpy().tolist() == first(texts).numpy().tolist()


def test_a_file_calls_no_other_code(tmp_path: pathlib.Path) -> None:
    _, second = loaded(tmp_path, tf.strings.lower, [STRINGS])
    assert second(tf.constant(["A"])).numpy().tolist() == [b"a"]
    path = tmp_path / "assets.extra" / "tfcompat_programs.json"
    text = path.read_text()
    (name,) = {line["op"]["name"] for p in json.loads(text).values() for line in p["program"]["nodes"] if "op" in line}
    for other in ("os:system", "tfcompat._function.sources:os", "tfcompat.convert:main", "tfcompat.strings:__class__"):
        path.write_text(text.replace(name, other))
        _checksums.write(str(tmp_path))
        with pytest.raises(ValueError, match="no op of tfcompat"):
            tf.saved_model.load(str(tmp_path)).f(tf.constant(["A"]))


def test_a_model_of_files_of_sound(tmp_path: pathlib.Path) -> None:
    """As the tutorial of keywords exports one: the name of a file in, what is in it out."""

    def function(name):
        audio, rate = tf.audio.decode_wav(tf.io.read_file(name), desired_channels=1, desired_samples=4)
        return tf.squeeze(audio, -1) * 2.0, rate

    path = str(tmp_path / "x.wav")
    tf.io.write_file(path, tf.audio.encode_wav([[0.25], [-0.5]], 16000))
    _, second = loaded(tmp_path / "saved", function, [tf.TensorSpec([], tf.string)])
    audio, rate = second(tf.constant(path))
    assert audio.numpy().tolist() == pytest.approx([0.5, -1.0, 0.0, 0.0], abs=1e-4)
    assert int(rate) == 16000


def test_kernels_of_our_own_are_known_in_a_new_process(tmp_path: pathlib.Path) -> None:
    """Random numbers and recurrent layers are kernels that torch learns of when one is captured, or loaded."""
    layer = tf.keras.layers.GRU(2)

    def function(x):
        return layer(x) + tf.random.stateless_uniform([2], seed=[1, 2]), tf.nn.isotonic_regression(x[0])[0]

    x = tf.reshape(tf.range(12.0), [1, 4, 3])
    layer(x)
    made, _ = loaded(tmp_path, function, [tf.TensorSpec([1, None, 3])], layer)
    program = f"""
        import tensorflow as tf
        found = tf.saved_model.load({str(tmp_path)!r}).f(tf.reshape(tf.range(12.0), [1, 4, 3]))
        print([tf.reshape(each, [-1]).numpy().tolist() for each in found])
    """
    script = tmp_path / "load.py"
    script.write_text(textwrap.dedent(program))
    done = run_python("-m", "tfcompat", str(script))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str([tf.reshape(each, [-1]).numpy().tolist() for each in made(x)])


@pytest.mark.parametrize("kernel", _HOMES)
def test_homes_of_kernels(kernel: str) -> None:
    assert callable(_target(f"tfcompat.{kernel}.default"))


def test_every_kernel_has_a_home() -> None:
    root = pathlib.Path(tf.__file__).parent
    texts = {path: path.read_text() for path in root.rglob("*.py")}
    homes = {home.partition(":")[0] for home in _HOMES.values()}
    with_kernels = {
        ".".join(path.relative_to(root).with_suffix("").parts)
        for path, text in texts.items()
        if "\n@value_op(" in text or 'Library("tfcompat", "FRAGMENT")' in text
    }
    assert with_kernels - {"_core.value_ops"} == homes
