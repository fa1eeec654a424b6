"""keras.datasets: files of the real formats, made small, are read as Keras reads them; none of them runs code."""

import gzip
import hashlib
import io
import json
import os
import pathlib
import pickle
import tarfile

import numpy as np
import pytest

import tfcompat as tf
from tfcompat.keras import datasets
from tfcompat.keras.datasets import _files


@pytest.fixture(autouse=True)
def cache(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    folder = tmp_path / "datasets"
    folder.mkdir()
    return folder


def use(monkeypatch: pytest.MonkeyPatch, module: object, path: pathlib.Path) -> None:
    monkeypatch.setattr(module, "_HASH", hashlib.sha256(path.read_bytes()).hexdigest())


def test_mnist(cache: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.arange(2 * 28 * 28, dtype="uint8").reshape(2, 28, 28)
    np.savez(
        cache / "mnist.npz", x_train=x, y_train=np.array([3, 4], "uint8"), x_test=x[:1], y_test=np.array([5], "uint8")
    )
    use(monkeypatch, datasets.mnist, cache / "mnist.npz")
    (x_train, y_train), (x_test, y_test) = tf.keras.datasets.mnist.load_data()
    assert x_train.tolist() == x.tolist()
    assert (y_train.tolist(), x_test.shape, y_test.tolist()) == ([3, 4], (1, 28, 28), [5])


def test_fashion_mnist(cache: pathlib.Path) -> None:
    folder = cache / "fashion-mnist"
    folder.mkdir()
    for part, count in (("train", 3), ("t10k", 2)):
        pixels, labels = bytes(range(16)) + bytes(count * 784), bytes(8) + bytes(range(count))
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(pixels))
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(labels))
    (x_train, y_train), (x_test, _) = tf.keras.datasets.fashion_mnist.load_data()
    assert (x_train.shape, x_train.dtype, x_test.shape) == ((3, 28, 28), np.uint8, (2, 28, 28))
    assert y_train.tolist() == [0, 1, 2]


def cifar(cache: pathlib.Path, name: str, folder: str, files: dict[str, dict[bytes, object]]) -> pathlib.Path:
    path = cache / name
    with tarfile.open(path, "w:gz") as archive:
        for file, content in files.items():
            data = pickle.dumps(content, protocol=2)
            info = tarfile.TarInfo(f"{folder}/{file}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def test_cifar10(cache: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = np.arange(2 * 3072).reshape(2, 3072).astype("uint8")
    files = {f"data_batch_{i}": {b"data": pixels, b"labels": [i, i]} for i in range(1, 6)}
    files["test_batch"] = {b"data": pixels[:1], b"labels": [7]}
    path = cifar(cache, "cifar-10-batches-py-target_archive", "cifar-10-batches-py", files)
    use(monkeypatch, datasets.cifar10, path)
    (x_train, y_train), (x_test, y_test) = tf.keras.datasets.cifar10.load_data()
    assert (x_train.shape, x_train.dtype, x_test.shape) == ((10, 32, 32, 3), np.uint8, (1, 32, 32, 3))
    assert y_train[:, 0].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert (y_train.dtype, y_test.tolist()) == (np.uint8, [[7]])
    assert x_train[0].transpose(2, 0, 1).ravel().tolist() == pixels[0].tolist()


def test_cifar100(cache: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = {b"data": np.zeros((1, 3072), "uint8"), b"fine_labels": [42], b"coarse_labels": [4]}
    path = cifar(cache, "cifar-100-python-target_archive", "cifar-100-python", {"train": content, "test": content})
    use(monkeypatch, datasets.cifar100, path)
    assert tf.keras.datasets.cifar100.load_data()[0][1].tolist() == [[42]]
    assert tf.keras.datasets.cifar100.load_data("coarse")[1][1].tolist() == [[4]]


def reviews(*rows: list[int]) -> np.ndarray:
    array = np.empty(len(rows), dtype=object)
    array[:] = rows
    return array


def test_imdb(cache: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train, test = reviews([1, 2], [3, 50, 4], [9]), reviews([2, 2], [7, 60, 1])
    np.savez(cache / "imdb.npz", x_train=train, y_train=[0, 1, 1], x_test=test, y_test=[1, 0])
    use(monkeypatch, datasets.imdb, cache / "imdb.npz")
    (x_train, y_train), (x_test, y_test) = tf.keras.datasets.imdb.load_data(num_words=20)
    rows = {tuple(x): y for x, y in zip(x_train, y_train)}
    assert rows == {(1, 4, 5): 0, (1, 6, 2, 7): 1, (1, 12): 1}
    assert {tuple(x): y for x, y in zip(x_test, y_test)} == {(1, 5, 5): 1, (1, 10, 2, 4): 0}
    short, _ = tf.keras.datasets.imdb.load_data(
        start_char=None, index_from=0, oov_char=None, num_words=20, skip_top=2, maxlen=3
    )
    assert sorted(map(tuple, short[0])) == [(2,), (9,)]
    (cache / "imdb_word_index.json").write_text(json.dumps({"the": 1}))
    monkeypatch.setattr("urllib.request.urlopen", _no_network)
    with pytest.raises(OSError, match="imdb_word_index.json"):
        tf.keras.datasets.imdb.get_word_index()


def _no_network(*args: object) -> None:
    import urllib.error

    raise urllib.error.URLError("no network")


def test_reuters(cache: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.savez(cache / "reuters.npz", x=reviews(*([i, i + 1] for i in range(10))), y=np.arange(10))
    use(monkeypatch, datasets.reuters, cache / "reuters.npz")
    (x_train, y_train), (x_test, y_test) = tf.keras.datasets.reuters.load_data(test_split=0.3)
    assert (len(x_train), len(x_test)) == (7, 3)
    for x, y in zip([*x_train, *x_test], [*y_train, *y_test]):
        assert list(x) == [1, y + 3, y + 4 if y + 4 < 13 else 2]
    order = np.arange(10)
    np.random.RandomState(113).shuffle(order)
    assert y_train.tolist() == order[:7].tolist()
    assert len(tf.keras.datasets.reuters.get_label_names()) == 46


@pytest.mark.parametrize("name", ["boston_housing", "california_housing"])
def test_houses(cache: pathlib.Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    np.savez(cache / f"{name}.npz", x=np.arange(20.0).reshape(10, 2), y=np.arange(10.0))
    module = getattr(datasets, name)
    use(monkeypatch, module, cache / f"{name}.npz")
    (x_train, y_train), (x_test, y_test) = module.load_data()
    assert (x_train.shape, x_test.shape) == ((8, 2), (2, 2))
    assert x_train[:, 0].tolist() == (2 * y_train).tolist()
    assert sorted([*y_train, *y_test]) == list(range(10))
    with pytest.raises(ValueError, match="test_split"):
        module.load_data(test_split=1.5)


class _Evil:
    def __reduce__(self) -> object:
        return os.system, ("touch evil",)


def test_no_file_runs_code(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    evil = np.empty(1, dtype=object)
    evil[0] = _Evil()
    np.savez(tmp_path / "evil.npz", x=evil)
    with pytest.raises(ValueError, match="system"):
        _files.arrays_of_npz(str(tmp_path / "evil.npz"))
    (tmp_path / "evil.pkl").write_bytes(pickle.dumps({b"data": _Evil()}))
    with pytest.raises(ValueError, match="system"):
        _files.arrays_of_pickle(str(tmp_path / "evil.pkl"))
    assert not (tmp_path / "evil").exists()


def test_without_a_network_the_error_says_what_to_do(cache: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urllib.request.urlopen", _no_network)
    with pytest.raises(OSError, match="put that file into") as failure:
        tf.keras.datasets.mnist.load_data()
    assert str(cache) in str(failure.value)
    assert "mnist.npz" in str(failure.value)
    with pytest.raises(OSError, match="under the name cifar-10-batches-py-target_archive"):
        tf.keras.datasets.cifar10.load_data()
