"""Statements on tensors in functions: jumps out of loops and blocks, names that are unbound, what loops go over."""

# ruff: noqa - how the statements are written is what is tested

import collections


import dataclasses


import functools


import re


import sys


def show(r):
    if isinstance(r, dict):
        return "{" + ", ".join(f"{k}: {show(v)}" for k, v in r.items()) + "}"
    if isinstance(r, (list, tuple)):
        return type(r).__name__ + "(" + ", ".join(map(show, r)) + ")"
    if isinstance(r, tf.RaggedTensor):
        return f"ragged {r.to_list()}"
    if isinstance(r, tf.SparseTensor):
        return f"sparse {tf.sparse.to_dense(r).numpy().tolist()}"
    if isinstance(r, tf.Tensor):
        return f"{r.dtype.name} {r.numpy() if r.dtype == tf.string else np.round(r.numpy(), 4).tolist()}"
    return f"{type(r).__name__} {r}"


def told(error):
    """What an error says, without places and addresses."""
    kept = [line.strip() for line in str(error).splitlines() if 'File "' not in line]
    kept = [line for line in kept if line and not re.fullmatch(r"[\^~]+", line)]
    return re.sub(r"0x[0-9a-fA-F]+|id=\d+", "0x", " | ".join(kept))[:150]


def call(f, *args, **options):
    g = f if hasattr(f, "get_concrete_function") else tf.function(f, **options)
    for arg in args:
        given = [tf.constant(a) for a in (arg if isinstance(arg, tuple) else (arg,))]
        try:
            print(show(g(*given)))
        except Exception as error:
            print(type(error).__name__, told(error))


class O:
    pass


def try_if(x):
    try:
        if x > 0:
            y = x * 2
        else:
            y = x
    finally:
        y = y + 1
    return y


call(try_if, 1, -1)


def try_ret(x):
    try:
        if x > 0:
            return x * 2
        return -x
    finally:
        print("fin")


call(try_ret, 1, -1)


def try_except(x):
    try:
        y = x.no_such
    except AttributeError:
        y = x
        for i in tf.range(3):
            y += i
    else:
        y = -x
    return y


call(try_except, 1)


def try_in_loop(x):
    s = 0
    for i in tf.range(x):
        try:
            s += i
        except ValueError:
            s -= 1
    return s


call(try_in_loop, 5)


def while_try(x):
    while x < 10:
        try:
            x += 3
        finally:
            x += 1
    return x


call(while_try, 0)


def with_scope(x):
    with tf.name_scope("a"):
        if x > 0:
            x = x * 3
        for i in tf.range(2):
            x += i
    return x


call(with_scope, 1, -1)


def with_ret(x):
    with tf.name_scope("a"):
        if x > 0:
            return x * 3
        return x


call(with_ret, 1, -1)


class CM:
    def __enter__(self):
        print("in")
        return 5

    def __exit__(self, *a):
        print("out", a[0])
        return False


def with_cm(x):
    with CM() as c:
        while x < c:
            x += 1
    return x


call(with_cm, 1)


def with_tape(x):
    with tf.GradientTape() as t:
        t.watch(x)
        y = x
        for i in tf.range(3):
            y = y * x
    return t.gradient(y, x)


call(with_tape, 2.0)


def nested_break(n):
    c = 0
    for i in tf.range(n):
        if i == 3:
            continue
        for j in tf.range(n):
            if j == i:
                break
            c += j
        if c > 20:
            break
    return c, i


call(nested_break, 5, 10)


def nested_ret(n):
    for i in tf.range(n):
        for j in tf.range(n):
            if i * j == 6:
                return i, j
    return tf.constant(-1), tf.constant(-1)


call(nested_ret, 3, 10)


def while_true(x):
    while True:
        x += 1
        if x > 10:
            break
    return x


call(while_true, 1)


def while_true_ret(x):
    while True:
        x += 1
        if x > 10:
            return x


call(while_true_ret, 1)


def for_else_py(n):
    for i in range(3):
        if i == 5:
            break
        n += i
    else:
        n = n * 100
    return n


call(for_else_py, 2)


def mixed_py(n):
    out = []
    for k in range(3):
        if k == 1:
            continue
        s = 0
        for i in tf.range(n):
            if i > k + 1:
                break
            s += i
        out.append(s)
    return out


call(mixed_py, 5)


def cont_while(n):
    s = 0
    i = 0
    while i < n:
        i += 1
        if i % 2 == 0:
            continue
        s += i
    return s


call(cont_while, 7)


def zips(a, b):
    s = 0
    for x, y in zip(a, b):
        s += x * y
    return s


call(zips, ([1, 2, 3], [4, 5, 6]))


def enum(a):
    s = 0
    for i, x in enumerate(a):
        s += i * x
    return s


call(enum, [1, 2, 3])


def enum2(a):
    s = 0
    for i, (x, y) in enumerate(a):
        s += i * x + y
    return s


call(enum2, [[1, 2], [3, 4]])


def srt(a):
    s = 0
    for x in sorted(a):
        s = s * 10 + x
    return s


call(srt, [3, 1, 2])


def srtk(a):
    s = 0
    for x in sorted(a, key=lambda v: -v):
        s = s * 10 + x
    return s


call(srtk, [3, 1, 2])


def rev(a):
    s = 0
    for x in reversed(a):
        s = s * 10 + x
    return s


call(rev, [3, 1, 2])


def mapped(a):
    s = 0
    for x in map(lambda v: v * 2, a):
        s = s * 10 + x
    return s


call(mapped, [3, 1, 2])


def filtered(a):
    s = 0
    for x in filter(lambda v: v > 1, a):
        s = s * 10 + x
    return s


call(filtered, [3, 1, 2])


def ds_loop(n):
    ds = tf.data.Dataset.range(10)
    s = tf.constant(0, tf.int64)
    for x in ds:
        if x > 5:
            break
        s += x
    return s


call(ds_loop, 1)


def ds_zip(n):
    a = tf.data.Dataset.range(5)
    b = tf.data.Dataset.range(5).map(lambda x: x * x)
    s = tf.constant(0, tf.int64)
    for x, y in zip(a, b):
        s += x * y
    return s


call(ds_zip, 1)


def ds_enum(n):
    s = tf.constant(0, tf.int64)
    for i, x in enumerate(tf.data.Dataset.range(5)):
        s += x * i
    return s


call(ds_enum, 1)


def ds_map(n):
    s = tf.constant(0, tf.int64)
    for x in map(lambda v: v + 1, tf.data.Dataset.range(5)):
        s += x
    return s


call(ds_map, 1)


def ds_filter(n):
    s = tf.constant(0, tf.int64)
    for x in filter(lambda v: v > 1, tf.data.Dataset.range(5)):
        s += x
    return s


call(ds_filter, 1)


def ds_reversed(n):
    s = tf.constant(0, tf.int64)
    for x in reversed(tf.data.Dataset.range(5)):
        s += x
    return s


call(ds_reversed, 1)


def ds_dict(n):
    s = tf.constant(0, tf.int64)
    for d in tf.data.Dataset.range(5).map(lambda x: {"a": x, "b": x * 2}):
        s += d["a"] * d["b"]
    return s


call(ds_dict, 1)


def ds_ret(n):
    for x in tf.data.Dataset.range(10):
        if x == 4:
            return x * 100
    return tf.constant(-1, tf.int64)


call(ds_ret, 1)


def ds_continue(n):
    s = tf.constant(0, tf.int64)
    for x in tf.data.Dataset.range(10):
        if x % 2 == 0:
            continue
        s += x
    return s


call(ds_continue, 1)


def starred(a):
    s = 0
    for x, *rest in a:
        s += x * rest[0]
    return s


call(starred, [[1, 2, 3], [4, 5, 6]])


def tup(a):
    s = 0
    for x, (y, z) in zip(a, zip(a, a)):
        s += x * y + z
    return s


call(tup, [1, 2, 3])


def sub_target(n):
    d = {"k": 0}
    for d["k"] in tf.range(n):
        pass
    return d["k"]


call(sub_target, 3)


def attr_target(n):
    o = O()
    o.v = 0
    for o.v in tf.range(n):
        pass
    return o.v


call(attr_target, 3)


def comp(n):
    return sum([n * i for i in range(4) if i != 2]), {k: n + k for k in range(2)}


call(comp, 2)


def comp_tensor(a):
    return [x * 2 for x in a]


call(comp_tensor, [1, 2, 3])


def comp_if(n):
    return [n if n > i else -n for i in range(3)]


call(comp_if, 1)


def gen_exp(n):
    return sum(n * i for i in range(3))


call(gen_exp, 2)


def gen(n):
    def g():
        for i in range(3):
            yield n * i

    s = 0
    for x in g():
        s += x
    return s


call(gen, 2)


def d1(n):
    d = {"a": [1, 2]}
    for i in tf.range(n):
        d["a"][1] += i
    return d


call(d1, 3)


def d2(n):
    o = O()
    o.l = [0, 0]
    o.d = {"q": 1}
    for i in tf.range(n):
        o.l[0] += i
        o.d["q"] *= 2
    return o.l, o.d


call(d2, 3)


def d3(n):
    d = [0, 0, 0]
    k = 0
    for i in tf.range(n):
        d[k] += i
        d[k + 1] += 1
    return d


call(d3, 3)


def d4(n):
    d = [0, 0, 0]
    k = 1
    if n > 0:
        d[k] = n
    return d


call(d4, 3, -3)


def d5(n):
    d = [0, 0, 0]
    for k in range(3):
        if n > k:
            d[k] = n * k
    return d


call(d5, 3, 1)


def d6(n):
    d = {}
    for k in range(3):
        if n > k:
            d[k] = n * k
        else:
            d[k] = 0
    return d


call(d6, 3, 1)


def d7(n):
    d = {}
    for k in "ab":
        d[k] = 0
        for i in tf.range(n):
            d[k] += i
    return d


call(d7, 3)


def dl(n):
    x = n
    del x
    if n > 0:
        x = 1
    else:
        x = 2
    return x


call(dl, 3)


def dl2(n):
    for i in tf.range(n):
        t = i * 2
        n = n + t
        del t
    return n


call(dl2, 3)


def dl3(n):
    x = n
    del x
    return x


call(dl3, 3)


def w2(n):
    with tf.device("/cpu:0"):
        for i in tf.range(3):
            with tf.name_scope("x"):
                if i == 1:
                    continue
                n += i
    return n


call(w2, 1)


def w3(n):
    with tf.init_scope():
        k = 3
    while n < 10:
        with tf.name_scope("b"):
            n += k
            if n > 5:
                break
    return n


call(w3, 1)


v = tf.Variable(0)


def vloop(n):
    for i in tf.range(n):
        if i % 2 == 0:
            v.assign_add(i)
    return v.read_value()


call(vloop, 5)


def vcond(n):
    if v > 100:
        return 1
    while v < 10:
        v.assign_add(1)
    return v + n


call(vcond, 5)


def tr_exc(n):
    try:
        if n > 0:
            raise ValueError("x")
    except ValueError:
        return n * 100
    return n


call(tr_exc, 1)


def rais(n):
    if n > 0:
        raise ValueError("pos")
    return n


call(rais, 1)


def rais_py(n, flag=True):
    if flag:
        raise KeyError("pos")
    return n


call(rais_py, 1)


def strs(s):
    if s == "a":
        return s + "b"
    return tf.strings.upper(s)


call(strs, "a", "q")


def match_(n):
    match 3:
        case 3:
            for i in tf.range(n):
                n += i
        case _:
            n = 0
    return n


call(match_, 3)


def bits(x):
    return (x > 1) & (x < 5) | ~(x > 0), (x > 0) ^ True, not (x > 2 and x < 4)


call(bits, 3, 0)


def neg_step(n):
    s = []
    for i in tf.range(10, 0, -3):
        n = n * 2 + i
    return n


call(neg_step, 0)


def frange(n):
    s = 0.0
    for x in tf.range(0.0, 1.0, 0.25):
        s += x
    return s


call(frange, 0)


def matrix(m):
    s = tf.zeros([2], tf.int32)
    for row in m:
        for e in row:
            if e % 2 == 0:
                continue
            s += row * e
    return s


call(matrix, [[1, 2], [3, 5]])


def unk(n):
    x = tf.range(n)
    s = 0
    for e in x:
        s += e
    for i, e in enumerate(x):
        s += e * i
    return s, len(x), tf.shape(x)[0]


call(unk, 4)


def unk2(n):
    x = tf.ones([n, 2])
    for i in range(len(x)):
        x += 1.0
    return x


call(unk2, 2)


def cnt(n):
    c = 0
    for a in tf.range(n):
        for b in tf.range(a):
            if b == 2:
                continue
            for d in tf.range(b):
                if d > 1:
                    break
                c += 1
    return c


call(cnt, 6)


def swap(n):
    a, b = n, n + 1
    for i in tf.range(5):
        a, b = b, a + b
    return a, b


call(swap, 1)


def multi(n):
    a = b = n
    while a < 10:
        a, (b, c) = a + 1, (b + 2, a)
    return a, b


call(multi, 1)


def fib(n):
    if n < 2:
        return n
    f = [0, 1]
    for i in range(2, 6):
        f.append(f[-1] + f[-2])
    return f[-1] + n


call(fib, 1, 3)


def none_opt(n, y=None):
    z = y or n
    if y is not None and y > 0:
        z = y
    return z


call(none_opt, 3)


def kwonly(*, n):
    if n > 0:
        return n
    return -n


print(tf.function(kwonly)(n=tf.constant(-4)))


def star(n):
    def g(*a):
        return sum(a)

    l = [n, n]
    if n > 0:
        l = [n + 1, n]
    return g(*l), [*l, n], {**{"a": n}}


call(star, 1)


def td(n):
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as t:
        t.watch(x)
        s = 0.0
        for i in tf.range(2):
            if x[i] > 1:
                s += x[i] ** 2
            else:
                s += x[i]
    return t.gradient(s, x)


call(td, 1)


def numpy_loop(n):
    for i in np.arange(3):
        n += int(i)
    return n


call(numpy_loop, 1)


def pyiter_break(n):
    for i in range(10):
        n += 1
        if i > 3:
            break
    return n


call(pyiter_break, 1)


def shp(n):
    if tf.shape(n)[0] > 2:
        return n[:2]
    return n


call(shp, [1, 2, 3], [1])


call(shp, [1, 2, 3], [1], input_signature=[tf.TensorSpec([None], tf.int32)])


def shp2(n):
    if n.shape[0] is None:
        return n * 2
    if n.shape[0] > 2:
        return n[:2]
    return n


call(shp2, [1, 2, 3], [1])


call(shp2, [1, 2, 3], [1], input_signature=[tf.TensorSpec([None], tf.int32)])


def while_none(n):
    r = None
    while n > 0:
        if r is None:
            r = n
        else:
            r = r + n
        n -= 1
    return r


call(while_none, 3)


def tup_state(n):
    st = (0, {"a": tf.constant(1.0)}, [n])
    for i in tf.range(3):
        st = (st[0] + 1, {"a": st[1]["a"] * 2}, [st[2][0] + i])
    return st


call(tup_state, 1)


def set_in(n):
    s = {1, 2}
    for k in s:
        if n > k:
            n += k
    return n


call(set_in, 2)


def dict_items(n):
    d = {"a": n, "b": n * 2}
    s = 0
    for k, v_ in d.items():
        if v_ > 1:
            s += v_
    for k in d:
        s += d[k]
    return s


call(dict_items, 1)


def nested_fn_loop(n):
    def add(a):
        t = 0
        for i in tf.range(a):
            if i == 2:
                break
            t += i
        return t

    s = 0
    for j in tf.range(n):
        s += add(j)
    return s


call(nested_fn_loop, 5)


def lambda_loop(n):
    fs = [lambda x, k=k: x + k for k in range(3)]
    for f in fs:
        n = f(n)
    return n


call(lambda_loop, 1)


def map_list(n):
    return list(map(lambda x: x if n > x else -x, [1, 2, 3]))


call(map_list, 2)


def isinst_loop(n):
    x = 0
    while tf.less(x, n):
        x += 1
    return x


call(isinst_loop, 2)


def print_loop(n):
    for i in tf.range(n):
        print("tracing")
    return n


call(print_loop, 2)


def exc_in_loop(n):
    for i in tf.range(n):
        raise RuntimeError("boo")
    return n


call(exc_in_loop, 5)


def ds_state(n):
    ds = tf.data.Dataset.from_tensor_slices(([1.0, 2.0, 3.0], [1, 2, 3]))
    best = tf.constant(0.0)
    arg = tf.constant(-1)
    for step, (x, y) in ds.enumerate():
        if x > best and y < 3:
            best = x
            arg = y
    return best, arg


call(ds_state, 1)


def ds_shape(n):
    s = tf.zeros([0], tf.int64)
    for x in tf.data.Dataset.range(7).batch(3):
        tf.autograph.experimental.set_loop_options(shape_invariants=[(s, tf.TensorShape([None]))])
        s = tf.concat([s, x], 0)
    return s


call(ds_shape, 1)


def ds_shape_bad(n):
    s = tf.zeros([0], tf.int64)
    for x in tf.data.Dataset.range(7).batch(3):
        s = tf.concat([s, x], 0)
    return s


call(ds_shape_bad, 1)


def ds_shape_bad(n):
    s = tf.zeros([0], tf.int64)
    t = (0, tf.zeros([1, 2]))
    for x in tf.data.Dataset.range(7).batch(3):
        s = tf.concat([s, x], 0)
        t = (t[0] + 1, tf.concat([t[1], t[1]], 0))
    return s, t[0], tf.shape(t[1])


call(ds_shape_bad, 1)


def ds_rank(n):
    s = tf.zeros([1], tf.int64)
    for x in tf.data.Dataset.range(7).batch(3):
        s = s[tf.newaxis]
    return s


call(ds_rank, 1)


def ds_break(n):
    s = tf.zeros([0], tf.int64)
    for x in tf.data.Dataset.range(7).batch(2):
        s = tf.concat([s, x], 0)
        if tf.shape(s)[0] > 3:
            break
    return s


call(ds_break, 1)
