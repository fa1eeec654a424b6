"""Monitored sessions with hooks: what is called when, checkpoints that are taken up, summaries in files."""

# ruff: noqa - the statements are what is tested

tf = tf.compat.v1
graph = tf.Graph().as_default()
graph.__enter__()
import os, glob

d = "here"
g = tf.train.get_or_create_global_step()
x = tf.placeholder_with_default(np.ones([2, 2], "f"), [None, 2])
w = tf.get_variable("w", initializer=tf.constant([[2.0], [3.0]]))

loss = tf.reduce_mean(tf.square(tf.matmul(x, w)))
tr = tf.train.GradientDescentOptimizer(0.05).minimize(loss, global_step=g)
tf.summary.scalar("loss", loss)
tf.summary.histogram("w", w)
tf.summary.image("im", tf.ones([1, 2, 2, 1]))


class H(tf.train.SessionRunHook):
    def begin(self):
        print("begin")

    def after_create_session(self, s, c):
        print("created", s.run(g))

    def before_run(self, ctx):
        return tf.train.SessionRunArgs({"l": loss})

    def after_run(self, ctx, v):
        print("after", v.results["l"])

    def end(self, s):
        print("end", s.run(g))


lg = tf.train.LoggingTensorHook({"loss": loss}, every_n_iter=2)
with tf.train.MonitoredTrainingSession(
    checkpoint_dir=d,
    hooks=[H(), tf.train.StopAtStepHook(last_step=4), lg, tf.train.NanTensorHook(loss)],
    save_checkpoint_steps=2,
    save_summaries_steps=2,
) as s:
    while not s.should_stop():
        s.run(tr)
print(
    sorted(
        f.split(".")[-1] if "ckpt" in f else f[:10]
        for f in os.listdir(d)
        if "ckpt" in f and "meta" not in f and "data" not in f
    )
)
with tf.train.SingularMonitoredSession(checkpoint_dir=d) as s:
    print(s.run([g]), s.run(w).ravel())
for f in glob.glob(d + "/events*"):
    for e in tf.train.summary_iterator(f):
        if e.summary.value:
            print(e.step, [v.tag for v in e.summary.value])
graph.__exit__(None, None, None)
