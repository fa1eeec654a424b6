"""tf.distribute.cluster_resolver: what is expected was printed by TensorFlow 2.21 for the same calls."""

import json

import pytest

import tfcompat as tf

resolvers = tf.distribute.cluster_resolver
CLUSTER = {"cluster": {"worker": ["h1:1", "h2:2"], "chief": ["h0:0"]}, "task": {"type": "worker", "index": 1}}


def test_the_environment_tells_the_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CONFIG", json.dumps({**CLUSTER, "rpc_layer": "grpc"}))
    told = resolvers.TFConfigClusterResolver()
    assert (told.task_type, told.task_id, told.rpc_layer, told.environment) == ("worker", 1, "grpc", None)
    assert (told.master(), told.master("worker", 0)) == ("grpc://h2:2", "grpc://h1:1")
    assert told.cluster_spec().as_dict() == CLUSTER["cluster"]
    given = resolvers.TFConfigClusterResolver(task_type="chief", task_id=0, rpc_layer="tcp", environment="e")
    assert (given.task_type, given.master(), given.environment) == ("chief", "tcp://h0:0", "e")


def test_without_a_cluster_there_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_CONFIG", raising=False)
    told = resolvers.TFConfigClusterResolver()
    assert (told.master(), told.task_type, told.task_id, told.cluster_spec().as_dict()) == ("", None, None, {})
    monkeypatch.setenv("TF_CONFIG", "no json")
    with pytest.raises(ValueError, match="TF_CONFIG must hold JSON"):
        told.cluster_spec()


def test_one_worker_knows_its_task(monkeypatch: pytest.MonkeyPatch) -> None:
    one = {"cluster": {"worker": ["localhost:1"]}, "task": {"type": "worker", "index": 0}}
    monkeypatch.setenv("TF_CONFIG", json.dumps(one))
    told = tf.distribute.MultiWorkerMirroredStrategy().cluster_resolver
    assert (type(told).__name__, told.task_type, told.task_id, told.master()) == (
        "TFConfigClusterResolver", "worker", 0, "",
    )  # fmt: skip


def test_a_simple_resolver_tells_what_it_is_given() -> None:
    spec = tf.train.ClusterSpec({"worker": ["a:1", "b:2"]})
    told = resolvers.SimpleClusterResolver(spec, "x", "worker", 1, "z", {"GPU": 2}, "grpc")
    assert (told.master(), told.master("worker", 0)) == ("grpc://x", "grpc://a:1")
    assert (told.environment, told.num_accelerators()) == ("z", {"GPU": 2})
    with pytest.raises(ValueError, match="No such job in cluster: 'ps'"):
        told.master("ps", 0)
    with pytest.raises(TypeError, match="cluster_spec"):
        resolvers.SimpleClusterResolver({"worker": ["a:1"]})


def test_a_union_has_the_tasks_of_all() -> None:
    parts = [{"worker": ["a:1"]}, {"worker": ["b:1"], "ps": ["c:3"]}]
    first, second = (resolvers.SimpleClusterResolver(tf.train.ClusterSpec(p), task_id=7) for p in parts)
    union = resolvers.UnionResolver(first, second)
    assert union.cluster_spec().as_dict() == {"worker": ["a:1", "b:1"], "ps": ["c:3"]}
    assert (union.task_id, union.environment, union.master(), union.master("ps", 0)) == (7, "", "", "c:3")
    with pytest.raises(ValueError, match="At least one"):
        resolvers.UnionResolver()
    with pytest.raises(TypeError, match="got int"):
        resolvers.UnionResolver(3)


def test_programs_that_look_for_a_tpu_are_told_of_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KUBE_GOOGLE_CLOUD_TPU_ENDPOINTS", "TPU_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    for find in (resolvers.TPUClusterResolver, resolvers.TPUClusterResolver.connect):
        for name in (None, ""):
            with pytest.raises(ValueError, match="^Please provide a TPU Name to connect to.$"):
                find(tpu=name)
    with pytest.raises(NotImplementedError, match="TPUClusterResolver: the address of the TPU 'mine'"):
        resolvers.TPUClusterResolver("mine")
    found = resolvers.TPUClusterResolver("grpc://10.0.0.2:8470")
    assert (found.master(), found.cluster_spec().as_dict()) == ("grpc://10.0.0.2:8470", {"worker": ["10.0.0.2:8470"]})
    with pytest.raises(NotImplementedError, match="no TPU at grpc"):
        resolvers.TPUClusterResolver.connect("grpc://10.0.0.2:8470")
