"""tf.test.TestCase's assertions: what each accepts and rejects, as TensorFlow 2.21's do."""

import dataclasses
import os
import pathlib
import sys
import unittest
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tfcompat.test import TestCase

NAN = float("nan")
c = tf.constant


@dataclasses.dataclass
class Point:
    x: int


def one() -> np.ndarray:
    return np.ones(2)


ACCEPTED = [
    ("assertAllEqual", c([1, 2]), [1, 2]),
    ("assertAllEqual", c(["a"]), ["a"]),
    ("assertAllEqual", c(["a"]), [b"a"]),
    ("assertAllEqual", [NAN], [NAN]),
    ("assertAllEqual", True, True),
    ("assertNotAllEqual", 1, 2),
    ("assertAllClose", c([1.0, 2.0]), [1.0, 2.0 + 1e-7]),
    ("assertAllClose", tf.Variable([1.0]), np.ones(1)),
    ("assertAllClose", {"a": [1.0, (2.0,)]}, {"a": [1.0, (2.0,)]}),
    ("assertAllClose", [[1.0, 2.0], [3.0]], [[1.0, 2.0], [3.0]]),
    ("assertAllClose", NAN, NAN),
    ("assertAllClose", 1.0, 1.05, 0.1),
    ("assertNotAllClose", 1.0, 2.0),
    ("assertAllCloseAccordingToType", np.float16(1.0), np.float16(1.001)),
    ("assertAllCloseAccordingToType", tf.cast(1.0, tf.bfloat16), np.float32(1.005)),
    ("assertNear", 1.0, 1.05, 0.1),
    ("assertNear", np.inf, np.inf, 0.1),
    ("assertArrayNear", [1.0, 2.0], [1.0, 2.0], 1e-3),
    ("assertNDArrayNear", one(), one(), 1e-3),
    ("assertAllInRange", [1, 2], 1, 2),
    ("assertAllInRange", 5.0, 0, 10),
    ("assertAllInSet", [1, 1, 2], {1, 2}),
    ("assertAllGreater", [2, 3], 1),
    ("assertAllGreaterEqual", [2, 1], 1),
    ("assertAllLess", [1, 2], 3),
    ("assertAllLessEqual", [1, 2], 2),
    ("assertShapeEqual", np.ones([2, 3]), c(np.ones([2, 3]))),
    ("assertDTypeEqual", c(1.0), np.float32),
    ("assertDeviceEqual", "/cpu:0", "/device:CPU:0"),
    ("assertDeviceEqual", None, ""),
    ("assertLen", [1], 1),
    ("assertEmpty", []),
    ("assertNotEmpty", [1]),
    ("assertContainsSubset", [1], [1, 2]),
    ("assertNoCommonElements", [1], [2]),
    ("assertItemsEqual", [1, 2], [2, 1]),
    ("assertSameElements", [1], [1, 1]),
    ("assertContainsSubsequence", [1, 2, 3], [1, 3]),
    ("assertContainsExactSubsequence", [1, 2, 3], [2, 3]),
    ("assertSequenceStartsWith", [1, 2], [1, 2, 3]),
    ("assertSequenceStartsWith", 1, [1, 2, 3]),
    ("assertTotallyOrdered", [1], [2, 2], [3]),
    ("assertSequenceAlmostEqual", [1.0], [1.0 + 1e-9]),
    ("assertDictAlmostEqual", {"a": 1.0}, {"a": 1.0 + 1e-9}),
    ("assertMappingEqual", {"a": 1}, {"a": 1}),
    ("assertSameStructure", {"a": [1]}, {"a": [1]}),
    ("assertJsonEqual", '{"a":1}', '{ "a" : 1}'),
    ("assertDataclassEqual", Point(1), Point(1)),
    ("assertBetween", 1, 0, 2),
    ("assertIsSubclass", int, object),
    ("assertNotIsSubclass", object, int),
    ("assertStartsWith", "abc", "a"),
    ("assertNotStartsWith", "abc", "b"),
    ("assertEndsWith", "abc", "c"),
    ("assertNotEndsWith", "abc", "b"),
    ("assertContainsInOrder", ["a", "c"], "abc"),
    ("assertRegexMatch", "abc", ["x", "b"]),
    ("assertUrlEqual", "http://a/b?x=1&y=2", "http://a/b?y=2&x=1"),
    ("assertCommandSucceeds", ["echo", "hi"], [b"hi"]),
    ("assertCommandFails", ["false"], [b""]),
]

REJECTED = [
    ("assertAllEqual", [1, 2], [1, 3]),
    ("assertAllEqual", [1, 2], [[1, 2]]),
    ("assertAllEqual", c(["a"]), ["b"]),
    ("assertNotAllEqual", 1, 1),
    ("assertAllClose", [1.0, 2.0], [1.0, 2.1]),
    ("assertAllClose", [1.0, 2.0], [1.0, 2.0, 3.0]),
    ("assertAllClose", {"a": 1.0}, {"b": 1.0}),
    ("assertAllClose", [[1.0, 2.0], [3.0]], [[1.0, 2.0], [3.1]]),
    ("assertAllClose", 1.0, NAN),
    ("assertNotAllClose", 1.0, 1.0),
    ("assertAllCloseAccordingToType", np.float64(1.0), np.float64(1.001)),
    ("assertNear", 1.0, 2.0, 0.1),
    ("assertArrayNear", [1.0], [1.0, 2.0], 1),
    ("assertNDArrayNear", one(), 0 * one(), 1.0),
    ("assertAllInRange", [1, 2], 1, 2, False, True),
    ("assertAllInRange", [NAN], 0, 1),
    ("assertAllInRange", ["a"], 0, 1),
    ("assertAllInSet", [1, 3], {1, 2}),
    ("assertAllGreater", [2, 1], 1),
    ("assertAllGreaterEqual", [0], 1),
    ("assertAllLess", [1, 2], 2),
    ("assertAllLessEqual", [3], 2),
    ("assertShapeEqual", np.ones(2), c([1.0] * 3)),
    ("assertDTypeEqual", c(1.0), np.float64),
    ("assertDeviceEqual", "/cpu:0", "/gpu:0"),
    ("assertLen", [1], 2),
    ("assertEmpty", [1]),
    ("assertEmpty", 5),
    ("assertNotEmpty", ""),
    ("assertContainsSubset", [3], [1, 2]),
    ("assertNoCommonElements", [1], [1]),
    ("assertItemsEqual", [1], [1, 1]),
    ("assertSameElements", [1], [2]),
    ("assertSameElements", "a", "a"),
    ("assertContainsSubsequence", [1, 2, 3], [3, 1]),
    ("assertContainsExactSubsequence", [1, 2, 3], [1, 3]),
    ("assertSequenceStartsWith", [2], [1, 2]),
    ("assertSequenceStartsWith", [], [1, 2]),
    ("assertTotallyOrdered", [1], [1]),
    ("assertSequenceAlmostEqual", [1.0], [1.1]),
    ("assertDictAlmostEqual", {"a": 1.0}, {"a": 1.1}),
    ("assertMappingEqual", {"a": 1}, {"a": 2}),
    ("assertSameStructure", {"a": [1]}, {"a": [2]}),
    ("assertSameStructure", {"a": [1]}, {}),
    ("assertJsonEqual", '{"a":1}', '{"a":2}'),
    ("assertDataclassEqual", Point(1), Point(2)),
    ("assertBetween", 3, 0, 2),
    ("assertIsSubclass", object, int),
    ("assertNotIsSubclass", int, object),
    ("assertStartsWith", "abc", "b"),
    ("assertNotStartsWith", "abc", "a"),
    ("assertEndsWith", "abc", "b"),
    ("assertNotEndsWith", "abc", "c"),
    ("assertContainsInOrder", ["c", "a"], "abc"),
    ("assertRegexMatch", "abc", ["x"]),
    ("assertRegexMatch", "abc", "a"),
    ("assertUrlEqual", "http://a/b", "http://a/c"),
    ("assertCommandSucceeds", ["false"]),
    ("assertCommandFails", ["true"], [b""]),
]


@pytest.fixture
def case() -> TestCase:
    return TestCase("subTest")


@pytest.mark.parametrize("call", ACCEPTED, ids=lambda call: call[0])
def test_accepts(case: TestCase, call: tuple) -> None:
    getattr(case, call[0])(*call[1:])


@pytest.mark.parametrize("call", REJECTED, ids=lambda call: call[0])
def test_rejects(case: TestCase, call: tuple) -> None:
    with pytest.raises(AssertionError):
        getattr(case, call[0])(*call[1:])


def test_arguments_of_the_wrong_kind(case: TestCase) -> None:
    with pytest.raises(ValueError, match="Can't compare dict to non-dict"):
        case.assertAllClose({"a": 1.0}, [1.0])
    with pytest.raises(ValueError, match="a and b have 2 and 1 items"):
        case.assertAllClose([[1.0, 2.0], [3.0]], [[1.0, 2.0]])
    with pytest.raises(TypeError, match="input_a must be a Numpy ndarray, Numpy scalar, or a Tensor"):
        case.assertShapeEqual([1], c([1]))


def test_messages_show_where(case: TestCase) -> None:
    with pytest.raises(AssertionError, match=r"note.*\n  \[1\]: .*2.0.*, .*5.0") as e:
        case.assertAllClose([1.0, 2.0], [1.0, 5.0], msg="note")
    assert "[0]" not in str(e.value)
    with pytest.raises(AssertionError, match=r"b\[k\]\[1\] differ"):
        case.assertAllClose({"k": [1.0, [2.0]]}, {"k": [1.0, [3.0]]})
    with pytest.raises(AssertionError, match="and 90 more"):
        case.assertAllEqual(np.zeros(100), np.ones(100))


def test_errors_by_message(case: TestCase) -> None:
    def fail(error: Exception) -> None:
        raise error

    invalid = tf.errors.InvalidArgumentError(None, None, "a x b")
    with case.assertRaisesOpError("x"):
        fail(invalid)
    with case.assertRaisesWithPredicateMatch(ValueError, lambda e: "q" in str(e)):
        fail(ValueError("q"))
    with case.assertRaisesIncompatibleShapesError():
        _ = c([1.0, 2.0]) + c([1.0, 2.0, 3.0])
    case.assertRaisesWithLiteralMatch(ValueError, "q", fail, ValueError("q"))
    blocks: list[tuple[Callable[..., Any], tuple, Exception]] = [
        (case.assertRaisesOpError, ("y",), invalid),
        (case.assertRaisesOpError, ("x",), ValueError("x")),
        (case.assertRaisesWithLiteralMatch, (ValueError, "q"), ValueError("qq")),
    ]
    for assertion, arguments, error in blocks:
        with pytest.raises(AssertionError), assertion(*arguments):
            fail(error)
    nothing = case.assertRaisesWithPredicateMatch(ValueError, "")
    nothing.__enter__()
    with pytest.raises(AssertionError, match="ValueError not raised"):
        nothing.__exit__(None, None, None)


def run(*methods: Callable[[Any], None]) -> unittest.TestResult:
    """Runs functions as the tests of a TestCase."""
    cls = type("Case", (TestCase,), {f"test_{i}": method for i, method in enumerate(methods)})
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(cls).run(result)
    return result


def test_a_case_runs_with_its_helpers() -> None:
    seen: dict[str, Any] = {}

    def method(self: TestCase) -> None:
        seen["values"] = self.evaluate({"a": c(1), "b": None}), self.evaluate(lambda: c(2))
        with self.cached_session() as session:
            seen["session"] = session.run(c(3))
        with pytest.raises(NotImplementedError, match="feed_dict"):
            session.run(c(1), feed_dict={})
        with pytest.raises(ValueError, match="evaluate takes tensors, got 'x'"):
            self.evaluate("x")
        seen["random"] = np.random.rand()
        seen["dir"] = self.get_temp_dir()
        assert self.get_temp_dir() == seen["dir"]
        assert os.path.isdir(seen["dir"])
        with self.captureWritesToStream(sys.__stderr__) as written:
            os.write(sys.__stderr__.fileno(), b"hey")  # type: ignore[union-attr]
        seen["written"] = written.contents()
        file = self.create_tempdir("d").create_file("f.txt", content="hi")
        seen["file"] = file.full_path
        assert pathlib.Path(file).read_text() == file.read_text() == "hi"
        self.record_property("k", 1)
        seen["properties"] = self.get_recorded_properties()

    result = run(method)
    assert result.wasSuccessful(), result.errors + result.failures
    assert result.skipped[0][1] == "Not a test."  # its method test_session only looks like one
    assert seen["values"] == ({"a": 1, "b": None}, 2)
    assert (seen["session"], seen["written"], seen["properties"]) == (3, "hey", {"k": 1})
    assert seen["random"] == np.random.RandomState(87654321).rand()
    assert not os.path.exists(seen["dir"])
    assert not os.path.exists(seen["file"])


def test_threads_that_fail_or_are_left_running_fail_the_test() -> None:
    def joins(self: TestCase) -> None:
        thread = self.checkedThread(lambda x: x, args=(1,))
        thread.start()
        thread.join()

    def fails(self: TestCase) -> None:
        thread = self.checkedThread(lambda: 1 / 0)
        thread.start()
        thread.join()

    def leaves(self: TestCase) -> None:
        self.checkedThread(lambda: None).start()

    result = run(joins, fails, leaves)
    messages = [text for _, text in result.failures]
    assert len(messages) == 2
    assert "Error in checkedThread: division by zero" in messages[0]
    assert "A checkedThread did not terminate" in messages[1]


def test_skipping_by_a_predicate() -> None:
    def method(self: TestCase) -> None:
        self.fail("ran")

    skipped = tf.test.disable_with_predicate(lambda: True, "no")(method)
    ran = tf.test.disable_with_predicate(lambda: False, "no")(method)
    result = run(skipped, ran)
    assert "no" in [reason for _, reason in result.skipped]
    assert len(result.failures) == 1


def test_what_is_built_and_available() -> None:
    import torch

    assert tf.test.is_built_with_cuda() is (torch.version.cuda is not None)
    assert tf.test.is_built_with_rocm() is (torch.version.hip is not None)
    assert tf.test.is_built_with_gpu_support() or not torch.accelerator.is_available()
    has_gpu = bool(tf.config.list_logical_devices("GPU"))
    assert tf.test.gpu_device_name() == ("/device:GPU:0" if has_gpu else "")
    assert tf.test.is_gpu_available() is has_gpu
    assert tf.test.is_gpu_available(min_cuda_compute_capability=(99, 0)) is False
    assert sum(map(tf.test.is_cpu_target_available, ("x86", "aarch64", "ppc64"))) <= 1
    with pytest.raises(AssertionError, match="Unknown CPU target: foo"):
        tf.test.is_cpu_target_available("foo")
    tf.test.experimental.sync_devices()
    assert (
        tf.test.with_eager_op_as_function(int) is tf.test.with_eager_op_as_function(only_as_function=True)(int) is int
    )
