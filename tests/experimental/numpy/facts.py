"""Facts about tf.experimental.numpy: the cases call it `tnp`, and run with numpy's behaviour enabled."""

import inspect
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
    """The case as an expression of `tf`, with numpy's own arrays in its result as lists."""
    plain = "lambda r: r.tolist() if isinstance(r, (np.ndarray, np.generic)) else r"
    return f"tf.nest.map_structure({plain}, (lambda tnp: {case})(tf.experimental.numpy))"


class Facts(facts.Facts):
    """Cases and their recorded results; `options` is what experimental_enable_numpy_behavior is called with."""

    def __init__(self, module: str, cases: str, **options: Any) -> None:
        super().__init__(module, cases)
        self.options = options

    def _evaluate(self, case: str) -> dict[str, Any]:
        import tfcompat

        with enabled(**self.options):
            return facts.evaluate(tfcompat, _program(case))

    def check(self, case: str) -> None:
        """Fails where tfcompat's result for `case` is not the recorded one."""
        recorded = self._recorded()
        assert case in recorded, f"{case} is not in {self.path.name}: record it (see tests/facts.py)"
        found = facts.compare(self._evaluate(case), recorded[case])
        assert not found, f"{case}: " + "; ".join(found)

    def check_live(self) -> None:
        """Fails where a real TensorFlow disagrees with the record, or with tfcompat."""
        live, recorded = self.ask(), self._recorded()
        found = {
            case: facts.compare(recorded.get(case, {"error": "not recorded"}), live[case])
            or facts.compare(self._evaluate(case), live[case])
            for case in self.cases
        }
        assert not any(found.values()), {case: differences for case, differences in found.items() if differences}

    def ask(self) -> dict[str, Any]:
        """The results under the real TensorFlow."""
        from tests.oracle import ask_tensorflow

        programs = [_program(case) for case in self.cases]
        source = (
            f"{inspect.getsource(facts.evaluate)}\n"
            f"tf.experimental.numpy.experimental_enable_numpy_behavior(**{self.options!r})\n"
            f"answer([evaluate(tf, program) for program in {programs!r}])"
        )
        return dict(zip(self.cases, ask_tensorflow(source, timeout=600), strict=True))
