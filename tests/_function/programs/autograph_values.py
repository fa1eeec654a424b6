"""Expressions, objects and branches in functions, and the errors of those that do not fit together."""

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


def nonlocal_c(n):
    s = 0

    def inc():
        nonlocal s
        s += n

    for i in range(3):
        inc()
    return s


call(nonlocal_c, 2)


def nonlocal_loop(n):
    s = tf.constant(0)

    def inc(k):
        nonlocal s
        s = s + k

    for i in tf.range(n):
        inc(i)
    return s


call(nonlocal_loop, 4)


def nonlocal_if(n):
    s = tf.constant(0)

    def setit():
        nonlocal s
        s = s + 5

    if n > 0:
        setit()
    return s


call(nonlocal_if, 4, -4)


def inner_if(n):
    def f(v):
        if v > 2:
            return v * 10
        else:
            return v

    return f(n) + f(n + 2)


call(inner_if, 1, 5)


def lam(n):
    f = lambda v: v * 10 if v > 2 else v
    return f(n)


call(lam, 1, 5)


def rec(n, k=3):
    if k == 0:
        return n
    if n > 5:
        n = n - 1
    return rec(n, k - 1) + 1


call(rec, 1, 9)


@tf.function
def rec_f(n, k):
    if k == 0:
        return n
    return rec_f(n * 2, k - 1)


print(rec_f(tf.constant(1), 3))


def chain(x):
    if 0 < x < 5:
        return 1
    return 0


call(chain, 1, 7)


def in_list(x):
    return x in [1, 2, 3]


call(in_list, 1)


def in_py(x):
    if 2 in [1, 2]:
        x = x + 1
    return x


call(in_py, 1)


def not_in(x):
    return x not in (5, 6)


call(not_in, 1)


def is_none(x, y=None):
    if y is None:
        return x
    return x + y


call(is_none, 1)


def is_not(x):
    return x is not None


call(is_not, 1)


def eq(x):
    if x == 2:
        return "two"
    return "other"


call(eq, 1, 2)


def ne(x):
    return x != 2, not (x == 2)


call(ne, 1, 2)


def eq_none(x):
    return x == None


call(eq_none, 1)


def eq_str(x):
    if x == "a":
        return 1
    return 0


call(eq_str, "a", "b")


def boolop(x):
    return (
        (x > 0 and x < 5),
        (x > 0 or x < -5),
        not x > 0,
        (x > 0 and True),
        (False or x > 0),
        (True and x > 0),
        (None or x > 0),
    )


call(boolop, 1, -3)


def and_lazy(x):
    l = []
    if len(l) > 0 and l[0] > x:
        return 1
    return 0


call(and_lazy, 3)


def tern_mix(x):
    return x if x > 0 else 0


call(tern_mix, 1, -1)


def tern_dt(x):
    return x if x > 0 else 0.5


call(tern_dt, 1, -1)


def tern_t(x):
    return (x, x) if x > 0 else (0, 1)


call(tern_t, 1, -1)


def tern_d(x):
    return {"a": x} if x > 0 else {"a": 0}


call(tern_d, 1, -1)


def aug_attr(n):
    o = O()
    o.v = 0
    for i in tf.range(n):
        o.v += i
    return o.v


call(aug_attr, 4)


def aug_attr_if(n):
    o = O()
    o.v = 1
    if n > 0:
        o.v *= 3
    return o.v


call(aug_attr_if, 4, -1)


def new_attr_if(n):
    o = O()
    if n > 0:
        o.v = 3
    else:
        o.v = 5
    return o.v


call(new_attr_if, 4, -1)


def new_attr_if1(n):
    o = O()
    if n > 0:
        o.v = 3
    return o.v


call(new_attr_if1, 4, -1)


def aug_sub(n):
    d = {"a": 0}
    for i in tf.range(n):
        d["a"] += i
    return d["a"]


call(aug_sub, 4)


def aug_sub_list(n):
    d = [0, 1]
    for i in tf.range(n):
        d[1] += i
    return d[1]


call(aug_sub_list, 4)


def aug_sub_var(n):
    d = [0, 1]
    k = 1
    for i in tf.range(n):
        d[k] += i
    return d[1]


call(aug_sub_var, 4)


def aug_tensor(n):
    x = tf.zeros([3])
    x[0] += 1
    return x


call(aug_tensor, 4)


def aug_slice(n):
    x = [1, 2, 3]
    x[0:2] = [n, n]
    return x


call(aug_slice, 4)


def set_tensor(n):
    x = tf.zeros([3])
    x[1] = 5.0
    return x


call(set_tensor, 4)


def set_tensor_loop(n):
    x = tf.zeros([3], tf.int32)
    for i in tf.range(3):
        x[i] = i
    return x


call(set_tensor_loop, 4)


def dele(n):
    d = {"a": n, "b": n}
    del d["a"]
    y = n
    del y
    if n > 0:
        n = n + 1
    return d, n


call(dele, 4)


def dele_if(n):
    y = n
    if n > 0:
        del y
    return n


call(dele_if, 4)


G = 1


def glob(n):
    global G
    if n > 0:
        G = 5
    return G


call(glob, 4, -1)


G = 1


def glob2(n):
    global G
    for i in tf.range(n):
        G = G + i
    return G


call(glob2, 4)


G = 1


def assert_py(n):
    assert 1 > 2, "never"
    return n


call(assert_py, 1)


def fs(n):
    return tf.constant(f"{n.shape} {n.dtype.name}")


call(fs, [1, 2])


def ffmt(n):
    return tf.constant(f"{n:.2f}")


call(ffmt, 1.5)


def blt2(v):
    return int(v), float(v), bool(v), abs(v)


call(blt2, 2.5)


def blt3(v):
    return any(v), all(v)


call(blt3, [True, False])


def blt4(v):
    return any([v > 1, v > 2]), all([v > 0, v > 2])


call(blt4, 2)


def blt6(v):
    return round(v)


call(blt6, 2.6)


def blt7(v):
    return pow(v, 2), divmod(v, 3)


call(blt7, 7)


def rng(n):
    s = 0
    for i in range(n):
        s += i
    return s


call(rng, 4)


def rng2(n):
    s = 0
    for i in range(1, n, 2):
        s += i
    return s


call(rng2, 8)


def rng3(n):
    return [i for i in range(n)]


call(rng3, 3)


def str_(n):
    return tf.constant(str(n))


call(str_, 3)


def isinst(n):
    return isinstance(n, tf.Tensor), type(n).__name__ == "x", hasattr(n, "shape"), callable(n)


call(isinst, 3)


def lst(n):
    return list(n)


call(lst, [1, 2])


def tpl(n):
    a, b = n
    return a + b


call(tpl, [1, 2])


def nxt(n):
    it = iter(tf.data.Dataset.range(3))
    return next(it) + next(it)


call(nxt, [1, 2])


def lapp(n):
    l = []
    for i in range(3):
        l.append(n * i)
    return l


call(lapp, 2)


def lapp_t(n):
    l = []
    for i in tf.range(n):
        l.append(i)
    return l


call(lapp_t, 2)


def lapp_if(n):
    l = []
    if n > 0:
        l.append(n)
    return len(l)


call(lapp_if, 2, -1)


def lpop(n):
    l = [n, n + 1]
    a = l.pop()
    return a, l


call(lpop, 2)


def dict_loop(n):
    d = {}
    for i in range(3):
        d[i] = n + i
    return d


call(dict_loop, 2)


def dict_loop_t(n):
    d = {}
    for i in tf.range(3):
        d["x"] = i
    return d


call(dict_loop_t, 2)


def dict_if(n):
    d = {}
    if n > 0:
        d["x"] = 1
    else:
        d["x"] = 2
    return d


call(dict_if, 2, -2)


def list_concat(n):
    l = []
    for i in range(3):
        l += [n]
    return l


call(list_concat, 2)


def list_concat_t(n):
    l = [n]
    for i in tf.range(3):
        l += [n]
    return l


call(list_concat_t, 2)


def deco(f):
    @functools.wraps(f)
    def w(*a, **k):
        return f(*a, **k) + 1

    return w


@deco
def decorated(n):
    if n > 0:
        return n * 2
    return n


call(decorated, 1, -1)


def use_deco(n):
    return decorated(n)


call(use_deco, 1, -1)


def part(a, n):
    if n > 0:
        return a + n
    return a - n


call(functools.partial(part, 5), 1, -1)


call(tf.function(functools.partial(part, n=tf.constant(1))), 1)


@functools.lru_cache(None)
def cached(n):
    return n * 2


def use_cached(n):
    return cached(3) + n


call(use_cached, 1)


class K:
    c = 3

    def __init__(self):
        self.k = 2
        self._p = 1

    @classmethod
    def cm(cls, n):
        if n > 0:
            return n * cls.c
        return n

    @staticmethod
    def sm(n):
        if n > 0:
            return n * 10
        return n

    @property
    def pr(self):
        return self._p

    @pr.setter
    def pr(self, v):
        self._p = v

    def m(self, n):
        if n > 0:
            return n + self.k + self.pr
        return n

    def setp(self, n):
        if n > 0:
            self.pr = n
        return self.pr

    def __call__(self, n):
        for i in tf.range(n):
            self.k += i
        return self.k

    @tf.function
    def tm(self, n):
        if n > 0:
            return n + self.k
        return n

    @tf.function
    def setk(self, n):
        if n > 0:
            self.k = n
        return n


k = K()


call(k.m, 1, -1)


def use_k(n):
    return K.cm(n), K.sm(n), k.cm(n), k.sm(n), k.pr


call(use_k, 1, -1)


call(k.tm, 1, -1)


call(k.setp, 1, -1)


call(tf.function(K().__call__), 3)


call(tf.function(K()), 3)


kk = K()


print(kk.setk(tf.constant(1)), kk.k)


call(co, 1)


@dataclasses.dataclass
class D:
    a: object
    b: object = 1


def dc(n):
    d = D(n)
    if n > 0:
        d.b = n * 2
    return d.a, d.b


call(dc, 1, -1)


def dc_ret(n):
    return D(n)


call(dc_ret, 1)


NT = collections.namedtuple("NT", "a b")


def nt(n):
    t = NT(n, 0)
    for i in tf.range(3):
        t = NT(t.a + i, t.b + 1)
    return t


call(nt, 1)


def nt_if(n):
    if n > 0:
        t = NT(n, 1)
    else:
        t = NT(0, n)
    return t


call(nt_if, 1, -1)


def ret_types(n):
    if n > 0:
        return n
    return 1.0


call(ret_types, 1)


def ret_struct(n):
    if n > 0:
        return n, n
    return n


call(ret_struct, 1)


def ret_struct2(n):
    if n > 0:
        return n, n
    return n, n, n


call(ret_struct2, 1)


def ret_none(n):
    if n > 0:
        return n


call(ret_none, 1)


def ret_none2(n):
    if n > 0:
        return None
    return n


call(ret_none2, 1)


def ret_shape(n):
    if n > 0:
        return tf.zeros([2])
    return tf.zeros([3])


call(ret_shape, 1, -1)


def ret_rank(n):
    if n > 0:
        return tf.zeros([2])
    return tf.zeros([3, 1])


call(ret_rank, 1, -1)


def ret_dict(n):
    if n > 0:
        return {"a": n}
    return {"b": n}


call(ret_dict, 1)


def ret_str(n):
    if n > 0:
        return "pos"
    return "neg"


call(ret_str, 1, -1)


def ret_pyloop(n):
    for i in range(5):
        if i == 3:
            return n + i
    return n


call(ret_pyloop, 1)


def ret_pyloop_t(n):
    for i in range(5):
        if n > i:
            return n + i
    return n


call(ret_pyloop_t, 1)


def undef(n):
    if n > 0:
        y = 1
    return y


call(undef, 1)


def undef3(n):
    while n > 0:
        y = n
        n -= 1
    return y


call(undef3, 3)


def undef4(n):
    if n > 0:
        y = 1
    else:
        z = 2
    return n


call(undef4, 3)


def undef5(n):
    if n > 0:
        y = None
    else:
        y = 2
    return y


call(undef5, 3)


def undef6(n):
    y = None
    if n > 0:
        y = 2
    return y


call(undef6, 3)


def undef7(n):
    y = None
    for i in tf.range(n):
        y = i
    return y


call(undef7, 3)


def undef8(n):
    for i in tf.range(n):
        pass
    return i


call(undef8, 3)


def undef9(n):
    return zzz + n


call(undef9, 3)


def undef10(n):
    if False:
        q = 1
    return q


call(undef10, 3)


def mm_dtype(n):
    if n > 0:
        y = 1
    else:
        y = 1.0
    return y


call(mm_dtype, 3)


def mm_loop_dtype(n):
    y = 0
    for i in tf.range(n):
        y += 0.5
    return y


call(mm_loop_dtype, 3)


def mm_loop_dtype2(n):
    y = 0
    while n > 0:
        n -= 1
        y = tf.cast(y, tf.float32)
    return y


call(mm_loop_dtype2, 3)


def mm_loop_shape(n):
    y = tf.zeros([1])
    for i in tf.range(n):
        y = tf.concat([y, y], 0)
    return y


call(mm_loop_shape, 3)


def mm_loop_shape_ok(n):
    y = tf.zeros([1])
    for i in tf.range(n):
        tf.autograph.experimental.set_loop_options(shape_invariants=[(y, tf.TensorShape([None]))])
        y = tf.concat([y, y], 0)
    return y


call(mm_loop_shape_ok, 3)


def mm_while_shape_ok(n):
    y = tf.zeros([1, 2])
    while n > 0:
        tf.autograph.experimental.set_loop_options(shape_invariants=[(y, tf.TensorShape([None, 2]))])
        y = tf.concat([y, y], 0)
        n -= 1
    return y


call(mm_while_shape_ok, 3)


def mm_maxit(n):
    y = 0
    for i in tf.range(n):
        tf.autograph.experimental.set_loop_options(maximum_iterations=2, parallel_iterations=1, swap_memory=False)
        y += 1
    return y


call(mm_maxit, 5)


def mm_maxit_w(n):
    y = 0
    while y < n:
        tf.autograph.experimental.set_loop_options(maximum_iterations=2)
        y += 1
    return y


call(mm_maxit_w, 5)


def mm_struct(n):
    y = (0, 1)
    for i in tf.range(n):
        y = (0, 1, 2)
    return y


call(mm_struct, 5)


def mm_none(n):
    y = 1
    for i in tf.range(n):
        y = None
    return y


call(mm_none, 5)


def mm_if_struct(n):
    if n > 0:
        y = (1, 2)
    else:
        y = 1
    return y


call(mm_if_struct, 5)


def mm_if_str(n):
    if n > 0:
        y = "a"
    else:
        y = 1
    return y


call(mm_if_str, 5)


def mm_loop_obj(n):
    y = O()
    for i in tf.range(n):
        y = O()
    return n


call(mm_loop_obj, 5)


def mm_loop_str(n):
    y = "a"
    for i in tf.range(n):
        y = y + "b"
    return y


call(mm_loop_str, 2)


def mm_pyint_cond(n):
    x = 5
    while x > 0:
        x -= n
    return x


call(mm_pyint_cond, 2)


def mm_pyfor(n):
    x = 5
    for i in [1, 2, 3]:
        if n > i:
            x += i
    return x


call(mm_pyfor, 2)


def ta1(n):
    ta = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
    for i in tf.range(n):
        ta = ta.write(i, i * 2)
    return ta.stack(), ta.size()


call(ta1, 4)


def ta2(n):
    ta = tf.TensorArray(tf.int32, size=n)
    i = 0
    while i < n:
        ta = ta.write(i, [i, i])
        i += 1
    return ta.stack(), ta.concat()


call(ta2, 3)


def ta3(v):
    ta = tf.TensorArray(tf.int32, size=3).unstack(v)
    s = 0
    for i in tf.range(3):
        s += ta.read(i)
    return s


call(ta3, [1, 2, 3])


def ta4(v):
    ta = tf.TensorArray(tf.int32, size=4)
    ta = ta.scatter([2, 0, 1, 3], v)
    return ta.gather([0, 1]), ta.stack()


call(ta4, [1, 2, 3, 4])


def ta5(v):
    ta = tf.TensorArray(tf.int32, size=2, infer_shape=False)
    ta = ta.split(v, [1, 3])
    return ta.read(0), ta.read(1), ta.concat()


call(ta5, [1, 2, 3, 4])


def ta6(n):
    ta = tf.TensorArray(tf.float32, size=n, clear_after_read=False, element_shape=[2])
    for i in tf.range(n):
        ta = ta.write(i, tf.fill([2], tf.cast(i, tf.float32)))
    ta = ta.identity()
    s = tf.zeros([2])
    for i in range(2):
        s += ta.read(0) + ta.read(1)
    return s, ta.element_shape.as_list()


call(ta6, 3)


def ta7(n):
    ta = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
    for i in tf.range(n):
        if i % 2 == 0:
            ta = ta.write(ta.size(), i)
    return ta.stack()


call(ta7, 6)


def ta_two(n):
    a = tf.TensorArray(tf.int32, size=n)
    b = tf.TensorArray(tf.float32, size=n)
    for i in tf.range(n):
        a = a.write(i, i)
        b = b.write(i, tf.cast(i, tf.float32) / 2)
    return a.stack(), b.stack()


call(ta_two, 3)


def ta_iter(n):
    a = tf.TensorArray(tf.int32, size=3).unstack([1, 2, 3])
    s = 0
    for x in a:
        s += x
    return s


call(ta_iter, 3)


def rag(n):
    r = tf.ragged.constant([[1, 2], [3]])
    s = 0
    for row in r:
        s += tf.reduce_sum(row)
    return s


call(rag, 3)


def rag_lv(n):
    r = tf.ragged.constant([[1, 2], [3]])
    for i in tf.range(n):
        r = r + i
    return r


call(rag_lv, 3)


def rag_if(n):
    r = tf.ragged.constant([[1, 2], [3]])
    if n > 0:
        r = r * 2
    return r


call(rag_if, 3, -1)


def sp_if(n):
    r = tf.sparse.from_dense([[1, 0], [0, 3]])
    if n > 0:
        r = r * 2
    return r


call(sp_if, 3, -1)


def use_dnc2(n):
    g = tf.autograph.experimental.do_not_convert(lambda v: v + 1)
    return g(n)


call(use_dnc2, 3)


def noag(n):
    if n > 0:
        return n
    return -n


call(noag, 3, autograph=False)


def noag2(n):
    return tf.cond(n > 0, lambda: n, lambda: -n), tf.while_loop(lambda i: i < 5, lambda i: i + 1, [n])


call(noag2, 3, -3, autograph=False)


def noag3(n):
    for x in n:
        pass
    return x


call(noag3, [1, 2], autograph=False)


g = tf.autograph.to_graph(noag)


call(g, 3, -3)


print(g(5), "to_code", "def tf__noag" in tf.autograph.to_code(noag), g.__name__)


call(tf.function(lambda n: tf.autograph.to_graph(noag)(n)), 3)


tf.autograph.set_verbosity(0)


tf.autograph.trace("hello", 1)


def tr(n):
    tf.autograph.trace("t", n.dtype)
    return n


call(tr, 1)


@tf.function
def tc(x, k=1):
    if x > k:
        return x
    return x - k


for a in ((tf.constant(1),), (tf.constant(2),), (1,), (2,), (tf.constant(1.0),), (tf.constant([1])[0], 2)):
    tc(*a)


print(tc.experimental_get_tracing_count())
