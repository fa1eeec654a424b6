"""Fingerprints of SavedModels: numbers that tell their parts apart, from the file fingerprint.pb."""

from __future__ import annotations

import os
from typing import Any

from tfcompat._formats.protos import message
from tfcompat.io import _paths

_HASHES = ("graph_def_program_hash", "signature_def_hash", "saved_object_graph_hash", "checkpoint_hash")
_SHOWN = ("saved_model_checksum", *_HASHES)


class Fingerprint:
    """The fingerprint of a SavedModel (tf.saved_model.experimental.Fingerprint).

    Its attributes are the arguments: integers, None where they are not known. Equal fingerprints have equal hashes.
    """

    __module__ = "tensorflow.python.saved_model.fingerprinting"
    __hash__ = None  # type: ignore[assignment] - as TensorFlow's

    def __init__(
        self,
        saved_model_checksum: int | None = None,
        graph_def_program_hash: int | None = None,
        signature_def_hash: int | None = None,
        saved_object_graph_hash: int | None = None,
        checkpoint_hash: int | None = None,
        version: Any = None,
    ) -> None:
        self.saved_model_checksum = saved_model_checksum
        self.graph_def_program_hash = graph_def_program_hash
        self.signature_def_hash = signature_def_hash
        self.saved_object_graph_hash = saved_object_graph_hash
        self.checkpoint_hash = checkpoint_hash
        self.version = version

    @classmethod
    def from_proto(cls, proto: Any) -> Fingerprint:
        """The fingerprint in a FingerprintDef, or in the bytes of one."""
        found = message("FingerprintDef").FromString(proto) if isinstance(proto, bytes) else proto
        hashes = {name: getattr(found, name) for name in _SHOWN}
        return cls(**hashes, version=found.version)

    def singleprint(self) -> str:
        """All hashes but the checksum in one string; ValueError where one is not known."""
        numbers = [getattr(self, name) for name in _HASHES]
        if any(not isinstance(n, int) for n in numbers):
            told = ", ".join(f"{name}: {n}" for name, n in zip(_HASHES, numbers, strict=True))
            raise ValueError(f"A singleprint takes all hashes of a fingerprint, got {told}.")
        return "/".join(map(str, numbers))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Fingerprint):
            return False
        return all(getattr(self, name) == getattr(other, name) for name in _HASHES)

    def __str__(self) -> str:
        lines = [f"  {name}: {getattr(self, name)}" for name in _SHOWN]
        return "\n".join(["SavedModel Fingerprint", *lines])

    def __repr__(self) -> str:
        return f"Fingerprint({', '.join(str(getattr(self, name)) for name in _SHOWN)})"


def read_fingerprint(export_dir: str) -> Fingerprint:
    """The fingerprint of the SavedModel in a directory (tf.saved_model.experimental.read_fingerprint).

    FileNotFoundError where it has none, as the SavedModels that tfcompat writes; RuntimeError where it is damaged.
    """
    from google.protobuf.message import DecodeError

    path = os.path.join(_paths.local(export_dir), "fingerprint.pb")
    if not os.path.exists(path):
        raise FileNotFoundError(f"SavedModel Fingerprint Error: Could not find fingerprint in directory: {export_dir}")
    with open(path, "rb") as file:
        content = file.read()
    try:
        return Fingerprint.from_proto(content)
    except DecodeError:
        raise RuntimeError(f"SavedModel Fingerprint Error: Could not read fingerprint: {path} is damaged") from None
