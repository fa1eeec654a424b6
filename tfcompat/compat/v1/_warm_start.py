"""Variables that begin with a checkpoint's values: tf.compat.v1.train.init_from_checkpoint, warm_start, VocabInfo."""

from __future__ import annotations

import collections
import os
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import tfcompat as tf
from tfcompat._core import logging
from tfcompat._core.state import state
from tfcompat._core.variable import Variable
from tfcompat._formats import checkpoints
from tfcompat._function.scopes import outside_of_graphs
from tfcompat.compat.v1._collections import GraphKeys, get_collection
from tfcompat.compat.v1._variable_store import default_store
from tfcompat.compat.v1.saver import keys_of
from tfcompat.train._restore import assign
from tfcompat.train.checkpoint_state import latest_checkpoint


class VocabInfo(
    collections.namedtuple(
        "VocabInfo", "new_vocab new_vocab_size num_oov_buckets old_vocab old_vocab_size backup_initializer axis"
    )
):
    """How rows or columns of a variable belong to words (tf.estimator.VocabInfo, tf.compat.v1.train.VocabInfo).

    new_vocab and old_vocab: files with a word a line, of which the first sizes count, -1 for all. num_oov_buckets:
    how many rows beyond the words there are. backup_initializer: of words that are new, zeros where None. axis: 0 for
    rows, 1 for columns; ValueError for others.
    """

    __slots__ = ()

    def __new__(
        cls,
        new_vocab: str,
        new_vocab_size: int,
        num_oov_buckets: int,
        old_vocab: str,
        old_vocab_size: int = -1,
        backup_initializer: Any = None,
        axis: int = 0,
    ) -> VocabInfo:
        if axis not in (0, 1):
            raise ValueError(f"The only supported values for the axis argument are 0 and 1.  Provided axis: {axis}")
        return super().__new__(
            cls, new_vocab, new_vocab_size, num_oov_buckets, old_vocab, old_vocab_size, backup_initializer, axis
        )


def init_from_checkpoint(ckpt_dir_or_file: Any, assignment_map: Any) -> None:
    """Lets variables begin with the values of a checkpoint; eager ones get them at once (init_from_checkpoint).

    assignment_map: {name in the checkpoint: a variable or its name}, or pairs of them; "scope/": "scope/" for all
    variables of get_variable below a scope, "/" for all there are. ValueError for a name or shape that the checkpoint
    does not have, and for a scope beside what is none.
    """
    path = os.fspath(ckpt_dir_or_file)
    path = latest_checkpoint(path) or path if os.path.isdir(path) else path
    pairs = assignment_map.items() if isinstance(assignment_map, Mapping) else assignment_map
    store = default_store().variables
    with checkpoints.Checkpoint(path) as checkpoint:
        keys = keys_of(checkpoint)
        for name, target in sorted(pairs, key=lambda pair: pair[0]):
            variable: Any = target if isinstance(target, Variable) else store.get(target)
            found = {name: variable} if variable is not None else _of_scope(name, str(target), store)
            for key, each in found.items():
                if key not in keys:
                    known = {key: list(shape) for key, (_, shape) in checkpoint.entries.items()}
                    raise ValueError(f"Tensor {key} is not found in {path} checkpoint {known}")
                need_shape(each, key, checkpoint.entries[keys[key]][1])
                if each._deferred is None:
                    assign(each, checkpoint, keys[key])
                else:
                    begin_with(each, np.asarray(checkpoint.read(keys[key])))


def _of_scope(name: str, target: str, store: Mapping[str, Any]) -> dict[str, Any]:
    """The variables below a scope by their names in the checkpoint."""
    if state.graph is None:
        raise NotImplementedError(
            "tf.compat.v1.train.init_from_checkpoint takes names of scopes in graphs alone, eager variables are in no "
            f"store. Received: {name!r}: {target!r}"
        )
    scope = target[: target.rindex("/")] if "/" in target else ""
    if not name.endswith("/"):
        raise ValueError(
            f"Assignment map with scope only name {scope} should map to scope only {name}. Should be 'scope/': "
            "'other_scope/'."
        )
    prefix = f"{scope}/" if scope else ""
    before = "" if name == "/" else name
    return {before + own[len(prefix) :]: v for own, v in sorted(store.items()) if own.startswith(prefix)}


def warm_start(
    ckpt_to_initialize_from: str,
    vars_to_warm_start: Any = ".*",
    var_name_to_vocab_info: Any = None,
    var_name_to_prev_var_name: Any = None,
) -> None:
    """Lets a graph's variables begin with a checkpoint's values (tf.compat.v1.train.warm_start).

    vars_to_warm_start: a regular expression for the names of trainable variables, None for those with a VocabInfo
    alone, a list of expressions for any global variables, or a list of variables. var_name_to_vocab_info: {name:
    VocabInfo}. var_name_to_prev_var_name: {name: the name in the checkpoint}. ValueError for names that there are not.
    """
    log = logging.get_logger()
    log.info(f"Warm-starting from: {ckpt_to_initialize_from}")
    variables = _chosen(vars_to_warm_start)
    vocabularies, renamed = dict(var_name_to_vocab_info or {}), dict(var_name_to_prev_var_name or {})
    path = latest_checkpoint(ckpt_to_initialize_from) or ckpt_to_initialize_from
    count = 0
    with checkpoints.Checkpoint(path) as checkpoint:
        keys = keys_of(checkpoint)
        for name, variable in variables.items():
            vocabulary = vocabularies.get(name)
            if vocabulary is None and not vars_to_warm_start:
                continue
            before = renamed.get(name) or name
            if before not in keys:
                found = {key: list(shape) for key, (_, shape) in checkpoint.entries.items()}
                raise ValueError(f"Tensor {before} is not found in {path} checkpoint {found}")
            value = np.asarray(checkpoint.read(keys[before]))
            if vocabulary is not None:
                begin_with(variable, _remapped(vocabulary, value, variable))
            else:
                need_shape(variable, before, value.shape)
                begin_with(variable, value)
            count += 1
    log.info("Warm-started %d variables.", count)
    for argument, names in (("var_name_to_prev_var_name", renamed), ("var_name_to_vocab_info", vocabularies)):
        unused = set(names) - set(variables)
        if unused:
            raise ValueError(
                f"You provided the following variables in {argument} that were not used: {unused}.  Perhaps you "
                f"misspelled them?  Here is the list of viable variable names: {variables.keys()}"
            )


def _chosen(wanted: Any) -> dict[str, Any]:
    """The variables by the names that they have in checkpoints."""
    if isinstance(wanted, str) or wanted is None:
        logging.get_logger().info("Warm-starting variables only in TRAINABLE_VARIABLES.")
        found = get_collection(GraphKeys.TRAINABLE_VARIABLES, scope=wanted)
    elif not isinstance(wanted, list):
        raise ValueError(f"`vars_to_warm_start must be a `list` or `str`.  Given type is {type(wanted)}")
    elif all(isinstance(v, str) for v in wanted):
        found = [v for scope in wanted for v in get_collection(GraphKeys.GLOBAL_VARIABLES, scope=scope)]
    elif all(isinstance(v, Variable) for v in wanted):
        found = wanted
    else:
        raise ValueError(
            "If `vars_to_warm_start` is a list, it must be all `Variable` or all `str`.  Given types are "
            f"{[type(v) for v in wanted]}"
        )
    return {v.name.removesuffix(":0"): v for v in found}


def need_shape(variable: Any, name: str, shape: Any) -> None:
    """ValueError where a checkpoint's value does not have the variable's shape."""
    if not variable.shape.is_compatible_with(shape):
        raise ValueError(
            f"Shape of variable {variable.name} ({variable.shape}) doesn't match with shape of tensor {name} "
            f"({list(shape)}) from checkpoint reader."
        )


def begin_with(variable: Any, value: Any) -> None:
    """Makes `value` what the variable's initializer gives."""
    with outside_of_graphs():
        variable._deferred[0].begin_with(variable, tf.constant(value, variable.dtype))


def _words(path: str, size: int) -> list[str]:
    with tf.io.gfile.GFile(path) as file:
        words = file.read().splitlines()
    return words if size < 0 else words[:size]


def _remapped(info: VocabInfo, value: np.ndarray, variable: Any) -> np.ndarray:
    """The value for the new words: that of the old ones where they are there."""
    if not (info.new_vocab and info.new_vocab_size and info.old_vocab):
        raise ValueError(
            "Invalid args: Must provide all of [current_vocab_path, current_vocab_size, prev_ckpt, prev_vocab_path}."
        )
    shape = [int(n) for n in variable.shape]
    words = len(_words(info.new_vocab, info.new_vocab_size)) + info.num_oov_buckets
    if words > shape[info.axis]:
        raise ValueError(
            f"{info.new_vocab} has {words - info.num_oov_buckets} words, and there are {info.num_oov_buckets} buckets "
            f"beside them: too many for {variable.name} of shape {shape} along axis {info.axis}."
        )
    places = {word: i for i, word in enumerate(_words(info.old_vocab, info.old_vocab_size))}
    result = np.array(_begun(info.backup_initializer, shape, variable), dtype=value.dtype)
    rows, before = np.moveaxis(result, info.axis, 0), np.moveaxis(value, info.axis, 0)
    for i, word in enumerate(_words(info.new_vocab, info.new_vocab_size)):
        if word in places:
            rows[i] = before[places[word]]
    return result


def _begun(initializer: Callable[..., Any] | None, shape: list[int], variable: Any) -> Any:
    if initializer is None:
        return np.zeros(shape, variable.dtype.as_numpy_dtype)
    with outside_of_graphs():
        return initializer(shape, dtype=variable.dtype).numpy()
