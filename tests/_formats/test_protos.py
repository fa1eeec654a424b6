"""TensorFlow's messages: field numbers, maps and oneofs, by the bytes that TensorFlow writes."""

import pytest
from google.protobuf import text_format

from tests.oracle import ask_tensorflow
from tests.programs import run_source
from tfcompat._formats.protos import message


def example():
    """A tf.train.Example with a feature of each kind."""
    feature = message("Feature")
    return message("Example")(
        features=message("Features")(
            feature={
                "a": feature(int64_list=message("Int64List")(value=[1, 1, 3])),
                "b": feature(float_list=message("FloatList")(value=[0.5])),
                "c": feature(bytes_list=message("BytesList")(value=[b"xy"])),
            }
        )
    )


def test_numbers_are_packed():
    feature = message("Feature")(int64_list=message("Int64List")(value=[1, 1, 3]))
    one = message("Example")(features=message("Features")(feature={"a": feature}))
    assert one.SerializeToString() == b"\n\x0e\n\x0c\n\x01a\x12\x07\x1a\x05\n\x03\x01\x01\x03"


def test_unpacked_numbers_are_read_too():
    parsed = message("Example").FromString(b"\n\x0f\n\r\n\x01a\x12\x08\x1a\x06\x08\x01\x08\x01\x08\x03")
    assert list(parsed.features.feature["a"].int64_list.value) == [1, 1, 3]


def test_a_feature_holds_one_kind_of_list():
    feature = message("Feature")()
    feature.float_list.value.append(1.0)
    feature.int64_list.value.append(2)
    assert feature.WhichOneof("kind") == "int64_list"
    assert not feature.HasField("float_list")


def test_text_names_the_fields_and_dtypes():
    proto = text_format.Parse("dtype: DT_HALF tensor_shape { dim { size: 2 } } half_val: 1", message("TensorProto")())
    assert proto.dtype == 19
    assert proto.DESCRIPTOR.full_name == "tensorflow.TensorProto"


def test_the_messages_can_stand_beside_a_file_of_the_same_names():
    run_source(
        """
        from google.protobuf import descriptor_pb2, descriptor_pool
        from tfcompat._formats.protos import message
        file = descriptor_pb2.FileDescriptorProto(name="tensorflow/core/framework/tensor.proto", package="tensorflow")
        file.message_type.add(name="TensorProto")
        descriptor_pool.Default().Add(file)
        assert message("TensorProto")(version_number=3).SerializeToString() == b"\\x18\\x03"
        """
    )


@pytest.mark.oracle
def test_tensorflow_reads_and_writes_the_same_bytes():
    data = example().SerializeToString(deterministic=True)
    answer = ask_tensorflow(
        f"""
        parsed = tf.train.Example.FromString({data!r})
        f = parsed.features.feature
        same = parsed.SerializeToString(deterministic=True) == {data!r}
        answer([same, list(f["a"].int64_list.value), list(f["b"].float_list.value), f["c"].bytes_list.value[0]])
        """
    )
    assert answer == [True, [1, 1, 3], [0.5], "xy"]
