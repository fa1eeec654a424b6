"""Representative datasets: samples of what a model is given, from which the ranges of its activations are taken."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tfcompat._formats.tensor_proto import make_ndarray, make_tensor_proto
from tfcompat._formats.tfrecord import read_records
from tfcompat._function.symbolic import SymbolicTensor
from tfcompat.io import _paths
from tfcompat.io.records import TFRecordWriter
from tfcompat.saved_model._quantization.messages import RepresentativeDataSample, RepresentativeDatasetFile

Sample = Mapping[str, Any]


class TfRecordRepresentativeDatasetSaver:
    """Writes samples to TFRecord files (tf.quantization.experimental.TfRecordRepresentativeDatasetSaver).

    path_map: the file's path for each signature. expected_input_key_map: the names of each signature's inputs, that
    every sample must have; KeyError where its keys are not those of `path_map`.
    """

    def __init__(
        self, path_map: Mapping[str, Any], expected_input_key_map: Mapping[str, Collection[str]] | None = None
    ) -> None:
        if expected_input_key_map is not None and set(path_map) != set(expected_input_key_map):
            raise KeyError("The `path_map` and `expected_input_key_map` should have the same set of keys.")
        self.path_map = path_map
        self.expected_input_key_map = expected_input_key_map or {}

    def save(self, representative_dataset: Mapping[str, Iterable[Sample]]) -> dict[str, Any]:
        """Writes the samples, dicts from input names to tensors, of each signature; gives files by signature.

        ValueError for a signature that has no path; KeyError for samples without the expected inputs.
        """
        files = {}
        for key, samples in representative_dataset.items():
            if key not in self.path_map:
                raise ValueError(f"SignatureDef key does not exist in the provided path_map: {key}")
            files[key] = self._write(key, samples)
        return files

    def _write(self, key: str, samples: Iterable[Sample]) -> Any:
        path, expected = self.path_map[key], self.expected_input_key_map.get(key)
        with TFRecordWriter(path) as writer:
            for sample in samples:
                if expected is not None and set(sample) != set(expected):
                    raise KeyError(
                        "Invalid input keys for representative sample. The function expects input keys of: "
                        f"{set(expected)}. Got: {set(sample)}. Please provide correct input keys for representative "
                        "samples."
                    )
                proto = RepresentativeDataSample()
                for name, value in sample.items():
                    proto.tensor_proto_inputs[name].CopyFrom(make_tensor_proto(_evaluated(value)))
                writer.write(proto.SerializeToString())
        return RepresentativeDatasetFile(tfrecord_file_path=str(path))


def _evaluated(value: Any) -> Any:
    """A value of a sample, or what a tensor of a graph that sessions run is there."""
    if not isinstance(value, SymbolicTensor):
        return value
    from tfcompat._function.session import Session

    with Session(graph=value.graph) as session:
        return session.run(value)


def saved(dataset: Any, signatures: Mapping[str, Any]) -> dict[str, Any]:
    """Writes samples to temporary files: those of the only signature, or a dict of them by signature.

    ValueError for the samples of other signatures than there are.
    """
    if isinstance(dataset, Mapping):
        if set(signatures) != set(dataset):
            raise ValueError(
                "The signature keys and the keys of representative dataset map do not match. Signature keys: "
                f"{set(signatures)}, representative dataset map: {set(dataset)}."
            )
        by_key = dataset
    elif len(signatures) > 1:
        raise ValueError(
            f"Representative dataset is not a mapping (got: {type(dataset)}), but there is more than one signature key "
            "provided. Please provide a map of {signature_key -> dataset} with more than one signature key."
        )
    else:
        by_key = {next(iter(signatures)): dataset}
    folder = tempfile.mkdtemp()
    paths = {key: os.path.join(folder, f"{number}.tfrecord") for number, key in enumerate(signatures)}
    inputs = {key: signature.inputs.keys() for key, signature in signatures.items()}
    return TfRecordRepresentativeDatasetSaver(paths, inputs).save(by_key)


def read(file: Any) -> list[dict[str, Any]]:
    """The samples of a RepresentativeDatasetFile, of arrays; ValueError where it names no TFRecord file."""
    if not file.HasField("tfrecord_file_path"):
        raise ValueError("Unsupported Representative Dataset filetype")
    with _paths.translated(file.tfrecord_file_path):
        records = list(read_records(_paths.local(file.tfrecord_file_path)))
    protos = [RepresentativeDataSample.FromString(record).tensor_proto_inputs for record in records]
    return [{name: make_ndarray(value) for name, value in inputs.items()} for inputs in protos]


def check(samples: Iterable[Sample], expected: set[str]) -> None:
    """ValueError where samples have other inputs than a signature takes."""
    for sample in samples:
        if set(sample) != expected:
            raise ValueError(
                f"Invalid input keys for representative sample. The function expects input keys of: {expected}. Got: "
                f"{set(sample)}. Please provide correct input keys for representative samples."
            )
