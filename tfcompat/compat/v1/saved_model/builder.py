"""tf.compat.v1.saved_model.builder: graphs of sessions as SavedModels."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from typing import Any

from tfcompat._core.tensor import Tensor
from tfcompat._formats.protos import message
from tfcompat._function.listing import constant
from tfcompat._function.recorder import is_fake
from tfcompat._function.symbolic import Operation, SymbolicTensor
from tfcompat.compat.v1._collections import GraphKeys
from tfcompat.compat.v1._meta_graphs import building, write_message
from tfcompat.compat.v1.saved_model.constants import LEGACY_INIT_OP_KEY, MAIN_OP_KEY
from tfcompat.compat.v1.saved_model.loader import INIT_SIGNATURE, TRAIN_SIGNATURE
from tfcompat.compat.v1.saved_model.signature_def_utils import predict_signature_def
from tfcompat.compat.v1.saved_model.utils import build_tensor_info
from tfcompat.compat.v1.saver import Saver
from tfcompat.io._paths import local
from tfcompat.saved_model import constants

_ASSET_TYPE = "type.googleapis.com/tensorflow.AssetFileDef"


class SavedModelBuilder:
    """Writes graphs, the first of them with its variables, as one SavedModel (tf.compat.v1.saved_model.Builder).

    export_dir: a directory that is empty or not there yet; AssertionError for another.
    """

    __module__ = "tensorflow.python.saved_model.builder_impl"

    def __init__(self, export_dir: Any) -> None:
        self._directory = local(export_dir)
        self._model = message("SavedModel")(saved_model_schema_version=constants.SAVED_MODEL_SCHEMA_VERSION)
        self._has_variables = False
        if os.path.exists(self._directory) and os.listdir(self._directory):
            raise AssertionError(
                f"Export directory {export_dir} already exists, and isn't empty. Please choose a different export "
                "directory, or delete all the contents of the specified directory."
            )
        os.makedirs(self._directory, exist_ok=True)

    def add_meta_graph_and_variables(
        self,
        sess: Any,
        tags: Sequence[str],
        signature_def_map: Mapping[str, Any] | None = None,
        assets_collection: Sequence[Any] | None = None,
        legacy_init_op: Any = None,
        clear_devices: bool = False,
        main_op: Any = None,
        strip_default_attrs: bool = False,
        saver: Any = None,
    ) -> None:
        """Adds the graph that is built, and the values of its variables in a session; to be called first, and once.

        tags: what the graph is found by. signature_def_map: SignatureDefs by name. assets_collection: tensors with
        the paths of files to copy. main_op (or legacy_init_op): the operation that runs when the graph is loaded.
        saver: what writes the variables, by default all. AssertionError where it was called before.
        """
        if self._has_variables:
            raise AssertionError(
                "Graph state including variables and assets has already been saved. Please invoke `add_meta_graph()` "
                "instead."
            )
        graph = getattr(sess, "graph", None) if building(getattr(sess, "graph", None)) else None
        with graph.as_default():  # type: ignore[union-attr]
            saver = Saver(allow_empty=True) if saver is None else saver
            prefix = os.path.join(self._directory, constants.VARIABLES_DIRECTORY, constants.VARIABLES_FILENAME)
            os.makedirs(os.path.dirname(prefix), exist_ok=True)
            self._check(signature_def_map or {})
            self._add_main_op(main_op if main_op is not None else legacy_init_op)
            if saver._named() or saver._parts():
                saver.save(sess, prefix, write_meta_graph=False, write_state=False)
            self._add(tags, signature_def_map, assets_collection, clear_devices, strip_default_attrs, saver)
        self._has_variables = True

    def add_meta_graph(
        self,
        tags: Sequence[str],
        signature_def_map: Mapping[str, Any] | None = None,
        assets_collection: Sequence[Any] | None = None,
        legacy_init_op: Any = None,
        clear_devices: bool = False,
        main_op: Any = None,
        strip_default_attrs: bool = False,
        saver: Any = None,
    ) -> None:
        """Adds the graph that is built, which takes the variables that were added before; see above."""
        if not self._has_variables:
            raise AssertionError(
                "Graph state including variables and assets has not been saved yet. Please invoke "
                "`add_meta_graph_and_variables()` first."
            )
        self._check(signature_def_map or {})
        self._add_main_op(main_op if main_op is not None else legacy_init_op)
        saver = Saver(allow_empty=True) if saver is None else saver
        self._add(tags, signature_def_map, assets_collection, clear_devices, strip_default_attrs, saver)

    def save(
        self,
        as_text: bool = False,
        experimental_image_format: bool = False,
        experimental_image_writer_options: Any = None,
    ) -> bytes:
        """Writes the file that makes the directory a SavedModel; its path.

        as_text: as text. NotImplementedError for experimental_image_format, and with it its options.
        """
        if experimental_image_format or experimental_image_writer_options is not None:
            raise NotImplementedError("Builder.save: experimental_image_format is not in tfcompat.")
        name = constants.SAVED_MODEL_FILENAME_PBTXT if as_text else constants.SAVED_MODEL_FILENAME_PB
        path = os.path.join(self._directory, name)
        write_message(path, self._model, as_text)
        return path.encode()

    # ---- parts ----

    def _check(self, signatures: Mapping[str, Any]) -> None:
        for signature in signatures.values():
            for info in [*signature.inputs.values(), *signature.outputs.values()]:
                _check_info(info)
        for key, what in ((INIT_SIGNATURE, "initialization"), (TRAIN_SIGNATURE, "the train op")):
            if key in signatures:
                raise KeyError(f'SignatureDef map key "{key}" is reserved for {what}. Please use a different key.')

    def _add_main_op(self, main_op: Any) -> None:
        if main_op is None:
            return
        if not isinstance(main_op, Operation):
            raise TypeError(f"Expected {main_op} to be an Operation but got type {type(main_op)} instead.")
        for key in (MAIN_OP_KEY, LEGACY_INIT_OP_KEY):
            if building().get_collection(key):
                raise ValueError(f"Graph already contains one or more main ops under the collection {key}.")
        building().add_to_collection(MAIN_OP_KEY, main_op)

    def _add(
        self,
        tags: Sequence[str],
        signatures: Mapping[str, Any] | None,
        assets: Sequence[Any] | None,
        clear_devices: bool,
        strip_default_attrs: bool,
        saver: Any,
    ) -> None:
        meta = saver.export_meta_graph(clear_devices=clear_devices, strip_default_attrs=strip_default_attrs)
        for asset in assets or ():
            self._add_asset(meta, asset)
        meta.meta_info_def.tags.extend(tags)
        for key, signature in (signatures or {}).items():
            meta.signature_def[key].CopyFrom(signature)
        self._model.meta_graphs.add().CopyFrom(meta)

    def _add_asset(self, meta: Any, tensor: Any) -> None:
        """Copies a file, and notes what tensor its path is for."""
        if not isinstance(tensor, Tensor):
            raise TypeError(f"Asset path tensor {tensor} must be a Tensor.")
        path = _constant_path(tensor)
        if not path:
            raise ValueError(f"Asset filepath tensor {tensor} in is invalid.")
        folder = os.path.join(self._directory, constants.ASSETS_DIRECTORY)
        os.makedirs(folder, exist_ok=True)
        name, number = os.path.basename(path), 0
        while os.path.exists(os.path.join(folder, name)) and not _same(os.path.join(folder, name), local(path)):
            number += 1
            name = f"{os.path.basename(path)}_{number}"
        shutil.copyfile(local(path), os.path.join(folder, name))
        proto = message("AssetFileDef")(filename=name)
        proto.tensor_info.CopyFrom(build_tensor_info(tensor))
        held = meta.collection_def[constants.ASSETS_KEY].any_list.value.add()
        held.type_url, held.value = _ASSET_TYPE, proto.SerializeToString(deterministic=True)
        meta.asset_file_def.add().CopyFrom(proto)


def _check_info(info: Any) -> None:
    encoding = info.WhichOneof("encoding")
    if encoding is None:
        raise AssertionError(
            f"Invalid `tensor_info`: {info}. All TensorInfo protos used in the SignatureDefs must have one of the "
            "'encoding' fields (e.g., name or coo_sparse) set."
        )
    if encoding == "composite_tensor":
        for component in info.composite_tensor.components:
            _check_info(component)
    elif not info.dtype:
        raise AssertionError(
            f"Invalid `tensor_info`: {info}. All TensorInfo protos used in the SignatureDefs must have the dtype field "
            "set."
        )


def _constant_path(tensor: Any) -> str:
    """The path that a constant of a graph is, or that an imported one's node has."""
    from tfcompat._formats.tensor_proto import make_ndarray

    imported = getattr(getattr(tensor, "op", None), "imported", None)
    if imported is not None and imported.proto.op == "Const":
        found = make_ndarray(imported.proto.attr["value"].tensor)
    elif isinstance(tensor, SymbolicTensor):
        if is_fake(tensor._held):
            raise TypeError(f"Asset path tensor {tensor} must be of type Const.")
        found = constant(tensor._held)[0]
    else:
        found = tensor.numpy()
    value = found.item() if hasattr(found, "item") else found
    if not isinstance(value, (str, bytes)):
        raise TypeError(f"Asset path tensor {tensor} must be of dtype string.")
    return value.decode() if isinstance(value, bytes) else value


def _same(first: str, second: str) -> bool:
    with open(first, "rb") as a, open(second, "rb") as b:
        return a.read() == b.read()


def simple_save(
    session: Any, export_dir: Any, inputs: Mapping[str, Any], outputs: Mapping[str, Any], legacy_init_op: Any = None
) -> None:
    """Writes a session's graph, with what it takes and gives by name, as a SavedModel for serving (simple_save).

    legacy_init_op: the operation that runs when it is loaded. Files named in the collection of assets are copied.
    """
    with session.graph.as_default():
        signature = predict_signature_def(inputs, outputs)
        builder = SavedModelBuilder(export_dir)
        builder.add_meta_graph_and_variables(
            session,
            [constants.SERVING],
            {constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY: signature},
            session.graph.get_collection(GraphKeys.ASSET_FILEPATHS),
            main_op=legacy_init_op,
            clear_devices=True,
        )
    builder.save()


__all__ = ["SavedModelBuilder"]
