"""tf.io.gfile, in one program that runs under tfcompat and under TensorFlow, whose findings were recorded."""

import inspect
import json
import os
import pathlib

import pytest

import tfcompat as tf
from tests.oracle import ask_tensorflow


def program(tf, root):
    """What every call gives, or the class of its exception, its message's paths shortened to what is below `root`."""
    import os
    import pathlib

    g = tf.io.gfile
    found = []

    def shown(value):
        if isinstance(value, bytes):
            return value.decode("latin-1")
        if isinstance(value, (list, tuple)):
            return [shown(v) for v in value]
        return value.replace(root, "ROOT") if isinstance(value, str) else value

    def note(call, ordered=True):
        try:
            value = call()
            value = shown(list(value) if hasattr(value, "__next__") else value)
            found.append(value if ordered else sorted(value))
        except Exception as e:
            found.append([type(e).__name__, str(e).replace(root, "ROOT")])

    def path(*parts):
        return "/".join((root, *parts))

    def opened(mode, *calls):
        file = g.GFile(path("d", "text"), mode)
        for call in calls:
            note(lambda call=call: call(file))
        file.close()
        note(lambda: pathlib.Path(path("d", "text")).read_bytes())
        pathlib.Path(path("d", "text")).write_bytes("héllo\nwörld\r\n\nend".encode())

    note(lambda: g.mkdir(path("d")))
    note(lambda: g.mkdir(path("d")))
    note(lambda: g.mkdir(path("no", "d")))
    note(lambda: g.makedirs(path("d", "e", "f")))
    note(lambda: g.makedirs(path("d", "e", "f")))
    pathlib.Path(path("d", "text")).write_bytes("héllo\nwörld\r\n\nend".encode())
    note(lambda: g.makedirs(path("d", "text", "g")))
    note(lambda: g.mkdir(path("d", "text")))
    note(lambda: [g.exists(path("d")), g.exists(path("none")), g.exists(path("d").encode()), g.exists("")])
    note(lambda: g.exists(pathlib.Path(root)))
    note(lambda: g.exists("file://" + root))
    note(lambda: g.exists(3))
    note(lambda: g.exists("nofs://a"))
    note(lambda: [g.isdir(path("d")), g.isdir(path("d", "text")), g.isdir(path("none"))])
    note(lambda: g.listdir(path("d")), ordered=False)
    note(lambda: g.listdir(path("none")))
    note(lambda: g.listdir(path("d", "text")))
    note(lambda: [g.stat(path("d", "text")).length, g.stat(path("d")).is_directory, g.stat(root).mtime_nsec > 0])
    note(lambda: g.stat(path("none")))
    note(lambda: g.copy(path("d", "text"), path("copy")))
    note(lambda: g.copy(path("d", "text"), path("copy")))
    note(lambda: g.copy(path("d", "text"), path("copy"), overwrite=True))
    note(lambda: g.copy(path("none"), path("copy2")))
    note(lambda: g.copy(path("d", "text"), path("none", "copy")))
    note(lambda: g.copy(path("d", "text"), path("d"), overwrite=True))
    note(lambda: g.rename(path("copy"), path("moved")))
    note(lambda: g.rename(path("moved"), path("d", "text")))
    note(lambda: g.rename(path("none"), path("moved2")))
    note(lambda: g.rename(path("moved"), path("d", "moved"), overwrite=True))
    note(lambda: g.remove(path("none")))
    note(lambda: g.remove(path("d")))
    note(lambda: g.remove(path("d", "moved")))
    note(lambda: g.walk(root))
    note(lambda: g.walk(root, topdown=False))
    note(lambda: g.walk(path("none")))
    note(lambda: g.glob(path("d", "*")), ordered=False)
    note(lambda: g.glob(path("*", "t?xt")))
    note(lambda: g.glob([path("d", "[!a-d]"), path("d", "[^e]*"), path("none", "*")]))
    note(lambda: g.glob("file://" + path("d", "te*")))
    note(lambda: g.glob(path("d", "te*")[1:]))
    os.chdir(path("d"))
    note(lambda: g.glob("te*") + g.glob("text") + g.glob("e/*") + g.glob("*/f") + g.glob("") + g.glob("t\\ext"))
    note(
        lambda: [g.join("/a", "b", "/c"), g.join("a"), g.join("gs://a/", "b"), g.join("ram://a", "b"), g.join("a", "")]
    )
    note(lambda: g.join(b"a", b"b"))
    note(lambda: g.join("a", b"b"))

    opened("r", lambda f: f.read(3), lambda f: f.read(3), lambda f: f.tell(), lambda f: f.read(), lambda f: f.read())
    opened("rb", lambda f: f.read(3), lambda f: f.readline(), lambda f: f.readlines(), lambda f: f.readline())
    opened("r", lambda f: f.readline(), lambda f: f.readline(), lambda f: f.tell(), lambda f: f.readlines())
    opened("r", lambda f: f.next(), lambda f: next(f), lambda f: list(f), lambda f: next(f))
    opened("r", lambda f: f.write("a"), lambda f: [f.size(), f.name, f.mode, f.seekable()], lambda f: f.read(-5))
    opened(
        "w", lambda f: f.write("abc"), lambda f: f.tell(), lambda f: f.flush(), lambda f: f.size(), lambda f: f.read()
    )
    opened("w")
    opened("w", lambda f: f.write(3), lambda f: f.seek(0))
    opened("a", lambda f: f.write("abc"), lambda f: f.tell())
    opened("wb", lambda f: f.write(b"\xff"), lambda f: f.write("é"))
    opened("w+", lambda f: f.write("abc"), lambda f: f.seek(0), lambda f: f.read())
    opened("w", lambda f: f.write("a"), lambda f: f.close(), lambda f: f.write("b"))
    opened("r", lambda f: f.close(), lambda f: f.read())
    opened("r", lambda f: f.seek(100), lambda f: f.read(), lambda f: f.tell(), lambda f: f.seek(-1))
    opened(
        "r",
        lambda f: f.seek(-3, 2),
        lambda f: f.read(),
        lambda f: f.seek(2),
        lambda f: f.seek(2, 1),
        lambda f: f.tell(),
    )
    opened(
        "r",
        lambda f: f.seek(0, 9),
        lambda f: f.seek(offset=2, position=1),
        lambda f: f.seek(position=3),
        lambda f: f.seek(),
    )
    note(lambda: g.GFile(path("none")).read())
    note(lambda: g.GFile(path("none"), "rw"))
    note(lambda: g.GFile(path("d")).read())
    note(lambda: g.GFile(path("none", "x"), "w").write("a"))
    note(lambda: g.rmtree(path("d", "text")))
    note(lambda: g.rmtree(path("d")))
    note(lambda: g.rmtree(path("d")))
    note(lambda: g.exists(path("d")))
    os.chdir("/")
    return found


RECORD = pathlib.Path(__file__).with_suffix(".json")


@pytest.fixture
def unmoved():
    here = os.getcwd()
    yield
    os.chdir(here)


def test_every_call_gives_what_tensorflow_gives(tmp_path, unmoved):
    expected = json.loads(RECORD.read_text(encoding="utf-8"))
    found = json.loads(json.dumps(program(tf, str(tmp_path))))
    assert len(found) == len(expected)
    for i, (ours, theirs) in enumerate(zip(found, expected)):
        assert ours == theirs, f"call {i}"


@pytest.mark.oracle
def test_live(tmp_path):
    source = inspect.getsource(program)
    assert ask_tensorflow(f"{source}\nanswer(program(tf, {str(tmp_path)!r}))") == json.loads(RECORD.read_text())


def test_a_file_is_a_context_manager_and_an_iterator(tmp_path):
    with tf.io.gfile.GFile(str(tmp_path / "f"), "w") as file:
        file.write("one\ntwo\n")
    with tf.io.gfile.GFile(str(tmp_path / "f")) as file:
        assert list(file) == ["one\n", "two\n"]


def test_a_directory_that_can_not_be_listed_is_told(tmp_path):
    told = []
    assert list(tf.io.gfile.walk(str(tmp_path / "none"), onerror=told.append)) == []
    assert isinstance(told[0], tf.errors.NotFoundError)
