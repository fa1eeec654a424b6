"""Patterns that Python's re lacks or takes differently than RE2, as TensorFlow matches them."""

import pytest

import tfcompat as tf
from tests.facts import Facts

TEXTS = [
    b"aab",
    b"AaBb",
    "é É x".encode(),
    b"a\nb\n",
    b"\xff\xfea",
    "αβ漢字Kſ".encode(),
    b"",
    b"12 _-x\x0b\x00",
    b"a.b{,2}a{x}",
]
PATTERNS = r"""
\s \v \h \12 \012 \0 \1 (a)\1 \8 \pL \p{L} \p{Lu} \p{Greek} \p{Han}+ \p{Latin} \p{Letter} \p{^L} \PL \p{C} \p{Cn}
\p{Any} \p{l} \p \p{ \pé [\pN] [^\pL] [\PN] [\C] (?P<n>a)b (?<n>a)b (?P<1n>a) (?P<n>a)(?P<n>b) (?P=n) (?i)é (?i)É+
(?i)k (?i)s (?i)\w (?i)[a-z] (?i:a)A (?i)a(?-i)B (?U)a+ (?U)a+? (?U:a+)a+ (?mU)a*$ (?m)^a$ (?m:^a$) ^a$ (?m)a(?-m)$
(?s). . (?s:.)x|. (?-s). a++ a*+ a?+ a** a{2}{3} a{2}+ a{,2} a{2,} a{0} a{1001} a{1000} a{2,1} a{2 a{x} { } a{ (?#x)a
(?=a) (?!a) (?<=a)b (?>a) (?(1)a) \Qa.b\E+ \Qa.b \E [\Qa] \_ \- \é \" \u0041 \N{DASH} \x41 \x4 \x{41} \x{110000} \x{}
\cA \G \K \R \X \e \a [\b] [\d] [\D] [\w-] [\A] [\z] [\x41-\x43] [[:word:]] [[:^word:]] [[:foo:]] [[a] []a] [^]a] [a-]
[-a] [a-b-c] [a-\d] [z-a] [a [] [^] [+--] [a&&b] [a||b] [a~~b] [[] [é-ü] ^* \b+ $+ (^)*a *a a|* (*) (?i)* |a a| () ( )
a) (? (?i (?P (?P< (?P<>a) (?P<n (?x)a (?i-)a (?-)a (?)a (?-i-s)a (?ii)a (?^i)a \b \ba \A. .\z .\Z \d+ [[:alpha:]]+
[[:space:]] a#b (a|b)* (a*)* (a*)+b x* \w+ \W \S+ \D+ [^a] \\ \/ \. [.] [\.] [\]] [\n] \n \t \f \r (?i)a|B|(b)
""".split()
REWRITES = ["\\1", "\\2", "\\9", "\\", "\\x", "\\\\", "\\0\\1", "a\\", "[\\1]\\q"]

facts = Facts(
    __file__,
    "\n".join(
        [f"tf.strings.regex_replace({TEXTS!r}, {p!r}, '<\\\\0>')" for p in PATTERNS]
        + [f"tf.strings.regex_full_match({TEXTS!r}, {p!r})" for p in PATTERNS]
        + [f"tf.strings.regex_replace([b'aab', b'cb'], '(a)|(c)', {r!r}, {g})" for r in REWRITES for g in (True, False)]
        + [f"tf.strings.regex_replace([b'aab', b''], {p!r}, '-', False)" for p in ("", "b*", "^", "$")]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def test_a_pattern_that_is_no_utf_8_is_none() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="invalid UTF-8"):
        tf.strings.regex_replace("a", tf.constant(b"\xff"), "")


def test_single_bytes_are_refused() -> None:
    with pytest.raises(tf.errors.UnimplementedError, match="single byte"):
        tf.strings.regex_full_match("a", r"\C")
