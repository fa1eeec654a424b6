"""The ops of TensorFlow's top level on the elements and shapes of tensors: tf.reshape, tf.concat, tf.where..."""
