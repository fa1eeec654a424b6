r = tf.raw_ops


def show(found):
    for t in tf.nest.flatten(found):
        a = t.numpy()
        a = a.view(a.dtype[0]) if a.dtype.names else a
        print(t.dtype.name, a.shape, a.ravel().tolist())


def q(x, dtype):
    return tf.bitcast(tf.constant(x, getattr(tf, dtype[1:])), getattr(tf, dtype))


def tell(f, *args, **kwargs):
    try:
        show(f(*args, **kwargs))
    except (ValueError, TypeError, tf.errors.OpError) as error:
        print(type(error).__name__)


rng = np.random.RandomState(0)
points = tf.constant(rng.randn(12, 3), tf.float32)


def spread(**how):
    tell(r.KmeansPlusPlusInitialization, **{"points": points, "num_to_sample": 3, "seed": 1} | how)


for seed in (1, 2, 77, -5):
    for number in (1, 3, 7):
        for tries in (-1, 0, 2):
            spread(seed=seed, num_to_sample=number, num_retries_per_sample=tries)
    tell(r.KMC2ChainInitialization, distances=tf.constant(rng.rand(30), tf.float32), seed=seed)
spread(num_to_sample=13, num_retries_per_sample=0)
spread(num_to_sample=0, num_retries_per_sample=0)
spread(points=points[0], num_retries_per_sample=0)
spread(points=points[:0], num_retries_per_sample=0)
tell(r.KMC2ChainInitialization, distances=tf.constant([], tf.float32), seed=1)
tell(r.KMC2ChainInitialization, distances=tf.constant(2.0), seed=1)


def ascend(loss, label=1.0, state=(0.0, 0.0, 0.0, 0.0), **how):
    given = {
        "sparse_example_indices": [[0, 0]],
        "sparse_feature_indices": [[2, 5]],
        "sparse_feature_values": [[0.5, 2.0]],
    }
    given |= {"sparse_indices": [tf.constant([5, 2, 9], tf.int64)], "sparse_weights": [[0.1, 0.2, 0.3]]}
    given |= {"dense_features": [[[1.0, 2.0]]], "dense_weights": [[0.5, -0.25]], "example_weights": [2.0]}
    given |= {"example_labels": [label], "example_state_data": [state], "loss_type": loss, "l1": 0.1, "l2": 1.5}
    tell(r.SdcaOptimizerV2, **given | {"num_loss_partitions": 2, "num_inner_iterations": 1, "adaptive": False} | how)


for loss in ("logistic_loss", "squared_loss", "hinge_loss", "smooth_hinge_loss", "poisson_loss"):
    for label in (0.0, 1.0):
        for state in ([0.0, 0, 0, 0], [0.3, 1, 2, 3.0], [-0.3, 1, 1, 1.0]):
            ascend(loss, label, state)
    ascend(loss, adaptive=True)
    ascend(loss, -2.0)
    ascend(loss, sparse_feature_values=[])
ascend("other_loss")
for wrong in (
    {"sparse_feature_indices": [[2, 7]]},
    {"sparse_feature_indices": [[2, 2]]},
    {"sparse_feature_indices": [[2]]},
    {"dense_features": [[1.0]]},
    {"dense_features": [[[1.0, 2.0, 3.0]]]},
    {"example_labels": [1.0, 2.0]},
    {"state": [1.0, 2.0]},
):
    ascend("squared_loss", **wrong)
