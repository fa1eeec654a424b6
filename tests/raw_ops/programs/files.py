r = tf.raw_ops
k = tf.int64


def show(found):
    for x in tf.nest.flatten(found):
        print(x.dtype.name, x.shape, x.numpy().tolist())


values = [
    tf.constant([[1.0, 2.0], [3.0, 4.0]]),
    tf.constant(["a", "bb"]),
    tf.constant(7, k),
    tf.constant([1.5], tf.bfloat16),
]
names = ["w", "s", "n", "h"]
kinds = [tf.float32, tf.string, k, tf.bfloat16]
r.SaveV2(prefix="one", tensor_names=names, shape_and_slices=["", "", "", ""], tensors=values)
show(r.RestoreV2(prefix="one", tensor_names=names[:3], shape_and_slices=["", "", ""], dtypes=kinds[:3]))
print(tf.cast(r.RestoreV2(prefix="one", tensor_names=["h"], shape_and_slices=[""], dtypes=kinds[3:])[0], tf.float32))
show(r.RestoreV2(prefix="one", tensor_names=["w"], shape_and_slices=["2 2 0,1:-"], dtypes=[tf.float32]))
show(r.RestoreV2(prefix="one", tensor_names=["w"], shape_and_slices=["2 2 -:1,1"], dtypes=[tf.float32]))
r.RestoreV2(prefix="one", tensor_names=["zz"], shape_and_slices=[""], dtypes=[tf.float32])
r.RestoreV2(prefix="none", tensor_names=["w"], shape_and_slices=[""], dtypes=[tf.float32])
r.RestoreV2(prefix="one", tensor_names=["w"], shape_and_slices=[""], dtypes=[tf.int32])
r.RestoreV2(prefix="one", tensor_names=["w"], shape_and_slices=["", ""], dtypes=[tf.float32])
r.SaveV2(prefix="two", tensor_names=["p"], shape_and_slices=["4 2 2,2:-"], tensors=[values[0]])
show(r.RestoreV2(prefix="two", tensor_names=["p"], shape_and_slices=["4 2 2,2:-"], dtypes=[tf.float32]))
r.SaveV2(prefix="parts/a", tensor_names=["x"], shape_and_slices=[""], tensors=[tf.constant(1.0)])
r.SaveV2(prefix="parts/b", tensor_names=["y"], shape_and_slices=[""], tensors=[tf.constant(2.0)])
r.MergeV2Checkpoints(checkpoint_prefixes=["parts/a", "parts/b"], destination_prefix="all")
show(r.RestoreV2(prefix="all", tensor_names=["x", "y"], shape_and_slices=["", ""], dtypes=[tf.float32, tf.float32]))
print(tf.io.gfile.exists("parts"))
r.MergeV2Checkpoints(checkpoint_prefixes=["missing"], destination_prefix="all2")


def told(text):
    found = tf.compat.v1.Summary.FromString(text.numpy())
    print([(v.tag, v.simple_value) for v in found.value])


one = r.ScalarSummary(tags=["a", "b"], values=[1.0, 2.5])
show(one)
show(r.ScalarSummary(tags="a", values=1))
r.ScalarSummary(tags=["a"], values=[1.0, 2.0])
show(r.MergeSummary(inputs=[one, r.ScalarSummary(tags="c", values=3.0)]))
r.MergeSummary(inputs=[one, one])
writer = r.SummaryWriter(shared_name="w", container="")
r.CreateSummaryFileWriter(writer=writer, logdir="logs", max_queue=10, flush_millis=1000, filename_suffix=".x")
r.WriteScalarSummary(writer=writer, step=tf.constant(3, k), tag="loss", value=0.5)
r.WriteRawProtoSummary(writer=writer, step=tf.constant(4, k), tensor=one)
r.FlushSummaryWriter(writer=writer)
r.CloseSummaryWriter(writer=writer)
(name,) = tf.io.gfile.glob("logs/*.x")
for record in tf.data.TFRecordDataset(name).skip(1):
    print(record.numpy()[9:])
boxes = tf.constant([[[[0.0, 0.0, 1.0, 1.0]], [[0.0, 0.1, 1.0, 1.1]], [[0.0, 0.5, 1.0, 1.5]]]])
scores = tf.constant([[[0.9], [0.75], [0.6]]])
show(
    r.CombinedNonMaxSuppression(
        boxes=boxes,
        scores=scores,
        max_output_size_per_class=3,
        max_total_size=3,
        iou_threshold=0.5,
        score_threshold=0.1,
    )
)
show(r.DrawBoundingBoxes(images=tf.zeros([1, 4, 4, 3]), boxes=[[[0.0, 0.0, 0.5, 0.5]]]))
image = tf.reshape(tf.range(32.0), [1, 4, 4, 2])
show(r.ExtractGlimpseV2(input=image, size=[2, 2], offsets=[[0.0, 0.0]]))
show(r.ExtractGlimpseV2(input=image, size=[2, 2], offsets=[[1.0, 1.0]], centered=False, normalized=False, noise="zero"))
box = [[[0.1, 0.2, 0.6, 0.8]]]
show(r.SampleDistortedBoundingBox(image_size=[50, 60, 3], bounding_boxes=box, seed=3, seed2=4))
show(
    r.SampleDistortedBoundingBoxV2(image_size=[50, 60, 3], bounding_boxes=box, min_object_covered=0.3, seed=3, seed2=4)
)
show(
    r.StatelessSampleDistortedBoundingBox(
        image_size=tf.constant([50, 60, 3], k), bounding_boxes=box, min_object_covered=0.3, seed=[3, 4]
    )
)
