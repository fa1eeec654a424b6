"""Graphs read from GraphDefs, and functions of TensorFlow 1's wrapped for TensorFlow 2."""

# ruff: noqa - the statements are what is tested

import base64
import zlib

v1 = tf.compat.v1
# x [None, 2] -> dense, with the constant w -> hidden -> parts -> total, as v1.Graph.as_graph_def gives it.
written = (
    "eNpdkMFOwkAQhndbFsqUBBliYhpDlMREe0G5iQehnkmMGq91tRshWdqm3QrcfB6fwjfTbWtB2GSzmez/zzfzww3QFdr3kr+JWSQD"
    "kbg2sECtY4HGJXWPgaUzrovuqIO29VMdioZlgAd0iewuClPlXgD74DITeOL1LIpWLshv/4CQz1tCyLe++h2PdwjwogsRpgLrU66m"
    "mXToyqFLtwO2SniYxlEq/Fc0zonbgvp7wgOfF9WOgO8ISnkD6FNB6EF9Ng80BGsPQmZOydv+X0M75olKB2ks58oP5otqJ6x2anoN"
    "y0QyovT/8CZMgBVWZI+519lv5PyRNzC3Dc0wW/iFAo0jA4bAFpkcrCvmYcVseaBzJG5N57aX2SmY2oNmHlc5gFM22S51BkxFiktk"
    "kyB4Hjq5wWkU2tHVRtY3ra/uL+K4ez8="
)
graph_def = v1.GraphDef()
graph_def.ParseFromString(zlib.decompress(base64.b64decode(written)))
values = [[1.0, 2.0], [3.0, -1.0]]
with tf.Graph().as_default() as graph:
    tf.import_graph_def(graph_def, name="")
    print([(op.name, op.type) for op in graph.get_operations()])
    with v1.Session() as sess:
        total = graph.get_tensor_by_name("total:0")
        print(total, sess.run(total, {"x:0": values}), sess.run(["parts:1", "hidden:0"], {"x:0": values}))
        print(sess.run("total:0", {"parts:1": [[1.0]], "x:0": values}))
with tf.Graph().as_default():
    total, op = tf.import_graph_def(graph_def, {"x": tf.constant(values)}, ["total:0", "hidden"])
    print(total, op.name, op.type, v1.Session().run(total))
    try:
        tf.import_graph_def(graph_def, return_elements=["nope:0"])
    except ValueError:
        print("ValueError")


def wrapped(graph_def, inputs, outputs):
    imported = v1.wrap_function(lambda: v1.import_graph_def(graph_def, name=""), [])
    graph = imported.graph
    element = graph.as_graph_element
    return imported.prune(tf.nest.map_structure(element, inputs), tf.nest.map_structure(element, outputs))


print(wrapped(graph_def, "x:0", ["total:0", "parts:1"])(tf.constant(values)))
both = v1.wrap_function(
    lambda a, b: {"s": a + b, "p": a * b}, [tf.TensorSpec(None, tf.float32), tf.TensorSpec([], tf.float32)]
)
print(both(tf.constant([1.0, 2.0]), tf.constant(3.0)))


def scaled(x):
    return x * v1.get_variable("v", initializer=2.0)


scaled = v1.wrap_function(scaled, [tf.TensorSpec([], tf.float32)])
print(scaled(tf.constant(3.0)), [v.name for v in scaled.graph.get_collection("variables")])
with tf.GradientTape() as tape:
    z = tf.constant(3.0)
    tape.watch(z)
    y = scaled(z) ** 2
print(tape.gradient(y, z))
print(scaled.prune(scaled.inputs[0], scaled.outputs[0])(tf.constant(5.0)))
print(tf.function(lambda x: scaled(x) + 1)(tf.constant(1.0)))
