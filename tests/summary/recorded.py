"""Programs that write summaries, and the events that they leave in their files.

What the real TensorFlow writes lies in events.json; a Python with tensorflow and tensorboard records it anew:

    python tests/summary/recorded.py
"""

import glob
import json
import os
import pathlib
import tempfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np

RECORD = pathlib.Path(__file__).with_name("events.json")


def kinds(tf, logdir):
    """Each kind of summary, of each kind of data."""
    writer = tf.summary.create_file_writer(logdir)
    with writer.as_default():
        tf.summary.scalar("loss", 0.5, step=1)
        tf.summary.scalar("count", tf.constant(3), step=np.int32(2), description="how *many*")
        tf.summary.scalar("flag", True, step=tf.Variable(4, dtype=tf.int64))
        tf.summary.scalar("", tf.constant(1e300, tf.float64), step=tf.constant(5, tf.int64))
        tf.summary.scalar("a b%é", tf.Variable(2.5), step=[6])
        tf.summary.text("words", "hello", step=1)
        tf.summary.text("words", tf.constant([["a", "b"], ["c", "é"]]), step=2, description="a table")
        tf.summary.image("pixels", np.arange(0, 240, 20, dtype=np.uint8).reshape(1, 2, 2, 3), step=1)
        tf.summary.image("floats", tf.reshape(tf.linspace(-0.2, 1.2, 24), [4, 3, 2, 1]), step=1, description="four")
        tf.summary.image("halves", np.full([2, 2, 1, 2], 0.5), step=2, max_outputs=1)
        tf.summary.image("wide", tf.reshape(tf.range(8) * 2**28, [1, 2, 1, 4]), step=3)
        tf.summary.image("none", tf.zeros([0, 2, 3, 1]), step=3)
        tf.summary.audio("sound", tf.reshape(tf.linspace(-1.2, 1.0, 16), [2, 4, 2]), 8000, step=1)
        tf.summary.audio("sound", tf.zeros([4, 3, 1]), tf.constant(44100), step=2, max_outputs=2, encoding="wav")
        tf.summary.audio("silence", tf.zeros([0, 3, 1]), 8000, step=3, description="none")
    writer.close()


def histograms(tf, logdir):
    """Histograms, at the edges of what they take."""
    writer = tf.summary.create_file_writer(logdir, filename_suffix=".mine")
    writer.set_as_default(step=3)
    tf.summary.histogram("h", [1.0, 2.0, 2.5, 4.0, 1.1, 0.3])
    tf.summary.histogram("h", tf.reshape(tf.range(24), [2, 3, 4]), buckets=7, description="whole")
    tf.summary.histogram("h", [0.1 * i for i in range(11)], buckets=10)
    tf.summary.histogram("h", tf.Variable([2.0, 2.0]), buckets=2)
    tf.summary.histogram("h", [], buckets=3)
    tf.summary.histogram("h", [1, 2], buckets=0)
    tf.summary.histogram("h", [1, 2], buckets=-1)
    tf.summary.histogram("h", [True, False, True], buckets=tf.constant(3))
    tf.summary.histogram("h", [1.0, float("inf")], buckets=3)
    tf.summary.histogram("h", [1.0, float("nan")], buckets=3)
    writer.flush()
    tf.summary.create_noop_writer().set_as_default()
    tf.summary.scalar("still", 1)
    writer.close()


def plain(tf, logdir):
    """What is written as it is given."""
    writer = tf.summary.create_file_writer(logdir)
    summary = bytes.fromhex("0a080a01721500000040")  # {value {tag: "r" simple_value: 2}}
    with writer.as_default(step=7):
        tf.summary.write("w", [1, 2])
        tf.summary.write("w", lambda: tf.constant("lazy"), step=8)
        tf.summary.write("w", tf.constant([1.5], tf.float16), metadata=bytes.fromhex("0a030a0170"))
        tf.summary.write(tf.constant("t"), tf.constant(1 + 2j), metadata=b"\xff")
        tf.summary.experimental.write_raw_pb(summary)
        tf.summary.experimental.write_raw_pb(tf.constant([[summary], [summary]]), step=9)
        with tf.name_scope("outer"):
            tf.summary.scalar("x", 1)
            with tf.summary.experimental.summary_scope("mine é", values=[1]) as (tag, scope):
                tf.summary.text("names", [tag, scope])
        with tf.summary.record_if(False):
            tf.summary.scalar("never", 1)
            tf.summary.write("never", lambda: 1 / 0)
        with tf.summary.record_if(lambda: tf.constant(True)):
            tf.summary.scalar("always", 1)
        step = tf.Variable(20, dtype=tf.int64)
        tf.summary.experimental.set_step(step)
        with tf.summary.record_if(lambda: step % 2 == 0):
            for _ in range(4):
                tf.summary.scalar("even", step)
                step.assign_add(1)
    writer.close()


def functions(tf, logdir):
    """Captured functions, which write whenever they run."""
    writer = tf.summary.create_file_writer(logdir)
    step = tf.Variable(0, dtype=tf.int64)

    @tf.function
    def train(x, step):
        with writer.as_default(), tf.name_scope("train"):
            tf.summary.scalar("loss", tf.reduce_sum(x), step=step)
            tf.summary.histogram("x", x, step=step, buckets=2)
            tf.summary.image("x", tf.reshape(x, [1, 2, 1, 1]), step=step)
            tf.summary.audio("x", tf.reshape(x, [1, 2, 1]), 8000, step=step)
            tf.summary.text("x", tf.strings.as_string(x), step=step)
        return x + 1

    @tf.function
    def count():
        with writer.as_default(step=step):
            with tf.summary.record_if(lambda: step % 2 == 0):
                written = tf.summary.scalar("even", step)
                tf.summary.image("even", tf.ones([1, 1, 1, 1]) * tf.cast(step, tf.float32) / 255)
            for i in tf.range(2):
                tf.summary.scalar("loop", i)
            if step > 1:
                tf.summary.scalar("late", 1.0)
            step.assign_add(1)
            tf.summary.scalar("after", step)
            return written

    x = tf.constant([0.25, 0.5])
    for i in range(2):
        x = train(x, tf.constant(i, tf.int64))
    written = [bool(count()) for _ in range(3)]
    with writer.as_default():
        tf.summary.text("written", [str(w) for w in written], step=0)
    writer.close()


PROGRAMS = [kinds, histograms, plain, functions]


def events(tf, event_class, program):
    """The events that `program` writes, as hexadecimal messages without their times; images by their pixels."""
    with tempfile.TemporaryDirectory() as logdir:
        with ThreadPoolExecutor(1) as pool:  # the default writer and step are a thread's
            pool.submit(program, tf, logdir).result()
        (path,) = glob.glob(os.path.join(logdir, "events.out.tfevents.*"))
        found = [event_class.FromString(r.numpy()) for r in tf.data.TFRecordDataset(path)]
    for event in found:
        event.ClearField("wall_time")
        for value in event.summary.value:
            strings = value.tensor.string_val
            for i, s in enumerate(strings):
                if s.startswith(b"\x89PNG"):
                    pixels = tf.io.decode_png(s).numpy()
                    strings[i] = repr((pixels.shape, pixels.tolist())).encode()
    return [event.SerializeToString(deterministic=True).hex() for event in found]


if __name__ == "__main__":
    import tensorflow

    record = {p.__name__: events(tensorflow, tensorflow.compat.v1.Event, p) for p in PROGRAMS}
    RECORD.write_text(json.dumps(record, indent=0) + "\n", encoding="utf-8")
