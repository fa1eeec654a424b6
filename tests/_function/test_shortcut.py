"""Recording ops past torch's own ways: results are those of torch's fake tensors, graphs give what eager code does."""

import subprocess
import sys

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

import tfcompat as tf
from tfcompat._function import shortcut
from tfcompat._function.graph import FuncGraph
from tfcompat._function.program import Program

OPS = {
    "add": lambda a, b, i: a + b,
    "mixed dtypes": lambda a, b, i: i * 2.5 + a,
    "number": lambda a, b, i: torch.rsub(a, 3),
    "division of integers": lambda a, b, i: i / 2,
    "broadcast": lambda a, b, i: a.unsqueeze(0) * b.unsqueeze(1),
    "compare": lambda a, b, i: (a > b) & (i != 1),
    "where": lambda a, b, i: torch.where(a > 0, a, torch.zeros([])),
    "mm": lambda a, b, i: a @ b.t(),
    "addmm": lambda a, b, i: torch.addmm(b[:, :3], a, b.t()),
    "bmm": lambda a, b, i: torch.bmm(a.expand(2, 3, 4), b.expand(2, 3, 4).transpose(1, 2)),
    "sum": lambda a, b, i: a.sum(0, keepdim=True),
    "strides that stay": lambda a, b, i: a.t().exp(),
    "softmax": lambda a, b, i: torch.softmax(a, 1),
    "max": lambda a, b, i: a.amax(1),
    "cat": lambda a, b, i: torch.cat([a, b.double()], 1),
    "stack": lambda a, b, i: torch.stack([a, b], 2),
    "parts": lambda a, b, i: [p * 2 for p in a.split([1, 3], 1)] + list(b.unbind(1)),
    "views of views": lambda a, b, i: a[1:, ::2].t().reshape(2, 2).squeeze().select(0, 1) + 1,
    "a view": lambda a, b, i: a[:, 1:3].permute(1, 0),
    "cast": lambda a, b, i: a.to(torch.int32),
    "factories": lambda a, b, i: torch.full([3, 4], 2.0) + torch.ones_like(a) + torch.arange(4.0),
    "gather": lambda a, b, i: torch.gather(a, 1, i.long() % 4),
    "index_select": lambda a, b, i: a.index_select(1, i[0].long() % 4),
    "in place": lambda a, b, i: a.clone().add_(b).mul_(2),
    "in place on a view": lambda a, b, i: (lambda c: (c[1].zero_(), c * 1)[1])(a.clone()),
    "in place to another shape": lambda a, b, i: a.clone().unsqueeze_(-1) * b.clone().unsqueeze_(-1),
    "foreach": lambda a, b, i: torch._foreach_mul([a, b], 2.0),
    "foreach in place": lambda a, b, i: (lambda c: (torch._foreach_add_([c], [b]), c + 0)[1])(a.clone()),
    "convolution": lambda a, b, i: torch.conv2d(a[None, None], b[None, None, :2, :2]),
    "convolution in another layout": lambda a, b, i: torch.conv2d(
        torch.stack([a, b])[None].contiguous(memory_format=torch.channels_last), torch.stack([a, b])[None, :, :2, :3]
    ),
    "pooling": lambda a, b, i: torch.max_pool2d(a[None], 2),
    "layer norm": lambda a, b, i: torch.layer_norm(a, [4], b[0], b[1]),
    "embedding": lambda a, b, i: torch.embedding(a, i.long() % 3),
    "attention": lambda a, b, i: torch.nn.functional.scaled_dot_product_attention(*[x[None, None] for x in (a, b, b)]),
    "constant": lambda a, b, i: a * torch.tensor([1.0, 2.0, 3.0, 4.0]),
}


def _likeness(results):
    results = results if isinstance(results, (list, tuple)) else [results]
    return [(r.dtype, tuple(r.shape), r.stride(), r.storage_offset(), r._is_view()) for r in results]


@pytest.mark.parametrize("compiler", [False, True])
@pytest.mark.parametrize("name", OPS)
def test_results_are_as_torch_tells_them(name, compiler, monkeypatch):
    """Twice, as the second time what is remembered of the first is used; by both ways to find out what an op gives."""
    monkeypatch.setattr(shortcut, "_results", {})
    monkeypatch.setattr(shortcut, "_compiler_is_loaded", lambda: compiler)
    torch.manual_seed(0)
    given = [torch.randn(3, 4), torch.randn(3, 4), torch.randint(0, 4, (3, 4), dtype=torch.int32)]
    with FakeTensorMode(allow_non_fake_inputs=True) as mode:
        expected = _likeness(OPS[name](*map(mode.from_tensor, given)))
    for _ in range(2):
        graph = FuncGraph("f", None, may_create=False)
        with graph.as_default(), torch.no_grad():
            inputs = [graph.argument(t, f"t{k}")._t for k, t in enumerate(given)]
            results = OPS[name](*inputs)
        assert _likeness(results) == expected
        results = results if isinstance(results, (list, tuple)) else [results]
        recorder = graph.recorder
        nodes = [recorder.node(r) for r in results]
        assert [n.meta["val"].shape for n in nodes] == [r.shape for r in results]
        program = Program(list(recorder.graph.nodes), [recorder.node(t) for t in inputs], nodes)
        found = program.compile(recorder.tracer.root, "f")(*given)
        truth = OPS[name](*given)
        torch.testing.assert_close(list(found), list(truth) if isinstance(truth, (list, tuple)) else [truth])


def test_a_trace_draws_nothing():
    """Where an op on random numbers is run to see what it gives."""
    f = tf.function(lambda x: tf.py_function(lambda v: v, [x], tf.float32) + tf.nn.dropout(x, 0.5))
    torch.manual_seed(3)
    before = torch.get_rng_state()
    f.get_concrete_function(tf.TensorSpec([17, 3]))
    assert torch.equal(before, torch.get_rng_state())


def test_what_does_not_fit_is_refused_as_eagerly():
    """Shapes that do not fit, and dtypes."""
    f = tf.function(lambda x, y: tf.matmul(x, y))
    with pytest.raises(ValueError, match="Matrix size-incompatible"):
        f(tf.ones([2, 3]), tf.ones([2, 3]))


STEP = """
import sys
import tfcompat as tf
w, b = tf.Variable([[0.0]]), tf.Variable([0.0])
optimizer = tf.keras.optimizers.SGD(0.01)
@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(tf.matmul(x, w) + b - y))
    optimizer.apply_gradients(zip(tape.gradient(loss, [w, b]), [w, b]))
    return loss
x = tf.constant([[1.0], [2.0]])
assert step(x, 2 * x).numpy() == 10.0
layers = [tf.keras.layers.Conv2D(4, 3, activation="relu"), tf.keras.layers.Flatten(), tf.keras.layers.Dropout(0.2)]
model = tf.keras.Sequential([*layers, tf.keras.layers.Dense(10)])
model.compile("adam", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
model.fit(tf.ones([64, 8, 8, 1]), tf.ones([64], tf.int32), verbose=0)
print([m for m in ("torch._dynamo", "torch._inductor", "sympy", "torch.distributed.tensor") if m in sys.modules])
"""


def test_training_loads_no_compiler():
    """A step of one's own, and Keras: it takes a second, with all that it loads itself."""
    told = subprocess.run([sys.executable, "-c", STEP], capture_output=True, text=True, check=True).stdout
    assert told == "[]\n"


def test_the_compiler_is_found_after_a_capture_without_it():
    """What stood in for it is gone."""
    code = (
        STEP + "import torch._dynamo.config\nassert torch._dynamo.config.recompile_limit and torch._dynamo.optimize\n"
    )
    subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)


def test_what_is_large_is_not_run_to_see_what_it_gives():
    """Results far larger than the arguments, and factories, take no time and no memory as they are captured."""

    @tf.function
    def f(x):
        outer = tf.reshape(x, [-1, 1]) * tf.reshape(x, [1, -1])
        return tf.shape(outer * tf.ones([200_000, 200_000]))

    assert f.get_concrete_function(tf.TensorSpec([200_000], tf.float32)).outputs[0].shape == [2]


def test_integers_are_divided_by_what_is_not_known_yet():
    """In a process of its own, which has not loaded torch's compiler."""
    code = """
import tfcompat as tf
x, y = tf.Variable([7, -7]), tf.Variable(2)
for divide in tf.math.floordiv, tf.math.floormod, tf.truncatediv, tf.truncatemod:
    assert tf.function(lambda: divide(x, y))().numpy().tolist() == divide(x, y).numpy().tolist()
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
