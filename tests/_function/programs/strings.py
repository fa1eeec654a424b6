"""Strings in functions: what is computed, printed and known of them while a function is captured."""


def run(f, *args):
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__)


@tf.function
def fmt(x, s):
    a = tf.strings.format("x is {} s is {}", (x, s))
    tf.print(a)
    return a


run(fmt, tf.constant([1, 2]), tf.constant("q"))


@tf.function
def ta(words):
    arr = tf.TensorArray(tf.string, size=0, dynamic_size=True)
    i = 0
    for w in words:
        if tf.strings.length(w) > 2:
            arr = arr.write(i, tf.strings.upper(w))
            i += 1
    return arr.stack(), i


run(ta, tf.constant(["ab", "cde", "fghi", "j"]))


@tf.function
def pf(s):
    u = tf.py_function(lambda x: x.numpy()[::-1], [s], tf.TensorSpec([], tf.string))
    n = tf.strings.length(s)
    return u, n


run(pf, tf.constant("abc"))


@tf.function
def io(path):
    tf.io.write_file(path, "hello " + tf.strings.as_string(3))
    return tf.strings.length(path)


run(io, tf.constant("x.txt"))


@tf.function
def io2(path):
    c = tf.io.read_file(path)
    print(c)
    return tf.strings.split(c), tf.strings.length(c)


run(io2, "x.txt")


@tf.function
def m(s):
    return tf.map_fn(lambda t: tf.strings.length(t), s, fn_output_signature=tf.int32), tf.map_fn(tf.strings.upper, s)


run(m, tf.constant(["a", "bcd"]))


@tf.function
def u(s):
    y, i = tf.unique(s)
    return y, i, tf.size(y), tf.where(s == "b", "B", s), tf.tile(s, [2]), tf.stack([s, s]), tf.expand_dims(s, 0)


run(u, tf.constant(["b", "a", "b"]))
v = tf.Variable(["a", "b"])


@tf.function
def var(s):
    v.assign(tf.strings.join([v, s]))
    return v.read_value()


run(var, tf.constant("z"))
run(var, tf.constant("y"))
print(v)


@tf.function
def rag(r):
    print(type(r).__name__)
    return tf.strings.upper(r), r.to_tensor("pad"), tf.strings.length(r)


run(rag, tf.ragged.constant([["a", "b"], ["c"]]))


@tf.function
def uni(s):
    cp = tf.strings.unicode_decode(s, "UTF-8")
    print(type(cp).__name__)
    return cp, tf.strings.unicode_encode(cp, "UTF-8"), tf.strings.unicode_split(s, "UTF-8"), tf.strings.bytes_split(s)


run(uni, tf.constant(["añ", "b"]))


@tf.function
def cmp(a, b):
    if a == b:
        return "same"
    elif a != "x":
        return "not x"
    else:
        return "x"


run(cmp, tf.constant("a"), tf.constant("a"))
run(cmp, tf.constant("x"), tf.constant("a"))
run(cmp, tf.constant("q"), tf.constant("a"))


@tf.function
def num(s):
    n = tf.strings.to_number(s, tf.int32)
    print(n)
    with tf.GradientTape() as t:
        x = tf.cast(n, tf.float32)
        t.watch(x)
        y = x * x
    return (
        t.gradient(y, x),
        tf.strings.to_hash_bucket_fast(s, 10),
        tf.strings.substr(s, 0, 1),
        tf.strings.regex_full_match(s, "[0-9]"),
        tf.strings.strip(s),
    )


run(num, tf.constant(["3", "45"]))


@tf.function
def wh(s):
    out = ""
    while tf.strings.length(out) < 6:
        out = out + s
        if out == "ababab":
            break
    return out


run(wh, tf.constant("ab"))


@tf.function
def dec(s):
    a, b = tf.io.decode_csv(s, [[0], [""]])
    return (
        a,
        b,
        tf.io.decode_raw(b, tf.uint8, fixed_length=4),
        tf.io.encode_base64(b),
        tf.io.decode_base64(tf.io.encode_base64(b)),
    )


run(dec, tf.constant(["1,x", "2,yy"]))


@tf.function
def pr(s, n):
    tf.print("got", s, n, [s, n], {"k": s})
    return s


run(pr, tf.constant(["a", "b"]), tf.constant(3))
cf = fmt.get_concrete_function(tf.TensorSpec([None], tf.int32), tf.TensorSpec([], tf.string))
print(cf.structured_input_signature, cf.structured_outputs, cf.output_shapes, cf.output_dtypes)
print(cf(tf.constant([4, 5, 6]), tf.constant("w")))
print(cf.function_type)


@tf.function
def bad(s):
    return s + 1


run(bad, tf.constant("a"))


@tf.function
def bad2(s):
    return tf.strings.to_number(s)


run(bad2, tf.constant("a"))


@tf.function
def const():
    c = tf.constant("abc")
    print(c)
    d = tf.constant(["x", "y"])
    print(d)
    return tf.strings.join([c, d]), c


run(const)


@tf.function
def assert_(s):
    tf.debugging.assert_equal(s, "a", message="must be a")
    return s


run(assert_, tf.constant("a"))
run(assert_, tf.constant("b"))


@tf.function(reduce_retracing=True)
def rr(s):
    print("trace", s)
    return tf.strings.join([s, "x"]), tf.shape(s)


run(rr, tf.constant(["a"]))
run(rr, tf.constant(["a", "b"]))
run(rr, tf.constant(["a", "b", "c"]))


@tf.function
def one(s, k):
    d = {"a": s, "n": tf.strings.length(s)}
    if k > 0:
        d["a"] = tf.strings.lower(s)
    return d


run(one, tf.constant(["AB"]), tf.constant(1))


@tf.function
def e(s):
    ok, idx = tf.equal(s, ["a", "b"]), tf.argmax(tf.cast(tf.equal(s, ["a", "b"]), tf.int32))
    return ok, idx, tf.one_hot(idx, 2), tf.reduce_all(ok), tf.boolean_mask(["p", "q"], ok)


run(e, tf.constant("b"))


@tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
def rejoined(s):
    characters = tf.strings.unicode_split(s, "UTF-8")
    words = tf.strings.split(s)
    return (
        tf.strings.reduce_join(characters, axis=-1, separator=" "),
        tf.strings.reduce_join(words, axis=1, separator="+", keepdims=True),
        tf.strings.reduce_join(words, axis=0, separator="/"),
    )


print(rejoined(tf.constant(["ab c", "d"])))
print(rejoined(tf.constant(["q r s"])))
