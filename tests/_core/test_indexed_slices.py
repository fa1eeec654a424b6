"""tf.IndexedSlices as text, as TensorFlow prints them."""

import tfcompat as tf


def test_its_parts_print_as_tensors() -> None:
    slices = tf.IndexedSlices(tf.ones([1]), tf.constant([1]), tf.constant([3]))
    assert str(slices) == (
        "IndexedSlices(indices=tf.Tensor([1], shape=(1,), dtype=int32), values=tf.Tensor([1.], shape=(1,), "
        "dtype=float32), dense_shape=tf.Tensor([3], shape=(1,), dtype=int32))"
    )
