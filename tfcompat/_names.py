"""Unknown names: one that TensorFlow has and tfcompat lacks is told apart from one that nobody has.

A public module ends with one line::

    __getattr__ = _names.module_getattr("tf.math", globals())

and may name what to load on first use: ``lazy={"keras": "tfcompat.keras", "Example": "tfcompat.train.protos:Example"}``
("package.module" or "package.module:attribute"). TensorFlow's public names lie in ``_api_names.txt``, which
scripts/make_api_names.py makes and which is read only when a name is missing.
"""

from __future__ import annotations

import difflib
import dis
import functools
import importlib
import pathlib
import sys
import types
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

TF_API = "2.21"

_IMPORT_FROM = dis.opmap["IMPORT_FROM"]
_KNOWN_DUNDERS = frozenset({"__internal__", "__operators__", "__git_version__", "__compiler_version__"})
_SAME = {"tf.compat.v2": "tf", "tf.compat.v1.keras": "tf.keras", "tf.compat.v1.raw_ops": "tf.raw_ops"}
_INSTEAD = {
    "tf.raw_ops": "call the public op that TensorFlow builds on it (tf.queue.FIFOQueue for tf.raw_ops.FIFOQueueV2)",
    "tf.compat.v1": "use the TensorFlow 2 name for it (TensorFlow's tf_upgrade_v2 script rewrites a program)",
    "tf.lite": "export the torch side of the model with torch.export",
    "tf.keras.layers.JaxLayer": "it needs JAX: wrap torch code with tf.keras.layers.TorchModuleWrapper",
    "tf.keras.layers.FlaxLayer": "it needs JAX: wrap a torch module with tf.keras.layers.TorchModuleWrapper",
    "tf.tpu.experimental.embedding": "tfcompat runs on torch's devices: look tables up with "
    "tf.tpu.experimental.embedding.TPUEmbeddingForServing, or use tf.keras.layers.Embedding",
    "tf.tpu": "train on CPU or GPU: tfcompat runs on torch's devices",
    "tf.dtensor": "use tf.distribute, or torch.distributed.tensor on tfcompat.to_torch(x)",
    "tf.experimental.dtensor": "use tf.distribute, or torch.distributed.tensor on tfcompat.to_torch(x)",
    "tf.distribute.coordinator": "there are no workers to send functions to: use tf.distribute.MirroredStrategy",
    "tf.distribute.experimental.coordinator": "there are no workers to send functions to: use "
    "tf.distribute.MirroredStrategy",
    "tf.distribute.experimental.rpc": "there are no TensorFlow servers: use torch.distributed.rpc",
    "tf.distribute.Server": "there are no TensorFlow servers: use tf.distribute.MirroredStrategy in one process",
    "tf.xla": "use tf.function(jit_compile=True)",
    "tf.debugging.experimental": "use tf.debugging.enable_check_numerics to find NaN, torch.profiler to see what ran",
    "tf.mlir": "read the graph that tf.function captured, a torch.fx graph",
    "tf.profiler.experimental.client": "there is no profiler service: use tf.profiler.experimental.start instead",
    "tf.profiler.experimental.server": "there is no profiler service: use tf.profiler.experimental.start instead",
    "tf.test.create_local_cluster": "there are no TensorFlow servers: use tf.distribute.MultiWorkerMirroredStrategy",
    "tf.test.benchmark_config": "it turns off an optimizer of TensorFlow's sessions, which tfcompat has not",
    "tf.debugging.experimental.enable_dump_debug_info": "TensorFlow's Debugger V2 is not there: "
    "use tf.debugging.enable_check_numerics to find NaN, tf.profiler.experimental.start to see what ran",
}


_TPU = "it drives TPUs, tfcompat runs on torch's devices"
# Raw ops that are refused by families: a part of their names, and why or what to use instead.
_RAW_OPS = (
    (
        (
            "TPU",
            "XlaSparse",
            "Infeed",
            "Outfeed",
            "Prelinearize",
            "CrossReplicaSum",
            "SparseCore",
            "Minibatch",
            "CooTensor",
        ),
        _TPU,
    ),
    (("Collective", "Nccl", "AllToAll"), "tensors are exchanged by tf.distribute, or by torch.distributed"),
    (("BoostedTrees",), "TensorFlow 2.21 has no kernel for it either: its boosted trees are gone"),
    (("CudnnRNN",), "use tf.keras.layers.LSTM or GRU, whose torch kernels are cuDNN's on a GPU"),
    (("WorkerHeartbeat",), "there are no TensorFlow servers to talk to"),
    (("CTCLossV2",), "it is cuDNN's: use tf.nn.ctc_loss"),
    (("CreateSummaryDbWriter",), "TensorBoard reads no databases any more: use tf.raw_ops.CreateSummaryFileWriter"),
    (("DatasetToGraph", "DatasetFromGraph"), "its datasets are no graphs: keep their elements with Dataset.save"),
    (("DecodeJxl",), "there is no decoder of JPEG XL: keep images as PNG, JPEG, GIF or BMP"),
    (("GenerateBoundingBoxProposals",), "TensorFlow has it on GPUs alone: use tf.image.non_max_suppression"),
    (("GetSessionHandleV2",), "use tf.compat.v1.get_session_handle"),
    (("IteratorGetModelProto",), "its pipelines have no model that tunes them"),
    (("WeightedFlatMapDataset",), "use tf.data.Dataset.sample_from_datasets"),
    (("FilterByLastComponent", "GlobalIterId"), "TensorFlow 2.21 has no kernel for it either"),
    (
        ("QuantizedConv2D", "QuantizedDepthwiseConv2D"),
        "it is oneDNN's, which takes no filter but of graphs that it rewrote itself: call the ops that it fuses",
    ),
)


class MissingNameError(AttributeError):
    """TensorFlow has this public name and tfcompat lacks it; an AttributeError, so ``hasattr`` answers False."""


class MissingImportError(ImportError):
    """``from tensorflow.x import y`` where TensorFlow has y and tfcompat lacks it; says what MissingNameError says."""


@functools.cache
def api() -> Mapping[str, frozenset[str]]:
    """TensorFlow's public names: {"tf.math": {"abs", "acos", ...}, ...}, from the data file beside this module."""
    text = pathlib.Path(__file__).with_name("_api_names.txt").read_text(encoding="utf-8")
    rows = (line.partition(": ") for line in text.splitlines() if not line.startswith("#"))
    return {namespace: frozenset(names.split()) for namespace, _, names in rows}


def is_api_name(full_name: str) -> bool:
    """Whether TensorFlow's public API has ``full_name`` ("tf.math.abs"), a function, class, constant or namespace."""
    namespace, _, name = canonical(full_name).rpartition(".")
    return full_name == "tf" or name in api().get(namespace, ())


def canonical(full_name: str) -> str:
    """The name without TensorFlow's ways round: tf.compat.v2.X is tf.X, and tf.compat.v1.keras.X is tf.keras.X."""
    for prefix, short in _SAME.items():
        if full_name == prefix or full_name.startswith(prefix + "."):
            return canonical(short + full_name[len(prefix) :])
    return full_name


@functools.lru_cache(maxsize=256)
def explain(public_name: str, name: str) -> str:
    """What to tell who asked for ``name`` in ``public_name`` ("tf.math"), where tfcompat has no such name."""
    full_name = f"{public_name}.{name}"
    if is_api_name(full_name):
        return f"TensorFlow {TF_API} has {full_name}, tfcompat does not: {_instead(full_name)}."
    module = public_name.replace("tf", "tensorflow", 1)
    close = _closest(public_name, name)
    return f"module '{module}' has no attribute '{name}'" + (f". Did you mean {close}?" if close else "")


def error(public_name: str, name: str) -> AttributeError:
    """The exception for ``public_name.name``: MissingNameError where TensorFlow has it, else a plain AttributeError."""
    kind = MissingNameError if is_api_name(f"{public_name}.{name}") else AttributeError
    return kind(explain(public_name, name), name=name)


def lazy_names(modules: Mapping[str, str]) -> dict[str, str]:
    """The ``lazy`` of `module_getattr` from a table that gives, for each module, its submodules or attributes to load.

    A name is an attribute where the module is private or no package: {"tfcompat": "math", "tfcompat._x": "Y"}.
    """
    return {
        name: f"{module}.{name}" if module in _PACKAGES else f"{module}:{name}"
        for module, names in modules.items()
        for name in names.split()
    }


_PACKAGES = frozenset({"tfcompat", "tfcompat.keras"})  # of these a lazy name is a submodule


def module_getattr(
    public_name: str,
    module_globals: dict[str, Any],
    lazy: Mapping[str, str] | None = None,
    loaded: Callable[[dict[str, Any]], None] | None = None,
) -> Callable[[str], Any]:
    """The ``__getattr__`` of the public module ``public_name`` ("tf.math"), whose ``globals()`` is ``module_globals``.

    ``lazy`` maps a name to "package.module" or "package.module:attribute", imported when the name is first read and
    then kept in the module. Any other name raises what `error` says, under ``from m import name`` as an ImportError
    (MissingImportError for a name of TensorFlow's) with the same words. ``loaded`` is called with the module's globals
    where one of the lazy names was loaded. Also gives the module its ``__dir__``, and what
    ``from m import *`` takes: all of it, also what loads on first use.
    """
    lazy = dict(lazy or {})
    module_globals.setdefault("__dir__", lambda: _public_names(public_name, module_globals, lazy))
    if "__all__" in module_globals:
        written = module_globals["__all__"]
        written.extend(name for name in lazy if not name.startswith("_") and name not in written)

    def __getattr__(name: str) -> Any:
        target = lazy.get(name)
        if target is not None and (found := _load(target)) is not None:
            module_globals[name] = found
            if loaded is not None:
                loaded(module_globals)
            return found
        if name == "__all__":
            return [name for name in _public_names(public_name, module_globals, lazy) if not name.startswith("_")]
        if name.startswith("__") and name not in _KNOWN_DUNDERS:  # importlib, copy and inspect probe for these
            raise AttributeError(f"module {module_globals['__name__']!r} has no attribute {name!r}", name=name)
        if (module := _former_module(public_name, name)) is not None:
            module_globals[name] = module
            return module
        raise_from(error(public_name, name), module_globals["__name__"], name, sys._getframe(1))

    return __getattr__


def _former_module(public_name: str, name: str) -> types.ModuleType | None:
    """The module of Keras 2 that ``from keras.utils import np_utils`` asks for, of which no public name is left."""
    if not public_name.startswith("tf.keras"):
        return None
    path = f"tensorflow{public_name[2:]}.{name}"
    internals = _load("tfcompat._internals")
    return internals.find(path) if internals.provides(path) else None


def raise_from(failure: AttributeError, module: str, name: str, caller: types.FrameType) -> NoReturn:
    """Raises `failure`, or an ImportError with its words where `caller` is at ``from module import name``.

    There Python would put its own "cannot import name" over an AttributeError's words. A submodule that is still
    loading is left to Python, which finds it in sys.modules.
    """
    if caller.f_code.co_code[caller.f_lasti] == _IMPORT_FROM and f"{module}.{name}" not in sys.modules:
        kind = MissingImportError if isinstance(failure, MissingNameError) else ImportError
        raise kind(str(failure), name=f"{module}.{name}")
    raise failure


def _load(target: str) -> Any:
    """The module or attribute that a ``lazy`` entry names, or None where its module does not exist."""
    module_name, _, attribute = target.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as failure:
        if failure.name != module_name:
            raise
        return None
    return getattr(module, attribute) if attribute else module


def _public_names(public_name: str, module_globals: Mapping[str, Any], lazy: Mapping[str, str]) -> list[str]:
    """What ``dir(module)`` lists: TensorFlow's names that are there, and those the module adds to them."""
    known = api().get(canonical(public_name), frozenset())
    package = module_globals["__name__"]

    def is_public(name: str) -> bool:
        if name.startswith("__"):
            return True
        value = module_globals.get(name)
        is_module = isinstance(value, types.ModuleType)
        home = value.__name__.rpartition(".")[0] if is_module else getattr(value, "__module__", None)
        return not name.startswith("_") and (name in known or home == package)

    return sorted({*filter(is_public, module_globals), *lazy})


def _instead(full_name: str) -> str:
    own = sys.modules.get("tfcompat")
    leaf = full_name.rpartition(".")[2]
    others = [f"{namespace}.{leaf}" for namespace, names in api().items() if leaf in names]
    for other in sorted(others, key=len):
        if other != full_name and own is not None and _exists(own, other):
            return f"{other} exists, see whether it does what you need"
    if full_name.startswith("tf.raw_ops."):
        for parts, hint in _RAW_OPS:
            if any(part in leaf for part in parts):
                return hint
    for prefix, hint in _INSTEAD.items():
        if full_name == prefix or full_name.startswith(prefix + "."):
            return hint
    return "use torch in its place, tfcompat.to_torch(x) and tfcompat.from_torch(t) share memory and gradients"


def _exists(own: types.ModuleType, full_name: str) -> bool:
    """Whether a loaded part of tfcompat has ``full_name``; loads nothing."""
    value: Any = own
    for part in full_name.split(".")[1:]:
        if not isinstance(value, types.ModuleType) or part not in vars(value):
            return False
        value = vars(value)[part]
    return True


def _closest(public_name: str, name: str) -> str | None:
    """The public name most like ``public_name.name``: the same name elsewhere, else a near one in this namespace."""
    elsewhere = [namespace for namespace, names in api().items() if name in names]
    if elsewhere:
        return f"{min(elsewhere, key=lambda namespace: (len(namespace), namespace))}.{name}"
    names = api().get(canonical(public_name), frozenset())
    near = difflib.get_close_matches(name, sorted(names), n=1, cutoff=0.7) or difflib.get_close_matches(
        name.lower(), [each for each in sorted(names) if each.islower()], n=1, cutoff=0.7
    )
    return f"{public_name}.{near[0]}" if near else None
