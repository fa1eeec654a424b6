"""tf.nn's activations, as TensorFlow computes and differentiates them."""

import pytest

from tests.facts import Facts

NAMES = (
    "relu relu6 leaky_relu elu selu gelu silu swish softmax log_softmax crelu sigmoid tanh softplus softsign".split()
)

facts = Facts(
    __file__,
    "\n".join(
        [f"tf.nn.{name}(x([-8.0, -1.0, -0.0, 0.0, 0.5, 6.0, 7.0]))" for name in NAMES]
        + [f"tf.nn.{name}(f(2, 3, dtype='float64'))" for name in NAMES]
        + [f"tf.nn.{name}(f(2, 3, dtype='float16'))" for name in NAMES]
        + [f"tf.nn.{name}(i(3, low=-3, high=9))" for name in NAMES]
        + [f"tf.nn.{name}(features=f(3))" for name in ("relu", "elu", "softplus", "gelu", "silu")]
        + [
            "tf.nn.relu(x([inf, -inf]))",
            "tf.nn.relu6(x([inf, -inf]))",
            "tf.nn.relu([True])",
            "tf.nn.leaky_relu(f(5), alpha=0.01)",
            "tf.nn.leaky_relu(i(3, low=-3, high=3), alpha=2)",
            "tf.nn.gelu(f(5), approximate=True)",
            "tf.nn.gelu(f(5), True)",
            "tf.nn.silu(f(3), beta=2)",
            "tf.stop_gradient(tf.nn.silu(c(3)))",
            "tf.nn.crelu(i(3, dtype='uint8'))",
            "tf.nn.leaky_relu(f(3), alpha=f())",
            "tf.nn.silu(f(3), beta=f())",
            "tf.nn.crelu(f(2, 3), axis=0)",
            "tf.nn.crelu(f(2, 3), axis=2)",
            "tf.nn.softmax(f(2, 3, 4), axis=1)",
            "tf.nn.softmax(f(2, 3), axis=0)",
            "tf.nn.softmax(f(2, 3), axis=-2)",
            "tf.nn.softmax(f(2, 3), axis=2)",
            "tf.nn.softmax(f(2, 3), -3)",
            "tf.nn.softmax(f(), -1)",
            "tf.nn.softmax(f(0, 3))",
            "tf.nn.softmax(f(3, 0))",
            "tf.nn.softmax(x([1000.0, 0.0, -inf]))",
            "tf.nn.log_softmax(x([1000.0, 0.0, -1000.0]))",
            "tf.nn.log_softmax(f(2, 3), axis=0)",
            "tf.nn.log_softmax(f(2, 3), axis=5)",
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
