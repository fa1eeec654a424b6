"""tf.config; the facts are those of TensorFlow 2.21 on a machine without a GPU."""

import dataclasses
import unittest
from collections.abc import Iterator

import pytest
import torch

from tests.programs import run_source
from tfcompat import config
from tfcompat._core.context import Context
from tfcompat._core.flags import flags

CPU = config.PhysicalDevice("/physical_device:CPU:0", "CPU")
GPU = config.PhysicalDevice("/physical_device:GPU:0", "GPU")
Part = config.LogicalDeviceConfiguration


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[Context]:
    """As if the program had just started, on a machine without a GPU; afterwards the flags are as they were."""
    monkeypatch.setattr("tfcompat._core.context._accelerators", list)
    context = Context()
    for module in (config, config.experimental, config.threading):
        monkeypatch.setattr(module, "_context", context)
    before = {field.name: getattr(flags, field.name) for field in dataclasses.fields(flags)}
    flags.optimizer_options = dict(flags.optimizer_options)
    yield context
    for name, value in before.items():
        setattr(flags, name, value)


@pytest.fixture
def gpu(fresh: Context, monkeypatch: pytest.MonkeyPatch) -> config.PhysicalDevice:
    """The machine of `fresh` has a GPU, which only its name is used of."""
    monkeypatch.setattr("tfcompat._core.context._accelerators", lambda: [torch.device("cuda", 0)])
    return GPU


def test_devices_and_what_they_print(fresh: Context) -> None:
    assert repr(config.list_physical_devices()) == (
        "[PhysicalDevice(name='/physical_device:CPU:0', device_type='CPU')]"
    )
    assert config.list_physical_devices("GPU") == config.list_physical_devices("cpu") == []
    assert not fresh.initialized
    assert repr(config.list_logical_devices("CPU")) == "[LogicalDevice(name='/device:CPU:0', device_type='CPU')]"
    assert fresh.initialized
    assert repr(Part(memory_limit=3)) == (
        "LogicalDeviceConfiguration(memory_limit=3, experimental_priority=None, experimental_device_ordinal=None)"
    )


def test_visible_devices(fresh: Context) -> None:
    config.set_visible_devices(CPU)
    config.set_visible_devices([], "GPU")
    config.set_visible_devices([CPU, CPU])
    assert config.get_visible_devices("CPU") == [CPU, CPU]
    config.set_visible_devices([CPU])
    for devices, kind in ((GPU, None), ("x", None), ([CPU], "GPU")):
        with pytest.raises(ValueError, match="Unrecognized device"):
            config.set_visible_devices(devices, kind)
    config.list_logical_devices()
    config.set_visible_devices([CPU])
    with pytest.raises(RuntimeError, match="Visible devices cannot be modified after being initialized"):
        config.set_visible_devices([])


def test_a_hidden_gpu_is_no_logical_device(gpu: config.PhysicalDevice) -> None:
    assert config.list_physical_devices("GPU") == [gpu]
    config.set_visible_devices([], "GPU")
    assert config.get_visible_devices() == [CPU]
    assert config.list_logical_devices("GPU") == []


def test_logical_cpus(fresh: Context) -> None:
    assert config.get_logical_device_configuration(CPU) is None
    for part, name in (
        (Part(memory_limit=10), "memory limit"),
        (Part(experimental_priority=1), "experimental_priority"),
        (Part(experimental_device_ordinal=1), "experimental_device_ordinal"),
    ):
        with pytest.raises(ValueError, match=f"Setting {name} on CPU virtual"):
            config.set_logical_device_configuration(CPU, [part])
    config.set_logical_device_configuration(CPU, [Part(), Part()])
    assert config.get_logical_device_configuration(CPU) == [Part(), Part()]
    assert [d.name for d in config.list_logical_devices()] == ["/device:CPU:0", "/device:CPU:1"]
    config.set_logical_device_configuration(CPU, [Part(), Part()])
    with pytest.raises(RuntimeError, match="Virtual devices cannot be modified after being initialized"):
        config.set_logical_device_configuration(CPU, [Part()])
    with pytest.raises(ValueError, match="Cannot set memory growth on device when virtual devices configured"):
        config.experimental.set_memory_growth(CPU, True)


def test_logical_gpus_take_a_limit_and_an_order(gpu: config.PhysicalDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = {}
    monkeypatch.setattr("tfcompat._core.context._limit_memory", lambda device, limit: limits.update({device: limit}))
    with pytest.raises(ValueError, match="Setting memory limit is required for GPU virtual devices"):
        config.set_logical_device_configuration(gpu, [Part()])
    with pytest.raises(NotImplementedError, match="experimental_priority=3"):
        config.set_logical_device_configuration(gpu, [Part(1, experimental_priority=3)])
    config.set_logical_device_configuration(gpu, [Part(100, None, 5), Part(50, None, 1)])
    assert [d.name for d in config.list_logical_devices("GPU")] == ["/device:GPU:0", "/device:GPU:1"]
    assert limits == {torch.device("cuda", 0): 150 * 2**20}


def test_memory_growth(gpu: config.PhysicalDevice) -> None:
    growth = config.experimental
    assert growth.get_memory_growth(gpu) is None
    growth.set_memory_growth(gpu, True)
    assert growth.get_memory_growth(gpu) is True
    with pytest.raises(ValueError, match="Cannot set memory growth on non-GPU and non-Pluggable devices"):
        growth.set_memory_growth(CPU, True)
    with pytest.raises(KeyError):
        growth.get_memory_growth(CPU)
    for unknown in (None, config.PhysicalDevice("/physical_device:GPU:7", "GPU")):
        with pytest.raises(ValueError, match="Unrecognized device"):
            growth.set_memory_growth(unknown, True)  # type: ignore[arg-type]
    config.list_logical_devices()
    growth.set_memory_growth(gpu, True)
    with pytest.raises(RuntimeError, match="Physical devices cannot be modified after being initialized"):
        growth.set_memory_growth(gpu, False)


def test_memory_information_of_a_cpu(fresh: Context) -> None:
    for name in ("CPU:0", "/CPU:0", "/job:localhost/replica:0/task:0/device:CPU:0"):
        assert config.experimental.get_memory_info(name) == {"current": 0, "peak": 0}
    config.experimental.reset_memory_stats("CPU:0")
    for name in ("GPU:0", "CPU:1", "/job:worker/CPU:0"):
        with pytest.raises(ValueError, match=f"No matching devices found for '{name}'"):
            config.experimental.get_memory_info(name)
    for name in ("foo", "CPU", "CPU:*"):
        with pytest.raises(ValueError, match="Failed parsing device name"):
            config.experimental.reset_memory_stats(name)
    with pytest.raises(TypeError, match="device must be a string"):
        config.experimental.get_memory_info(CPU)  # type: ignore[arg-type]


def test_memory_usage_says_that_it_is_deprecated(fresh: Context) -> None:
    printed = run_source(
        """
        import sys, tfcompat as tf
        sys.stderr = sys.stdout
        print(tf.config.experimental.get_memory_usage("CPU:0"))
        """
    )
    assert "get_memory_usage is deprecated" in printed
    assert printed.endswith("0\n")


def test_device_details(fresh: Context) -> None:
    assert config.experimental.get_device_details(CPU) == {}
    with pytest.raises(ValueError, match="device must be a tf.config.PhysicalDevice, but got: CPU:0"):
        config.experimental.get_device_details("CPU:0")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="must be one obtained from"):
        config.experimental.get_device_details(GPU)


def test_threads(fresh: Context) -> None:
    threads, before = config.threading, torch.get_num_threads()
    assert (threads.get_intra_op_parallelism_threads(), threads.get_inter_op_parallelism_threads()) == (0, 0)
    try:
        threads.set_intra_op_parallelism_threads(1)
        assert (threads.get_intra_op_parallelism_threads(), torch.get_num_threads()) == (1, 1)
        threads.set_intra_op_parallelism_threads(0)
        assert torch.get_num_threads() == before
        threads.set_inter_op_parallelism_threads(3)
        assert threads.get_inter_op_parallelism_threads() == 3
        with pytest.raises(TypeError, match="num_threads must be an integer, got 'a'"):
            threads.set_intra_op_parallelism_threads("a")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="num_threads must not be negative, got -1"):
            threads.set_intra_op_parallelism_threads(-1)
        config.list_logical_devices()
        threads.set_inter_op_parallelism_threads(3)
        with pytest.raises(RuntimeError, match=r"Intra op parallelism cannot be modified after initialization\."):
            threads.set_intra_op_parallelism_threads(5)
        with pytest.raises(RuntimeError, match=r"Inter op parallelism cannot be modified after initialization\."):
            threads.set_inter_op_parallelism_threads(5)
    finally:
        torch.set_num_threads(before)


def test_the_optimizers_options(fresh: Context) -> None:
    options = config.optimizer
    assert options.get_experimental_options() == {"disable_model_pruning": False, "disable_meta_optimizer": False}
    options.set_experimental_options({"constant_folding": False, "disable_meta_optimizer": True, "min_graph_nodes": 3})
    assert list(options.get_experimental_options().items()) == [
        ("constant_folding", False),
        ("disable_model_pruning", False),
        ("disable_meta_optimizer", True),
        ("min_graph_nodes", 3),
    ]
    with pytest.raises(ValueError, match="options has 'foo'"):
        options.set_experimental_options({"foo": True})
    with unittest.TestCase().assertLogs("tensorflow") as logs:
        options.set_experimental_options({"auto_mixed_precision": True})
    assert "'auto_mixed_precision' has no effect in tfcompat; use tf.keras.mixed_precision" in logs.output[0]


@pytest.mark.parametrize(
    ("asked", "answer"), [(True, "autoclustering"), ("autoclustering", "autoclustering"), (False, ""), ("bad", "")]
)
def test_jit(fresh: Context, asked: bool | str, answer: str) -> None:
    config.optimizer.set_jit(asked)
    assert config.optimizer.get_jit() == answer


def test_running_functions_eagerly(fresh: Context) -> None:
    assert config.functions_run_eagerly() is False
    config.run_functions_eagerly(1)  # type: ignore[arg-type]
    assert config.functions_run_eagerly() is True
    assert flags.run_functions_eagerly is True


def test_device_policy_and_synchronous_execution(fresh: Context) -> None:
    policy = config.experimental
    assert policy.get_device_policy() == "silent"
    policy.set_device_policy("warn")
    assert policy.get_device_policy() == "warn"
    with pytest.raises(ValueError, match="Invalid argument `device_policy`: 'foo'"):
        policy.set_device_policy("foo")
    policy.set_device_policy(None)
    assert policy.get_device_policy() == "silent"
    assert policy.get_synchronous_execution() is True
    policy.set_synchronous_execution(False)
    assert policy.get_synchronous_execution() is False
    policy.set_synchronous_execution(None)
    assert policy.get_synchronous_execution() is True


def test_tensor_float_32(fresh: Context) -> None:
    before = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    try:
        for enabled in (False, True):
            config.experimental.enable_tensor_float_32_execution(enabled)
            assert config.experimental.tensor_float_32_execution_enabled() is enabled
            assert torch.backends.cuda.matmul.allow_tf32 is torch.backends.cudnn.allow_tf32 is enabled
        with pytest.raises(TypeError, match="enabled must be a bool, got 'a'"):
            config.experimental.enable_tensor_float_32_execution("a")  # type: ignore[arg-type]
    finally:
        torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = before


def test_op_determinism() -> None:
    printed = run_source(
        """
        import torch, tfcompat as tf
        tf.config.experimental.enable_op_determinism()
        print(torch.are_deterministic_algorithms_enabled())
        """
    )
    assert printed == "True\n"


def test_what_torch_lacks_says_so(fresh: Context) -> None:
    with pytest.raises(NotImplementedError, match=r"tf\.config\.experimental\.enable_mlir_bridge"):
        config.experimental.enable_mlir_bridge()
    config.experimental.disable_mlir_bridge()
    with pytest.raises(ValueError, match="Must provide at least one remote_host"):
        config.experimental_connect_to_host()
    with pytest.raises(NotImplementedError, match=r"experimental_connect_to_host\(remote_host='a:1'"):
        config.experimental_connect_to_host("a:1")
    with pytest.raises(ValueError, match="`cluster_spec_or_resolver` must be a `ClusterSpec` or a `ClusterResolver`"):
        config.experimental_connect_to_cluster(None)


def test_the_first_tensor_takes_the_devices_in_use() -> None:
    printed = run_source(
        """
        import tfcompat as tf
        tf.config.threading.set_inter_op_parallelism_threads(2)
        tf.constant(1.0)
        try:
            tf.config.threading.set_inter_op_parallelism_threads(3)
        except RuntimeError as e:
            print(e)
        """
    )
    assert printed == "Inter op parallelism cannot be modified after initialization.\n"


def test_experimental_has_the_older_names() -> None:
    assert config.experimental.VirtualDeviceConfiguration is config.LogicalDeviceConfiguration
    assert config.experimental.list_physical_devices is config.list_physical_devices
    assert config.experimental.set_virtual_device_configuration is config.set_logical_device_configuration


@pytest.mark.cuda
def test_a_gpus_memory() -> None:
    printed = run_source(
        """
        import tfcompat as tf
        gpu = tf.config.list_physical_devices("GPU")[0]
        tf.config.experimental.set_memory_growth(gpu, True)
        before = tf.config.experimental.get_memory_info("GPU:0")["current"]
        x = tf.constant([0.0] * 2**18)
        print(tf.config.experimental.get_memory_info("GPU:0")["current"] - before >= 2**20)
        del x
        tf.config.experimental.reset_memory_stats("GPU:0")
        print(tf.config.experimental.get_memory_info("GPU:0")["peak"] < before + 2**20)
        print(len(tf.config.experimental.get_device_details(gpu)["compute_capability"]))
        """
    )
    assert printed.split() == ["True", "True", "2"]
