"""Facts about tf.experimental.numpy: the cases call it `tnp`, and run with numpy's behaviour enabled."""

import inspect
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests import facts


@contextmanager
def enabled(**options: Any) -> Iterator[None]:
    """Numpy's behaviour within, and no longer after."""
    import tfcompat
    from tfcompat.experimental.numpy._enabling import disable_numpy_behavior

    tfcompat.experimental.numpy.experimental_enable_numpy_behavior(**options)
    try:
        yield
    finally:
        disable_numpy_behavior()


def _program(case: str) -> str:
    """The case as an expression of `tf`; numpy's own arrays in its result become lists, and weak tensors say so."""
    plain = (
        "lambda r: r.tolist() if isinstance(r, (np.ndarray, np.generic)) else "
        "[tf.convert_to_tensor(r), 'weak'] if 'Weak' in type(r).__name__ else r"
    )
    return f"tf.nest.map_structure({plain}, (lambda tnp: {case})(tf.experimental.numpy))"


class Facts(facts.Facts):
    """Cases and their recorded results, checked a function at a time: there are thousands.

    options: what experimental_enable_numpy_behavior is called with.
    """

    def __init__(self, module: str, cases: str, **options: Any) -> None:
        super().__init__(module, cases)
        self.options = options
        self.of: dict[str, list[str]] = {}
        for case in self.cases:
            self.of.setdefault(re.match(r"(?:tnp\.|tf\.(?:\w+\.)*)?\w*", case)[0], []).append(case)  # type: ignore[index]
        self.functions = list(self.of)

    def check(self, function: str) -> None:
        """Fails where tfcompat's result for a case of `function` is not the recorded one."""
        recorded = self._recorded()
        lost = [case for case in self.of[function] if case not in recorded]
        assert not lost, f"{lost} are not in {self.path.name}: record them (see tests/facts.py)"
        found = self._differing({case: recorded[case] for case in self.of[function]})
        assert not found, found

    def _differing(self, wanted: dict[str, Any]) -> dict[str, list[str]]:
        import tfcompat

        with enabled(**self.options):
            found = {c: facts.compare(facts.evaluate(tfcompat, _program(c)), want) for c, want in wanted.items()}
        return {case: differences for case, differences in found.items() if differences}

    def check_live(self) -> None:
        """Fails where a real TensorFlow disagrees with the record, or with tfcompat."""
        live, recorded = self.ask(), self._recorded()
        lost = {"error": "not recorded"}
        outdated = {case: facts.compare(recorded.get(case, lost), result) for case, result in live.items()}
        assert not any(outdated.values()), {case: words for case, words in outdated.items() if words}
        found = self._differing(live)
        assert not found, found

    def ask(self) -> dict[str, Any]:
        """The results under the real TensorFlow."""
        from tests.oracle import ask_tensorflow

        source = (
            f"{inspect.getsource(facts.evaluate)}\n{inspect.getsource(_program)}\n"
            f"tf.experimental.numpy.experimental_enable_numpy_behavior(**{self.options!r})\n"
            f"answer([evaluate(tf, _program(case)) for case in {self.cases!r}])"
        )
        return dict(zip(self.cases, ask_tensorflow(source, timeout=600), strict=True))
