"""What errors tell of an op that does not take a dtype or a value: TensorFlow 2.21's own words, to the letter."""

import pytest

import tfcompat as tf

MESSAGES = {
    "tf.sqrt(tf.constant([1, 2]))": (
        "Value for attr 'T' of int32 is not in the list of allowed values: bfloat16, half, float, double, complex64, "
        "complex128\n\t; NodeDef: {{node Sqrt}}; Op<name=Sqrt; signature=x:T -> y:T; attr=T:type,allowed=[DT_BFLOAT16, "
        "DT_HALF, DT_FLOAT, DT_DOUBLE, DT_COMPLEX64, DT_COMPLEX128]> [Op:Sqrt] name: "
    ),
    "tf.constant([True]) + tf.constant([False])": (
        "Value for attr 'T' of bool is not in the list of allowed values: bfloat16, half, float, double, uint8, "
        "uint16, uint32, uint64, int8, int16, int32, int64, complex64, complex128\n\t; NodeDef: {{node AddV2}}; "
        "Op<name=AddV2; signature=x:T, y:T -> z:T; attr=T:type,allowed=[DT_BFLOAT16, DT_HALF, DT_FLOAT, DT_DOUBLE, "
        "DT_UINT8, DT_UINT16, DT_UINT32, DT_UINT64, DT_INT8, DT_INT16, DT_INT32, DT_INT64, DT_COMPLEX64, "
        "DT_COMPLEX128]; is_commutative=true; is_aggregate=true> [Op:AddV2] name: "
    ),
    "tf.reshape([1, 2], [2.0])": (
        "Value for attr 'Tshape' of float is not in the list of allowed values: int32, int64\n\t; NodeDef: {{node "
        "Reshape}}; Op<name=Reshape; signature=tensor:T, shape:Tshape -> output:T; attr=T:type; attr=Tshape:type,"
        "default=DT_INT32,allowed=[DT_INT32, DT_INT64]> [Op:Reshape]"
    ),
    "tf.raw_ops.Softmax(logits=tf.constant([1]))": (
        "Value for attr 'T' of int32 is not in the list of allowed values: half, bfloat16, float, double\n\t; NodeDef: "
        "{{node Softmax}}; Op<name=Softmax; signature=logits:T -> softmax:T; attr=T:type,allowed=[DT_HALF, "
        "DT_BFLOAT16, DT_FLOAT, DT_DOUBLE]> [Op:Softmax] name: "
    ),
    "tf.raw_ops.StringLength(input=tf.constant('a'), unit='WORD')": (
        'Value for attr \'unit\' of "WORD" is not in the list of allowed values: "BYTE", "UTF8_CHAR"\n\t; NodeDef: '
        "{{node StringLength}}; Op<name=StringLength; signature=input:string -> output:int32; attr=unit:string,"
        'default="BYTE",allowed=["BYTE", "UTF8_CHAR"]> [Op:StringLength] name: '
    ),
}


@pytest.mark.parametrize("source", MESSAGES)
def test_messages(source: str) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError) as failure:
        eval(source)
    assert str(failure.value) == MESSAGES[source]
