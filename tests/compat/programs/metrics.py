"""TensorFlow 1's metrics: values and updates over batches of different sizes."""

# ruff: noqa - the statements are what is tested

tf = tf.compat.v1
graph = tf.Graph().as_default()
graph.__enter__()
y = tf.placeholder(tf.float32, [None])
p = tf.placeholder(tf.float32, [None])
w = tf.placeholder(tf.float32, [None])
yi = tf.placeholder(tf.int64, [None, 1])
lg = tf.placeholder(tf.float32, [None, 4])
M = tf.metrics
ms = {}
ms["acc"] = M.accuracy(y, tf.round(p))
ms["accw"] = M.accuracy(y, tf.round(p), weights=w)
ms["mean"] = M.mean(p)
ms["meanw"] = M.mean(p, w)
for n in "mean_absolute_error root_mean_squared_error".split():
    ms[n] = getattr(M, n)(y, p, w)
ms["rel"] = M.mean_relative_error(y, p, y)
for n in "precision recall true_positives false_positives true_negatives false_negatives".split():
    ms[n + "w"] = getattr(M, n)(y, tf.round(p), w)
for n in "precision_at_thresholds true_negatives_at_thresholds".split():
    ms[n] = getattr(M, n)(y, p, [0.3, 0.6], w)
ms["auc"] = M.auc(y, p)
ms["aucw"] = M.auc(y, p, w, num_thresholds=50)
ms["pr"] = M.auc(y, p, curve="PR", summation_method="careful_interpolation")
ms["prm"] = M.auc(y, p, curve="PR", summation_method="minoring")
ms["sens"] = M.sensitivity_at_specificity(y, p, 0.6)
ms["spec"] = M.specificity_at_sensitivity(y, p, 0.6)
ms["below"] = M.percentage_below(p, 0.5)
ms["iou"] = M.mean_iou(yi[:, 0], tf.argmax(lg, 1), 4)
ms["pca"] = M.mean_per_class_accuracy(yi[:, 0], tf.argmax(lg, 1), 4)
ms["mt"] = M.mean_tensor(tf.stack([tf.reduce_mean(p), tf.reduce_max(p)]))
ms["cos"] = M.mean_cosine_distance(tf.nn.l2_normalize(lg, 1), tf.nn.l2_normalize(lg + 1, 1), 1)
ms["patk"] = M.precision_at_k(yi, lg, 2)
ms["ratk"] = M.recall_at_k(yi, lg, 2)
ms["ap"] = M.average_precision_at_k(yi, lg, 3)
ms["patkc"] = M.precision_at_k(yi, lg, 2, class_id=1)
print(
    sorted(v.name for v in tf.local_variables())[:12],
    len(tf.local_variables()),
    len(tf.global_variables()),
    len(tf.get_collection(tf.GraphKeys.METRIC_VARIABLES)),
)
r = np.random.RandomState(0)
with tf.Session() as s:
    s.run(tf.local_variables_initializer())
    for i in range(2):
        n = 6 + i
        f = {
            y: r.randint(0, 2, n),
            p: np.round(r.rand(n), 2),
            w: r.rand(n),
            yi: r.randint(0, 4, [n, 1]),
            lg: r.rand(n, 4),
        }
        updates = s.run({k: m[1] for k, m in ms.items()}, f)
        values = s.run({k: m[0] for k, m in ms.items()})
        for k in sorted(ms):
            print(k, np.round(updates[k], 5), np.round(values[k], 5))
graph.__exit__(None, None, None)
