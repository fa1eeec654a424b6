"""Vocabularies, text, hashes, bins, encodings and normalization."""

import numpy as np


def show(function):
    try:
        result = function()
    except Exception as error:
        print(type(error).__name__)
        return
    if hasattr(result, "to_list"):
        result = result.to_list()
    print(np.round(result.numpy(), 4).tolist() if hasattr(result, "numpy") and result.dtype != tf.string else result)


layers = tf.keras.layers
l = layers.StringLookup(vocabulary=["a", "b", "c"])
show(lambda: l([["a", "z"], ["c", "b"]]))
show(lambda: l.get_vocabulary())
show(lambda: l.vocabulary_size())
show(lambda: l.get_config())
show(lambda: l("a"))
show(lambda: l(["a", "q"]))
show(lambda: layers.StringLookup(vocabulary=["a", "b"], output_mode="one_hot")(["a", "x"]))
show(lambda: layers.StringLookup(vocabulary=["a", "b"], output_mode="multi_hot")([["a", "x"], ["b", "b"]]))
show(lambda: layers.StringLookup(vocabulary=["a", "b"], output_mode="count")([["a", "x"], ["b", "b"]]))
show(
    lambda: layers.StringLookup(vocabulary=["a", "b"], output_mode="tf_idf", idf_weights=[0.5, 0.25])(
        [["a", "x"], ["b", "b"]]
    )
)
show(lambda: layers.StringLookup(vocabulary=["a", "b"], output_mode="count", sparse=True)([["a", "x"], ["b", "b"]]))
show(lambda: layers.StringLookup(vocabulary=["a", "b"], invert=True)([[0, 1], [2, 5]]))
show(lambda: layers.StringLookup(vocabulary=["a", "b"], num_oov_indices=3)(["a", "q", "r", "s", "t"]))
show(lambda: layers.StringLookup(vocabulary=["a", "b"], num_oov_indices=3, salt=7)(["a", "q", "r", "s", "t"]))
show(lambda: layers.StringLookup(vocabulary=["a", "b"], num_oov_indices=0)(["a", "q"]))
show(lambda: layers.StringLookup(vocabulary=["a", "b"], mask_token="")(["a", "q", ""]))
show(lambda: layers.StringLookup(vocabulary=["a", "b"], mask_token="", output_mode="multi_hot")(["a", "q", ""]))
l = layers.StringLookup(output_mode="tf_idf", max_tokens=4)
show(lambda: l.adapt(np.array([["b", "b", "c"], ["a", "c", "c"], ["d", "e", "e"]])))
show(lambda: l.get_vocabulary())
show(lambda: l([["b", "b", "c"]]))
l = layers.IntegerLookup()
l.adapt(np.array([5, 5, 5, 1, 1, 2, 7]))
show(lambda: l.get_vocabulary())
show(lambda: l([5, 1, 9]))
show(l.get_config)
show(lambda: layers.IntegerLookup(vocabulary=[10, 20], num_oov_indices=2, mask_token=0)([10, 20, 0, 7, 8]))
show(lambda: layers.IntegerLookup(vocabulary=[10, 20], invert=True)([0, 1, 2, 3]))
show(lambda: layers.IntegerLookup(vocabulary=[10, 20], output_mode="multi_hot")(tf.ragged.constant([[10], [20, 30]])))
show(lambda: layers.StringLookup(vocabulary=["a", "a"]))
show(lambda: layers.StringLookup(max_tokens=1))
show(lambda: layers.StringLookup(vocabulary=["a"], max_tokens=2, pad_to_max_tokens=True, output_mode="one_hot")(["a"]))
n = layers.Normalization()
n.adapt(np.array([[1.0, 2.0], [3.0, 6.0]], "float32"))
show(lambda: n(np.array([[1.0, 2.0], [3.0, 6.0]])))
show(n.get_config)
show(lambda: [w.shape for w in n.weights])
show(lambda: layers.Normalization(axis=None, mean=1.0, variance=4.0)([[3.0, 5.0]]))
show(lambda: layers.Normalization(mean=[1.0, 2.0], variance=[4.0, 9.0], invert=True)(np.array([[3.0, 5.0]])))
n = layers.Normalization(axis=None)
n.adapt([np.array([1.0, 2.0]), np.array([5.0])])
show(lambda: (n.mean.numpy(), n.variance.numpy()))
show(lambda: layers.Discretization(bin_boundaries=[0.0, 1.0, 2.0])([[-1.5, 1.0, 3.4, 0.5]]))
d = layers.Discretization(num_bins=4, epsilon=0.01)
d.adapt(np.array([[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, 0.0]]))
show(lambda: d.bin_boundaries)
show(lambda: d([[1.0, 2.0]]))
show(lambda: layers.Discretization(bin_boundaries=[0.0, 1.0], output_mode="multi_hot")([[-1.5, 1.0]]))
show(lambda: layers.Discretization(bin_boundaries=[0.0, 1.0], output_mode="one_hot")([[-1.5], [1.0]]))
show(lambda: layers.Hashing(3)([["A"], ["B"], ["C"], ["D"], ["E"]]))
show(lambda: layers.Hashing(3, mask_value="")([["A"], ["B"], [""], ["D"], ["E"]]))
show(lambda: layers.Hashing(3, salt=[133, 137])([["A"], ["B"], ["C"], ["D"], ["E"]]))
show(lambda: layers.Hashing(3)([1, 2, 3]))
show(lambda: layers.Hashing(3, output_mode="one_hot")([1, 2, 3]))
show(lambda: layers.HashedCrossing(5)((tf.constant(["A", "B", "A", "B", "A"]), tf.constant([101, 101, 101, 102, 102]))))
show(
    lambda: layers.HashedCrossing(5, output_mode="one_hot")(
        (tf.constant(["A", "B", "A", "B", "A"]), tf.constant([101, 101, 101, 102, 102]))
    )
)
show(lambda: layers.CategoryEncoding(4, output_mode="one_hot")([3, 2, 0, 1]))
show(lambda: layers.CategoryEncoding(4, output_mode="multi_hot")([[0, 1], [0, 0], [1, 2], [3, 1]]))
show(
    lambda: layers.CategoryEncoding(4, output_mode="count")(
        [[0, 1], [0, 0], [1, 2], [3, 1]], count_weights=np.array([[0.1, 0.2], [0.1, 0.1], [0.2, 0.3], [0.4, 0.2]])
    )
)
show(lambda: layers.CategoryEncoding(4)([0, 1, 5]))
show(lambda: layers.CategoryEncoding(4)([0, 1, -1]))
show(lambda: layers.CategoryEncoding(4)(np.zeros((1, 2, 2), int)))
show(lambda: layers.CategoryEncoding(4, output_mode="count")(np.zeros((1, 2, 2), int)))
t = layers.TextVectorization()
t.adapt(["The cat sat.", "the Dog, the cat!"])
show(t.get_vocabulary)
show(lambda: t(["the cat zebra"]))
show(lambda: t("the cat"))
show(t.get_config)
show(lambda: t([["the cat zebra"], ["a"]]))
show(lambda: layers.TextVectorization(vocabulary=["a", "b"], output_sequence_length=4)(["a b z", "a a a a a a"]))
show(
    lambda: layers.TextVectorization(vocabulary=["a", "b"], output_sequence_length=4, ragged=True)(
        ["a b z", "a a a a a a"]
    )
)
show(lambda: layers.TextVectorization(vocabulary=["a", "b"], ragged=True)(["a b z", "a a a a a a"]))
show(lambda: layers.TextVectorization(vocabulary=["a", "b", "a b"], ngrams=2)(["a b z"]))
show(lambda: layers.TextVectorization(vocabulary=["a", "b"], split="character")(["abz a"]))
show(
    lambda: layers.TextVectorization(vocabulary=["a", "b"], split=None, output_sequence_length=3)(
        [["a", "b"], ["z", ""]]
    )
)
show(lambda: layers.TextVectorization(vocabulary=["a", "b"], output_mode="multi_hot")(["a b z", "a a a a a a"]))
t = layers.TextVectorization(output_mode="tf_idf")
t.adapt(["a b b", "b c"])
show(t.get_vocabulary)
show(lambda: t(["a b b q"]))
t = layers.TextVectorization(max_tokens=10, output_mode="count", pad_to_max_tokens=True)
t.adapt(["a b b", "b c"])
show(lambda: t(["a b b q"]))
inp = tf.keras.Input((1,), dtype="string")
x = layers.TextVectorization(vocabulary=["a", "b"], output_sequence_length=4)(inp)
show(lambda: x)
m = tf.keras.Model(inp, x)
show(lambda: m(tf.constant([["a b"]])))
show(lambda: m.predict(tf.constant([["a b"]]), verbose=0))
ii = tf.keras.Input((1,), dtype="int64")
y = layers.IntegerLookup(vocabulary=[3, 4], output_mode="one_hot")(ii)
show(lambda: y)
show(lambda: tf.keras.Model(ii, y).predict(np.array([[3], [9]]), verbose=0))
