"""tf.compat.v1.saved_model.loader: SavedModels into the graph of a session."""

from __future__ import annotations

import os
from typing import Any

from tfcompat._core import errors
from tfcompat.compat.v1._meta_graphs import imported
from tfcompat.compat.v1.saved_model.constants import LEGACY_INIT_OP_KEY, MAIN_OP_KEY
from tfcompat.io._paths import local
from tfcompat.saved_model.constants import ASSETS_DIRECTORY, ASSETS_KEY, VARIABLES_DIRECTORY, VARIABLES_FILENAME
from tfcompat.saved_model.load import contains_saved_model as maybe_saved_model_directory
from tfcompat.saved_model.load import parse_saved_model

INIT_SIGNATURE, TRAIN_SIGNATURE = "__saved_model_init_op", "__saved_model_train_op"


def load(sess: Any, tags: Any, export_dir: Any, import_scope: str | None = None, **saver_kwargs: Any) -> Any:
    """Adds the graph of a SavedModel to a session's, and gives the variables its values (loader.load).

    tags: those of the graph. import_scope: comes before its names. saver_kwargs: for import_meta_graph. Returns the
    MetaGraphDef, with its signatures. OSError where there is no SavedModel; RuntimeError for tags that it has not.
    """
    directory = local(export_dir)
    meta = _with_tags(parse_saved_model(directory), tags)
    with sess.graph.as_default():
        saver, _ = imported(meta, import_scope=import_scope, **saver_kwargs)
        prefix = os.path.join(directory, VARIABLES_DIRECTORY, VARIABLES_FILENAME)
        if saver is not None and (saver._restored or saver.saver_def is None):
            saver.restore(sess, prefix)
        scope = f"{import_scope}/" if import_scope else ""
        init = _init_op(sess.graph, meta, scope)
        if init is not None:
            sess.run([init], _assets(directory, meta, scope))
    return meta


def _with_tags(model: Any, tags: Any) -> Any:
    wanted = {tags} if isinstance(tags, str) else set(tags)
    for meta in model.meta_graphs:
        if set(meta.meta_info_def.tags) == wanted:
            return meta
    available = [set(meta.meta_info_def.tags) for meta in model.meta_graphs]
    raise RuntimeError(
        f"MetaGraphDef associated with tags {str(tags).strip('[]')} could not be found in SavedModel, with available "
        f"tags '{available}'. To inspect available tag-sets in the SavedModel, please use the SavedModel CLI: "
        "`saved_model_cli`."
    )


def _init_op(graph: Any, meta: Any, scope: str) -> Any:
    """The operation that runs when the graph is loaded; None where there is none."""
    if INIT_SIGNATURE in meta.signature_def:
        name = meta.signature_def[INIT_SIGNATURE].outputs[INIT_SIGNATURE].name
        try:
            return graph.as_graph_element(f"{scope}{name}")
        except KeyError:
            raise errors.NotFoundError(
                None, None, f'The key "{INIT_SIGNATURE}" could not be found in the graph: it has no {name!r}.'
            ) from None
    for key in (MAIN_OP_KEY, LEGACY_INIT_OP_KEY):
        if key in meta.collection_def:
            names = meta.collection_def[key].node_list.value
            if len(names) != 1:
                raise RuntimeError(f"Expected exactly one SavedModel init op. Found {len(names)}: {list(names)}.")
            return graph.as_graph_element(f"{scope}{names[0]}")
    return None


def _assets(directory: str, meta: Any, scope: str) -> dict[str, str]:
    """The paths of assets by the names of the tensors that they are for."""
    protos = list(meta.asset_file_def)
    if not protos and ASSETS_KEY in meta.collection_def:
        from tfcompat._formats.protos import message

        protos = [message("AssetFileDef").FromString(a.value) for a in meta.collection_def[ASSETS_KEY].any_list.value]
    folder = os.path.join(directory, ASSETS_DIRECTORY)
    return {f"{scope}{p.tensor_info.name}": os.path.join(folder, os.path.basename(p.filename)) for p in protos}


__all__ = ["load", "maybe_saved_model_directory"]
