"""AutoGraph: Python control flow on tensors, captured.

`source` finds a function's syntax tree, `jumps` and `rewriting` rewrite it by what `names` knows of its names, and
`runtime` is what the rewritten code calls: it runs Python's control flow on Python values, and the graph's on tensors.
"""

from tfcompat._function.autograph.conversion import convert, do_not_convert, source_of, staged, verbosity
from tfcompat._function.autograph.source import NoSource

__all__ = ["NoSource", "convert", "do_not_convert", "source_of", "staged", "verbosity"]
