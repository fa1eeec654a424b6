"""What restoring a checkpoint returns: what was restored can be asked for, and insisted on."""

from __future__ import annotations

from typing import Any

from tfcompat._formats.checkpoints import Checkpoint
from tfcompat.train._graph import walk
from tfcompat.train._restore import Restoration, restore_by_name

_MODULE = "tensorflow.python.checkpoint.checkpoint"


class _LoadStatus:
    """What the statuses share."""

    __module__ = _MODULE

    def expect_partial(self) -> Any:
        """Silences the warnings about values that no object got."""
        return self

    def run_restore_ops(self, session: Any = None) -> None:
        """Nothing: values are restored at once."""

    def initialize_or_restore(self, session: Any = None) -> None:
        """Nothing: values are restored at once."""


class CheckpointLoadStatus(_LoadStatus):
    """The status of a checkpoint of objects."""

    __module__ = _MODULE

    def __init__(self, restoration: Restoration, root: Any) -> None:
        self._restoration, self._root = restoration, root

    def assert_consumed(self) -> CheckpointLoadStatus:
        """AssertionError unless every value went to an object, and every object got its values."""
        self._restoration.check_consumed(self._root)
        return self

    def assert_existing_objects_matched(self) -> CheckpointLoadStatus:
        """AssertionError unless every object that exists by now got its values."""
        self._restoration.check_existing(self._root)
        return self

    def assert_nontrivial_match(self) -> CheckpointLoadStatus:
        """AssertionError unless something besides the root was found."""
        self._restoration.check_nontrivial(self._root)
        return self

    def expect_partial(self) -> CheckpointLoadStatus:
        """Silences the warnings about values that no object got."""
        self._restoration.expects_partial = True
        return self


class InitializationOnlyStatus(_LoadStatus):
    """The status of restoring None."""

    __module__ = _MODULE

    def __init__(self, root: Any) -> None:
        self._root = root

    def assert_consumed(self) -> Any:
        """AssertionError: nothing is restored."""
        raise AssertionError("No checkpoint specified (save_path=None); nothing is being restored.")

    assert_existing_objects_matched = assert_consumed
    assert_nontrivial_match = assert_consumed


class NameBasedSaverStatus(_LoadStatus):
    """The status of a checkpoint without objects (TensorFlow 1's), whose values go to variables by their names."""

    __module__ = _MODULE

    def __init__(self, checkpoint: Checkpoint, root: Any) -> None:
        self._missing = restore_by_name(checkpoint, [each.value for each in walk(root)])
        self._unused = set(checkpoint.entries)

    def assert_consumed(self) -> NameBasedSaverStatus:
        """AssertionError unless every variable was found."""
        return self.assert_existing_objects_matched()

    def assert_existing_objects_matched(self) -> NameBasedSaverStatus:
        """AssertionError unless every variable was found."""
        if self._missing:
            told = "".join(f"\n    {value!r}: {names}" for value, names in self._missing)
            raise AssertionError(f"Some objects had attributes which were not restored: {told}")
        return self

    def assert_nontrivial_match(self) -> NameBasedSaverStatus:
        """AssertionError unless every variable was found."""
        return self.assert_existing_objects_matched()
