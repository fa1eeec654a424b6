"""What programs print under TF_USE_LEGACY_KERAS=1, statement by statement, against Keras 2 (tf_keras on 2.21)."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

from tests.keras import transcripts

PRINTED = sorted(pathlib.Path(__file__).with_name("printed").joinpath("programs").glob("*.py"))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, str]]]:
    """What all of the programs print, run in one process that takes Keras 2 for Keras."""
    folder = tmp_path_factory.mktemp("printed")
    done = subprocess.run(
        [sys.executable, "-m", "tfcompat", transcripts.__file__, "--run", str(folder), *map(str, PRINTED)],
        env={**os.environ, "TF_USE_LEGACY_KERAS": "1"},
        cwd=pathlib.Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return {path.stem: json.loads((folder / f"{i}.json").read_text("utf-8")) for i, path in enumerate(PRINTED)}


@pytest.mark.parametrize("name", [path.stem for path in PRINTED])
def test_program_prints_what_keras_2_printed(name: str, results: dict[str, list[dict[str, str]]]) -> None:
    recorded = json.loads((PRINTED[0].parent / f"{name}.json").read_text("utf-8"))
    found = transcripts.differences(results[name], recorded)
    assert not found, "\n\n".join(found)


@pytest.mark.oracle
def test_keras_2_prints_what_is_recorded() -> None:
    has = [os.environ["TFCOMPAT_ORACLE_PYTHON"], "-c", "import importlib.util as u; assert u.find_spec('tf_keras')"]
    if subprocess.run(has, env={**os.environ, "PYTHONPATH": ""}, capture_output=True, check=False).returncode:
        pytest.skip("the TensorFlow that TFCOMPAT_ORACLE_PYTHON names has no tf_keras beside it")
    found = []
    for path, result in zip(PRINTED, transcripts.run_under_tensorflow(*map(str, PRINTED))):
        recorded = json.loads(path.with_suffix(".json").read_text("utf-8"))
        found += [f"{path.stem}: {text}" for text in transcripts.differences(recorded, result)]
    assert not found, "\n\n".join(found)
