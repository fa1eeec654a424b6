"""Device strings; the facts are TensorFlow 2.21's."""

import pytest

from tfcompat._core.device_spec import DeviceSpec, DeviceSpecV1


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("/job:ps/replica:0/task:1/device:GPU:2", "/job:ps/replica:0/task:1/device:GPU:2"),
        ("cpu", "/device:CPU:*"),
        ("/cpu:0", "/device:CPU:0"),
        ("gPu:1", "/device:GPU:1"),
        ("/device:cpu:0", "/device:CPU:0"),
        ("/device:CPU:*", "/device:CPU:*"),
        ("/device:FOO:3", "/device:FOO:3"),
        ("job:a/cpu:1", "/job:a/device:CPU:1"),
        ("/gpu:-1", "/device:GPU:-1"),
        ("/", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_reading_and_writing_names(text: str | None, canonical: str) -> None:
    spec = DeviceSpec.from_string(text)
    assert spec.to_string() == canonical
    assert DeviceSpec.from_string(canonical) == spec


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("foo:0", "Unknown attribute 'foo'"),
        ("/physical_device:CPU:0", "Unknown attribute 'physical_device'"),
        ("/job:a:b", "Unknown attribute 'job'"),
        ("/device:CPU", "Unknown attribute 'device'"),
        ("cpu:0:0", "Unknown attribute 'cpu'"),
        ("/cpu:0/gpu:0", "Multiple device types are not allowed"),
        ("cpu:x", "invalid literal for int"),
        ("/replica:x", "invalid literal for int"),
    ],
)
def test_names_that_can_not_be_read(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DeviceSpec.from_string(text)


def test_parts_are_converted() -> None:
    spec = DeviceSpec(job="ps", replica="2", task=1, device_type="gpu", device_index="0")  # type: ignore[arg-type]
    assert (spec.job, spec.replica, spec.task, spec.device_type, spec.device_index) == ("ps", 2, 1, "GPU", 0)
    assert repr(spec) == "<DeviceSpec(job=ps, replica=2, task=1, device_type=GPU, device_index=0)>"
    assert DeviceSpec(device_type="Gpu").to_string() == "/device:Gpu:*"
    assert DeviceSpec(device_index=1).to_string() == ""
    with pytest.raises(ValueError, match="invalid literal"):
        DeviceSpec(task="x")  # type: ignore[arg-type]


def test_merging_and_replacing_make_new_specs() -> None:
    spec = DeviceSpec.from_string("/job:ps/cpu:0")
    assert spec.make_merged_spec(DeviceSpec(device_type="GPU")).to_string() == "/job:ps/device:GPU:0"
    assert spec.replace(job="a", task=3).to_string() == "/job:a/task:3/device:CPU:0"
    assert spec.parse_from_string("/gpu:0") == DeviceSpec(device_type="GPU", device_index=0)
    assert spec.to_string() == "/job:ps/device:CPU:0"
    with pytest.raises(AttributeError):
        spec.job = "x"  # type: ignore[misc]
    assert len({spec, DeviceSpec.from_string("/job:ps/device:CPU:0"), DeviceSpec()}) == 2


def test_v1_specs_change() -> None:
    spec = DeviceSpecV1()
    spec.job, spec.replica, spec.task, spec.device_type, spec.device_index = "w", 1, "4", "cpu", "3"
    assert spec.to_string() == "/job:w/replica:1/task:4/device:CPU:3"
    spec.merge_from(DeviceSpec("q"))
    assert spec.to_string() == "/job:q/replica:1/task:4/device:CPU:3"
    assert spec.parse_from_string("/gpu:1") is spec
    assert spec.to_string() == "/device:GPU:1"
    assert spec != DeviceSpec.from_string("/gpu:1")
