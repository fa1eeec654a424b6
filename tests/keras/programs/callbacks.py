"""The callbacks: what they print, write, save and change."""

import os
import pathlib

keras.utils.set_random_seed(1)
x = np.arange(24, dtype="float32").reshape(8, 3) / 24
y = x.sum(1, keepdims=True)


def model(**options):
    keras.backend.clear_session()
    m = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="ones", name="dense")])
    m.compile(keras.optimizers.SGD(0.1, **options), "mse", metrics=["mae"])
    return m


def lines(path):
    return [
        line.split(",")[:1] + [round(float(v), 4) if v[-1].isdigit() else v for v in line.split(",")[1:]]
        for line in pathlib.Path(path).read_text().splitlines()
    ]


C = keras.callbacks

# CSVLogger
m = model()
h = m.fit(x, y, epochs=2, batch_size=4, shuffle=False, verbose=0, callbacks=[C.CSVLogger("log.csv")])
print(lines("log.csv"))
h = m.fit(
    x,
    y,
    epochs=3,
    initial_epoch=2,
    batch_size=4,
    shuffle=False,
    verbose=0,
    validation_data=(x, y),
    callbacks=[C.CSVLogger("log.csv", append=True)],
)
print(lines("log.csv"))
h = m.fit(x, y, epochs=1, shuffle=False, verbose=0, callbacks=[C.CSVLogger("log2.csv", separator=";")])
print(pathlib.Path("log2.csv").read_text().splitlines()[0])

# ModelCheckpoint

m = model()
h = m.fit(
    x,
    y,
    epochs=3,
    batch_size=4,
    shuffle=False,
    verbose=0,
    callbacks=[C.ModelCheckpoint("best.keras", monitor="loss", save_best_only=True, verbose=1)],
)
print(
    os.path.exists("best.keras"),
    np.allclose(keras.models.load_model("best.keras").predict(x, verbose=0), m.predict(x, verbose=0)),
)
h = m.fit(
    x,
    y,
    epochs=2,
    batch_size=4,
    shuffle=False,
    verbose=0,
    callbacks=[C.ModelCheckpoint("w/{epoch:02d}-{loss:.3f}.weights.h5", save_weights_only=True, verbose=1)],
)
print(len(os.listdir("w")))
h = m.fit(
    x,
    y,
    epochs=2,
    batch_size=2,
    shuffle=False,
    verbose=0,
    callbacks=[C.ModelCheckpoint("b/{epoch}-{batch}.keras", save_freq=3)],
)
print(sorted(os.listdir("b")))
h = m.fit(
    x,
    y,
    epochs=2,
    batch_size=4,
    shuffle=False,
    verbose=0,
    callbacks=[
        C.ModelCheckpoint("no.keras", monitor="loss", save_best_only=True, initial_value_threshold=0.0, verbose=1)
    ],
)
print(os.path.exists("no.keras"))
C.ModelCheckpoint("x.ckpt")
print(_error)
C.ModelCheckpoint("x.keras", save_weights_only=True)
print(_error)
C.ModelCheckpoint("x.keras", save_freq="batch")
print(_error)
h = m.fit(x, y, epochs=1, verbose=0, callbacks=[C.ModelCheckpoint("{nothing}.keras")])
print(_error)
h = m.fit(
    x, y, epochs=1, verbose=0, callbacks=[C.ModelCheckpoint("{epoch}.keras", monitor="val_loss", save_best_only=True)]
)
print(os.path.exists("1.keras"))


def named(y_true, y_pred):
    return y_pred


m.compile("sgd", "mse", metrics=[named])
h = m.fit(
    x,
    y,
    epochs=1,
    verbose=0,
    callbacks=[C.ModelCheckpoint("z.keras", monitor="named", save_best_only=True, mode="auto")],
)
h = m.fit(
    x,
    y,
    epochs=1,
    verbose=0,
    callbacks=[C.ModelCheckpoint("z.keras", monitor="named", save_best_only=True, mode="max")],
)


# BackupAndRestore
class Stop(C.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            raise RuntimeError("stop")


m = model(momentum=0.9)
h = m.fit(x, y, epochs=5, batch_size=4, shuffle=False, verbose=0, callbacks=[C.BackupAndRestore("backup"), Stop()])
print(sorted(os.listdir("backup")), pathlib.Path("backup/training_metadata.json").read_text())
n = model(momentum=0.9)
h = n.fit(x, y, epochs=5, batch_size=4, shuffle=False, verbose=0, callbacks=[C.BackupAndRestore("backup")])
print(len(h.history["loss"]), h.epoch, os.path.exists("backup"))
o = model(momentum=0.9)
h = o.fit(x, y, epochs=5, batch_size=4, shuffle=False, verbose=0)
print(np.allclose(n.get_weights()[0], o.get_weights()[0]))
C.BackupAndRestore("")
print(_error)
C.BackupAndRestore("a", save_freq="x")
print(_error)
u = keras.Sequential([keras.layers.Dense(1)])
u.compile("sgd", "mse")
h = u.fit(x, y, verbose=0, callbacks=[C.BackupAndRestore("backup2")])
print(type(_error).__name__)

# EarlyStopping, ReduceLROnPlateau, schedules
m = model()
h = m.fit(
    x,
    y,
    epochs=9,
    batch_size=4,
    shuffle=False,
    verbose=0,
    callbacks=[C.EarlyStopping("loss", patience=1, min_delta=10.0, verbose=1, restore_best_weights=True)],
)
print(h.epoch)
h = m.fit(
    x,
    y,
    epochs=4,
    batch_size=4,
    shuffle=False,
    verbose=0,
    callbacks=[C.ReduceLROnPlateau("loss", factor=0.5, patience=1, min_delta=10.0, verbose=1, cooldown=1)],
)
print(np.round(h.history["learning_rate"], 5))
h = m.fit(x, y, epochs=2, verbose=0, callbacks=[C.LearningRateScheduler(lambda epoch, lr: lr * 0.5, verbose=1)])
print(np.round(h.history["learning_rate"], 5))
h = m.fit(x, y, epochs=1, verbose=0, callbacks=[C.LearningRateScheduler(lambda epoch: "x")])
print(_error)
h = m.fit(x, y, epochs=2, verbose=0, callbacks=[C.EarlyStopping("val_loss")])
h = m.fit(x, y, epochs=2, verbose=0, callbacks=[C.EarlyStopping("nothing")])
C.ReduceLROnPlateau(factor=1.5)
print(_error)
h = m.fit(x * np.nan, y, epochs=3, batch_size=4, verbose=0, callbacks=[C.TerminateOnNaN()])
print(h.epoch)

# SwapEMAWeights
m = model(use_ema=True, ema_momentum=0.5)
seen = []


class Watch(C.Callback):
    def on_test_begin(self, logs=None):
        seen.append(float(self.model.get_weights()[0][0, 0]))


h = m.fit(
    x,
    y,
    epochs=2,
    batch_size=4,
    shuffle=False,
    verbose=0,
    validation_data=(x, y),
    callbacks=[C.SwapEMAWeights(), Watch()],
)
print(np.round(seen, 5), np.round(m.get_weights()[0].ravel(), 5))
h = model().fit(x, y, verbose=0, callbacks=[C.SwapEMAWeights()])
h = m.fit(x, y, epochs=2, batch_size=4, shuffle=False, verbose=0, callbacks=[C.SwapEMAWeights(swap_on_epoch=True)])
print(np.round(m.get_weights()[0].ravel(), 5))


# the order of calls
class Order(C.Callback):
    def __getattribute__(self, name):
        if name.startswith("on_"):
            print(name, end=" ")
        return super().__getattribute__(name)


m = model()
h = m.fit(
    x,
    y,
    epochs=1,
    batch_size=8,
    verbose=0,
    validation_data=(x, y),
    callbacks=[
        C.LambdaCallback(
            on_epoch_begin=lambda epoch, logs: print("epoch", epoch, logs),
            on_epoch_end=lambda epoch, logs: print("end", epoch, sorted(logs)),
            on_train_batch_end=lambda batch, logs: print("batch", batch, sorted(logs)),
            on_train_begin=lambda logs: print("begin", logs),
            on_train_end=lambda logs: print("train end", sorted(logs)),
        )
    ],
)
p = m.predict(
    x, batch_size=4, verbose=0, callbacks=[C.LambdaCallback(on_predict_batch_end=lambda b, logs: print(b, list(logs)))]
)
e = m.evaluate(x, y, verbose=0, callbacks=[C.LambdaCallback(on_test_end=lambda logs: print(sorted(logs)))])
