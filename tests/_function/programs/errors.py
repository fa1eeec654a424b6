"""Errors while a function is captured, told with the lines of the program."""


def call(f, *args):
    try:
        print(f(*args))
    except Exception as e:
        lines = [line for line in str(e).splitlines() if "File" not in line]
        print(type(e).__name__, lines, [line.split(", in ")[1] for line in str(e).splitlines() if "File" in line])


@tf.function
def no_attribute(x):
    return x.foo


@tf.function
def makes_variables(x):
    v = tf.Variable(1.0)
    return v + x


@tf.function
def no_name(x):
    return undefined_name + x


@tf.function
def outer(x):
    return no_attribute(x) + 1


def raises(x):
    if x > 0:
        raise ValueError("bad value")
    return x


class Module(tf.Module):
    @tf.function
    def __call__(self, x):
        for i in range(2):
            x = self.go(x) + i
        return x

    def go(self, x):
        return raises(1)


@tf.function
def mixes(x):
    total = 0
    for _ in tf.range(3):
        total = total + x
    return total


call(no_attribute, tf.constant(1))
call(makes_variables, 1.0)
call(no_name, tf.constant(1))
call(outer, tf.constant(1))
call(Module(), tf.constant(1))
call(mixes, tf.constant(0.5))


def ending(function):
    try:
        function()
    except tf.errors.OpError as error:
        print(error.message[error.message.index("[Op:") :])


# The name of the call ends the message of an error, or nothing where a list is an input.
ending(lambda: tf.reshape(tf.range(30), [7, -1]))
ending(lambda: tf.reshape(tf.range(30), tf.constant([7, -1])))
ending(lambda: tf.gather([1], [1]))
ending(lambda: tf.gather(tf.constant([1.0]), tf.constant([1]), name="looked_up"))
ending(lambda: tf.concat([tf.ones((2, 3)), tf.ones((2, 4))], 0))
ending(lambda: tf.matmul([[1.0, 2.0]], tf.ones((5, 3))))
ending(lambda: tf.transpose(tf.ones((2, 3)), [0, 1, 2]))
ending(lambda: tf.transpose(tf.ones((2, 3)), tf.constant([0, 1, 2])))
ending(lambda: tf.split(tf.ones(5), 2))
ending(lambda: tf.reduce_sum(tf.ones(3), [5]))
ending(lambda: tf.reduce_sum(tf.ones(3), 5))
ending(lambda: tf.nn.conv2d(tf.ones((1, 5, 5, 2)), tf.ones((3, 3, 3, 2)), [1, 1, 1, 1], "SAME"))


@tf.function
def of_wrong_dtype(x):
    return tf.nn.softmax(x)


try:
    of_wrong_dtype(tf.constant([1, 2]))
except TypeError as error:
    print("list of allowed values" in str(error))
