"""Safetensors files of named tensors: written whole or not at all; a damaged file is a ValueError that names it."""

from __future__ import annotations

import os
from collections.abc import Mapping

import torch

from tfcompat._formats.files import replacing


def save(
    path: str | os.PathLike[str], tensors: Mapping[str, torch.Tensor], metadata: Mapping[str, str] | None = None
) -> None:
    """Writes the tensors, and `metadata`, a mapping from str to str, to `path`."""
    from safetensors.torch import save_file

    ready = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    owners: dict[int, str] = {}
    for name, tensor in ready.items():
        # The format has no aliases: tensors on shared memory are written apart.
        if tensor.numel() and owners.setdefault(tensor.untyped_storage().data_ptr(), name) != name:
            ready[name] = tensor.clone()
    with replacing(path) as temporary:
        save_file(ready, temporary, metadata=dict(metadata) if metadata else None)


def load(path: str | os.PathLike[str]) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """The tensors, by name, and the metadata of the file at `path`.

    FileNotFoundError where there is none; ValueError where it is no safetensors file, is cut short or is damaged.
    """
    from safetensors import SafetensorError, safe_open

    if not os.path.exists(path):
        raise FileNotFoundError(f"No such file: {os.fspath(path)!r}")
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in list(file.keys())}, dict(file.metadata() or {})
    except SafetensorError as error:
        raise ValueError(f"{os.fspath(path)!r} is no safetensors file, or is cut short or damaged: {error}") from error
