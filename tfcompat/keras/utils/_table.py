"""Box-drawn tables, laid out as the `rich` library lays out the ones in Keras's summaries.

A cell is a list of (text, style) pieces; styles are SGR codes ("1" is bold, "38;5;34" a colour), "" for none.
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections.abc import Sequence

Cell = list[tuple[str, str]]
_WORD = re.compile(r"\s*\S+\s*")


def paint(text: str, style: str, color: bool) -> str:
    """`text` between the escape codes of `style`, where colours are wanted."""
    return f"\x1b[{style}m{text}\x1b[0m" if color and style and text else text


def width_of(text: str) -> int:
    """How many columns a terminal needs for `text`."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) != 0 for c in text)


def _breaks(text: str, width: int) -> list[int]:
    """Where to break `text`, between words, into lines of `width` columns; a longer word gets a line of its own."""
    breaks: list[int] = []
    used = 0
    for match in _WORD.finditer(text):
        start, word = match.start(), match.group()
        needed = width_of(word.rstrip())
        if needed <= width - used:
            used += width_of(word)
        else:
            if start and (used or needed > width):
                breaks.append(start)
            used = width_of(word)
    return breaks


def _wrap(cell: Cell, width: int, align: str) -> list[Cell]:
    """The lines of a cell, one (char, style) at a time; what is too long ends with an ellipsis."""
    chars = [(char, style) for piece, style in cell for char in piece]
    text = "".join(char for char, _ in chars)
    bounds = [0, *_breaks(text, width), len(text)]
    return [_cut(chars[start:end], width, align) for start, end in itertools.pairwise(bounds)]


def _cut(line: Cell, width: int, align: str) -> Cell:
    text = "".join(char for char, _ in line)
    kept = line[: max(len(text.rstrip()), width if align == "left" else 0)]
    if width_of("".join(char for char, _ in kept)) <= width:
        return kept
    cut = line[: _prefix(text, width - 1)]
    room = width - 1 - width_of("".join(char for char, _ in cut))
    return [*cut, *[(" ", "")] * room, ("…", line[len(cut)][1])]


def _prefix(text: str, width: int) -> int:
    """How many characters of `text` fit into `width` columns."""
    used = 0
    for index, char in enumerate(text):
        used += width_of(char)
        if used > width:
            return index
    return len(text)


def _aligned(line: Cell, width: int, align: str, color: bool) -> str:
    room = max(width - width_of("".join(char for char, _ in line)), 0)
    left = {"left": 0, "right": room, "center": room // 2}[align]
    painted, run, style = "", "", ""
    for char, code in line:
        if code != style:
            painted, run, style = painted + paint(run, style, color), "", code
        run += char
    return " " * left + painted + paint(run, style, color) + " " * (room - left)


def fit_columns(widths: Sequence[int], total: int) -> list[int]:
    """The column widths, padding included, that fill a table of `total` columns, given those that were asked for."""
    padded = [width + 2 for width in widths]
    room = total - len(padded) - 1
    spare = room - sum(padded)
    fitted = list(padded)
    if spare < 0:
        for index in range(len(fitted)):
            share = min(fitted[index], round(-spare / (len(fitted) - index)))
            fitted[index] -= share
            spare += share
    elif spare > 0:
        weight = sum(padded)
        for index, size in enumerate(padded):
            share = math.ceil(size * spare / weight) if weight else spare
            fitted[index] += share
            spare -= share
            weight -= size
    return fitted


def render(
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[int],
    align: Sequence[str],
    total: int,
    color: bool = False,
) -> str:
    """The table, `total` columns wide, with a heavy box around the header and a line between rows."""
    columns = fit_columns(widths, total)

    def rule(left: str, line: str, middle: str, right: str) -> str:
        return left + middle.join(line * width for width in columns) + right

    def lines(cells: Sequence[Cell], bar: str, bottom: bool = False) -> list[str]:
        wrapped = [_wrap(cell, max(width - 2, 1), how) for cell, width, how in zip(cells, columns, align)]
        height = max(len(cell) for cell in wrapped)
        if bottom:
            wrapped = [[[]] * (height - len(cell)) + cell for cell in wrapped]
        out = []
        for index in range(height):
            texts = (
                f" {_aligned(cell[index] if index < len(cell) else [], width - 2, how, color)} "
                for cell, width, how in zip(wrapped, columns, align)
            )
            out.append(bar + bar.join(texts) + bar)
        return out

    parts = [
        rule("┏", "━", "┳", "┓"),
        *lines([[(title, "1")] for title in header], "┃", bottom=True),
        rule("┡", "━", "╇", "┩"),
    ]
    for index, row in enumerate(rows):
        if index:
            parts.append(rule("├", "─", "┼", "┤"))
        parts.extend(lines(row, "│"))
    return "\n".join([*parts, rule("└", "─", "┴", "┘")])
