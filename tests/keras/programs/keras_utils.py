"""keras.utils and keras.preprocessing: text, sequences, boxes, windows, splits."""

import json
import random

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


K = tf.keras
text = K.preprocessing.text
seq = K.preprocessing.sequence
img = K.preprocessing.image
docs = ["The cat sat on the mat!", "The dog, the cat & a mouse.", ["already", "Split"]]
t = text.Tokenizer(num_words=5, oov_token="<OOV>")
t.fit_on_texts(docs)
show(lambda: t.word_index)
show(lambda: t.texts_to_sequences([*docs, "zebra cat"]))
show(lambda: t.sequences_to_texts([[1, 2, 3, 9], [4, 5]]))
for m in ("binary", "count", "freq", "tfidf", "bad"):
    show(lambda m=m: t.texts_to_matrix(docs, mode=m).round(4).tolist())
show(lambda: json.loads(t.to_json())["config"].keys())
t2 = text.tokenizer_from_json(t.to_json())
show(lambda: t2.texts_to_sequences(docs))
show(lambda: t2.texts_to_matrix(docs, mode="tfidf").round(4).tolist())
t = text.Tokenizer(char_level=True)
t.fit_on_texts(["abca"])
show(lambda: t.texts_to_sequences(["cab z"]))
show(lambda: t.word_counts)
show(lambda: text.text_to_word_sequence("Hello, you! There"))
show(lambda: text.hashing_trick("the cat sat", 50, hash_function="md5"))
show(lambda: text.Tokenizer(foo=1))
show(lambda: text.Tokenizer().texts_to_matrix(["a"]))
show(lambda: K.utils.pad_sequences([[1], [2, 3], [4, 5, 6]]))
show(
    lambda: K.utils.pad_sequences(
        [[1], [2, 3], [4, 5, 6]], maxlen=2, padding="post", truncating="post", value=-1, dtype="float32"
    )
)
show(lambda: K.utils.pad_sequences([[[1, 2]], [[3, 4], [5, 6]]]))
show(lambda: K.utils.pad_sequences([1, 2]))
show(lambda: K.utils.pad_sequences([[1]], padding="mid"))
show(lambda: K.utils.pad_sequences(5))
show(lambda: K.utils.pad_sequences([["a"]], value="x"))
show(lambda: K.utils.pad_sequences([["a", "b"], ["c"]], dtype=object, value="x"))
show(lambda: seq.make_sampling_table(5))
random.seed(1)
show(lambda: seq.skipgrams([1, 2, 0, 3], 4, window_size=1, seed=3))
random.seed(1)
show(lambda: seq.skipgrams([1, 2, 3], 4, window_size=1, shuffle=False, negative_samples=0.5, categorical=True))
g = seq.TimeseriesGenerator(
    np.arange(20).reshape(20, 1), np.arange(20), length=4, sampling_rate=2, batch_size=3, stride=2
)
show(lambda: len(g))
show(lambda: g[0])
show(lambda: g[2])
show(lambda: seq.TimeseriesGenerator([1, 2], [1], 1))
x = np.arange(4 * 5 * 3).reshape(4, 5, 3).astype("float32")
show(lambda: K.utils.img_to_array(x[:, :, 0]).shape)
show(lambda: img.smart_resize(x, (2, 2)).round(3))
show(lambda: img.smart_resize(x, (2, 2), interpolation="nearest"))
show(lambda: img.smart_resize(x[:, :, 0], (2, 2)))
show(lambda: img.apply_channel_shift(x, 5.0, 2)[0, :2])
show(lambda: K.utils.Config(a=1).b)
c = K.utils.Config(abc=1)
show(lambda: c.abd)
c.freeze()
show(lambda: setattr(c, "x", 1))
show(lambda: c)
bb = K.utils.bounding_boxes
B = np.array([[1.0, 2.0, 5.0, 9.0], [0.0, 0.0, 4.0, 4.0]], "float32")
for f in ("xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh"):
    show(lambda f=f: bb.convert_format(B, "xyxy", f, height=10, width=20))
    show(lambda f=f: bb.convert_format(B, f, "xywh", height=10, width=20))
show(lambda: bb.convert_format(B, "xyxy", "rel_xyxy"))
show(lambda: bb.convert_format(B, "abc", "rel_xyxy"))
show(lambda: bb.convert_format(B[:, :3], "xyxy", "rel_xyxy"))
show(lambda: bb.compute_iou(B, B[::-1] + 1, "xyxy"))
show(lambda: bb.compute_ciou(B, B[::-1] + 1, "xyxy"))
show(lambda: bb.compute_iou(B[None], B[None], "rel_xyxy", image_shape=(4, 4, 3)))
show(lambda: bb.crop(B, 1, 1, 3, 3))
show(lambda: bb.pad(B, 1, 2))
r = bb.clip_to_image_size({"boxes": tf.constant(B[None]), "labels": tf.constant([[1, 2]])}, height=4, width=3)
show(lambda: r["boxes"])
show(lambda: r["labels"])
show(
    lambda: bb.affine_transform(
        B[None],
        tf.constant([30.0]),
        tf.constant([0.1]),
        tf.constant([0.2]),
        tf.constant([1.5]),
        tf.constant([5.0]),
        tf.constant([2.0]),
        10,
        20,
    )
)
show(lambda: bb.encode_box_to_deltas(B, B[::-1] + 1, "xyxy", "xyxy", variance=[0.1, 0.1, 0.2, 0.2]))
show(lambda: bb.decode_deltas_to_boxes(B, np.ones((2, 4), "float32"), "xyxy", "xyxy"))
inp = K.Input((3,))
y = K.layers.Dense(2)(inp)
show(lambda: [z is inp for z in K.utils.get_source_inputs(y)])
show(lambda: K.utils.legacy.serialize_keras_object(K.layers.Dense(2, name="d"))["class_name"])
show(lambda: K.datasets.reuters.get_label_names()[:3])
show(lambda: K.datasets.cifar100.load_data(label_mode="x"))
show(lambda: K.datasets.boston_housing.load_data(test_split=2))
d = K.utils.timeseries_dataset_from_array(
    np.arange(20), np.arange(20) * 10, sequence_length=3, sequence_stride=2, sampling_rate=2, batch_size=4
)
for a, b in d:
    print(a.numpy().tolist(), b.numpy().tolist())
d = K.utils.timeseries_dataset_from_array(
    np.arange(12.0), None, sequence_length=3, batch_size=None, start_index=2, end_index=9
)
for a in d:
    print(a.numpy().tolist())
show(lambda: K.utils.timeseries_dataset_from_array([1, 2], None, 3, start_index=-1))
l, r = K.utils.split_dataset(np.arange(10), left_size=0.7)
print([int(v) for v in l], [int(v) for v in r])
print(l.element_spec)
l, r = K.utils.split_dataset(
    tf.data.Dataset.from_tensor_slices((np.arange(6), np.arange(6.0))).batch(2), right_size=2, shuffle=True, seed=3
)
print([[w.numpy().tolist() for w in v] for v in l], [[w.numpy().tolist() for w in v] for v in r])
show(lambda: K.utils.split_dataset([1, 2, 3]))
show(lambda: K.utils.split_dataset(3, left_size=1))
show(lambda: K.utils.split_dataset(np.arange(3), left_size=5))
