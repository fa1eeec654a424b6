"""tf.device and the names of devices; on a machine without a GPU the facts are TensorFlow 2.21's."""

from collections.abc import Iterator

import pytest
import torch

from tests.programs import run_source
from tfcompat._core import device, errors
from tfcompat._core.context import Context, LogicalDevice, context
from tfcompat._core.device_spec import DeviceSpec
from tfcompat._core.flags import flags
from tfcompat._core.state import state

CPU = "/job:localhost/replica:0/task:0/device:CPU:0"
no_gpu = pytest.mark.skipif(torch.accelerator.is_available(), reason="has an accelerator")


@pytest.fixture
def hard_placement() -> Iterator[None]:
    device.set_soft_device_placement(False)
    yield
    device.set_soft_device_placement(True)


def full_name(name: object) -> str:
    with device.device(name):
        return state.devices[-1].spec.to_string()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("/CPU:0", "CPU:0"),
        ("cpu", "CPU:0"),
        ("cpu:*", "CPU:0"),
        ("", "CPU:0"),
        ("/job:localhost", "CPU:0"),
        ("/GPU:0", "GPU:0"),
        ("gpu", "GPU:0"),
        ("/device:GPU:1", "GPU:1"),
        ("/CPU:1", "CPU:1"),
        ("TPU:0", "TPU:0"),
        (DeviceSpec(device_type="CPU"), "CPU:0"),
        (LogicalDevice("/device:CPU:0", "CPU"), "CPU:0"),
    ],
)
def test_scopes_have_full_names(name: object, kind: str) -> None:
    assert full_name(name) == f"/job:localhost/replica:0/task:0/device:{kind}"


def test_inner_scopes_fill_in_the_outer_ones() -> None:
    with device.device("/GPU:1"):
        assert full_name("/task:0").endswith("device:GPU:1")
        assert full_name("CPU").endswith("device:CPU:1")
        assert full_name("CPU:0").endswith("device:CPU:0")
        with device.device(None):
            assert device.scope_device() is None
            assert full_name("CPU").endswith("device:CPU:0")
        assert len(state.devices) == 1
    assert device.scope_device() is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (5, r"Expecting a string device name. Got <class 'int'>\(5\)"),
        (["cpu"], "Expecting a string device name"),
        (b"cpu:0", "Expecting a string device name"),
        ("cuda", "Unknown attribute 'cuda'"),
        ("/physical_device:CPU:0", "Unknown attribute 'physical_device'"),
    ],
)
def test_names_that_can_not_be_read_fail_on_entering(name: object, message: str) -> None:
    scope = device.device(name)
    with pytest.raises(ValueError, match=message):
        scope.__enter__()
    assert state.devices == ()


def test_functions_are_refused() -> None:
    with pytest.raises(RuntimeError, match="tf.device does not support functions"):
        device.device(lambda op: "cpu")
    with pytest.raises(RuntimeError, match="when eager execution is enabled"):
        device.device_v1(lambda op: "cpu")


def test_a_scope_may_be_entered_again_and_must_nest() -> None:
    scope = device.device("CPU")
    with scope as entered, scope:
        assert entered is None
    outer, inner = device.device("CPU:0"), device.device("CPU:1")
    outer.__enter__()
    inner.__enter__()
    with pytest.raises(RuntimeError, match="Exiting device scope without proper scope nesting"):
        outer.__exit__(None, None, None)
    inner.__exit__(None, None, None)
    outer.__exit__(None, None, None)
    assert state.devices == ()


@no_gpu
@pytest.mark.parametrize("name", [None, "CPU", "/GPU:0", "/GPU:7", "/CPU:1", "/device:FOO:0", "TPU:0"])
def test_soft_placement_takes_a_device_that_exists(name: str | None) -> None:
    with device.device(name):
        assert device.default() == torch.device("cpu")
        assert device.default_name() == CPU


@no_gpu
@pytest.mark.parametrize("name", ["/GPU:0", "/CPU:1", "/device:FOO:0"])
def test_hard_placement_fails(name: str, hard_placement: None) -> None:
    with device.device(name), pytest.raises(errors.InvalidArgumentError) as e:
        device.default()
    assert e.value.message == (
        f"Could not satisfy device specification '{full_name(name)}'. enable_soft_placement=0. Supported device types "
        f"[CPU]. All available devices [{CPU}]."
    )


@no_gpu
def test_placement_turns_hard_within_a_scope() -> None:
    with device.device("/GPU:0"):
        assert device.default().type == "cpu"
        device.set_soft_device_placement(False)
        try:
            with pytest.raises(errors.InvalidArgumentError, match="Could not satisfy device specification"):
                device.default()
        finally:
            device.set_soft_device_placement(True)
        assert device.default().type == "cpu"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("/job:worker/device:CPU:0", "/job:worker/replica:0/task:0/device:CPU:0 unknown device."),
        ("/task:1", "/job:localhost/replica:0/task:1/device:CPU:0 unknown device."),
        ("/device:CPU:-1", "Malformed device specification"),
    ],
)
def test_other_machines_are_unknown(name: str, message: str) -> None:
    with device.device(name), pytest.raises(errors.InvalidArgumentError, match=message):
        device.default()


def test_names_of_torch_devices() -> None:
    assert device.name_of(torch.device("cpu")) == CPU
    assert device.name_of(torch.device("meta")) == "/job:localhost/replica:0/task:0/device:META:0"
    assert device.to_torch("/CPU:0") == device.CPU


def test_a_scope_in_a_graph_is_told_as_it_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    with device.device("/GPU:0"):
        monkeypatch.setattr(state, "graph", object())
        assert device.graph_name() == ""
        with device.device("/CPU:0"):
            assert device.graph_name() == "/device:CPU:0"
            with device.device("/job:localhost"):
                assert device.graph_name() == "/job:localhost/device:CPU:0"


def test_copies_obey_the_policy(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    meta = torch.device("meta")
    assert device.moved(torch.ones(2), meta).device == meta
    monkeypatch.setattr(flags, "device_policy", "silent_for_int32")
    assert device.moved(torch.ones(2, dtype=torch.int32), meta).device == meta
    with pytest.raises(errors.InvalidArgumentError, match="Tensors on conflicting devices: cannot compute AddV2 as"):
        device.moved(torch.ones(2), meta, "AddV2", 1)
    monkeypatch.setattr(flags, "device_policy", "warn")
    assert device.moved(torch.ones(2), meta, "AddV2", 1).device == meta
    assert "cannot compute AddV2 as input #1 was expected to be on" in capsys.readouterr().err
    monkeypatch.setattr(flags, "device_policy", "explicit")
    kept = torch.ones(2)
    assert device.moved(kept, torch.device("cpu")) is kept


def test_the_log_of_placements(capsys: pytest.CaptureFixture) -> None:
    assert device.get_log_device_placement() is False
    device.set_log_device_placement(True)
    assert device.get_log_device_placement() is True
    device.set_log_device_placement(False)
    device.log_placement("AddV2", CPU)
    assert capsys.readouterr().err == f"Executing op AddV2 in device {CPU}\n"


def test_virtual_cpus_are_told_apart_by_name() -> None:
    # What a scope makes carries its device; what ops make of it outside of the scope is on CPU:0 again.
    printed = run_source(
        """
        import tfcompat as tf
        cpu = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
        with tf.device("CPU:1"):
            x, v = tf.constant([1.0, 2.0]), tf.Variable([1.0, 2.0])
            y = x + x
        for value in (x, v, y, v.assign_add(y), x + y, v + 1.0, tf.constant(1.0)):
            print(value.device[-5:], end=" ")
        with tf.device("CPU:0"):
            print((x + y).device[-5:])
        """
    )
    assert printed.split() == ["CPU:1", "CPU:1", "CPU:1", "CPU:1", "CPU:0", "CPU:0", "CPU:0", "CPU:0"]


def test_a_context_with_two_accelerators(monkeypatch: pytest.MonkeyPatch) -> None:
    gpus = [torch.device("cuda", i) for i in range(2)]
    monkeypatch.setattr("tfcompat._core.context._accelerators", lambda: gpus)
    fresh = Context()
    assert [d.name for d in fresh.physical_devices()] == [f"/physical_device:{d}" for d in ("CPU:0", "GPU:0", "GPU:1")]
    fresh.set_visible_devices(fresh.physical_devices("GPU")[1:], "GPU")
    assert [d.name for d in fresh.logical_devices()] == ["/device:CPU:0", "/device:GPU:0"]
    assert fresh.default().torch == gpus[1]
    assert fresh.name_of(gpus[1]).endswith("GPU:0")


def test_a_context_whose_accelerator_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tfcompat._core.context._accelerators", lambda: [torch.device("mps", 0)])
    fresh = Context()
    fresh.set_visible_devices([], "GPU")
    assert fresh.default().torch == torch.device("cpu")
    assert fresh.logical_devices("GPU") == []


@pytest.mark.cuda
def test_tensors_land_on_the_gpu() -> None:
    gpu = CPU.replace("CPU", "GPU")
    assert context.default().name == gpu
    assert device.default() == torch.device("cuda", 0)
    assert device.name_of(torch.ones(1, device="cuda").device) == gpu
    with device.device("/CPU:0"):
        assert device.default() == torch.device("cpu")
    with device.device("/GPU:0"):
        assert device.default_name() == gpu
    printed = run_source(
        """
        import tfcompat as tf
        x = tf.constant([1.0, 2.0])
        with tf.device("/CPU:0"):
            y = tf.constant([1.0, 2.0])
            z = x + y
        print(x.device[-5:], tf.Variable(1.0).device[-5:], (x + x).device[-5:], y.device[-5:], z.device[-5:])
        """
    )
    assert printed.split() == ["GPU:0", "GPU:0", "GPU:0", "CPU:0", "CPU:0"]
