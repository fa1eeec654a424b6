"""Printing what Keras prints: to standard output, or to the log where interactive logging is off."""

from __future__ import annotations

import logging
import sys

from tfcompat.keras._state import settings

logger = logging.getLogger("absl")


def enable_interactive_logging() -> None:
    """Progress and summaries go to standard output (the default)."""
    settings.interactive_logging = True


def disable_interactive_logging() -> None:
    """Progress and summaries go to the "absl" logger instead of standard output."""
    settings.interactive_logging = False


def is_interactive_logging_enabled() -> bool:
    """Whether progress and summaries go to standard output."""
    return settings.interactive_logging


def print_msg(message: object, line_break: bool = True) -> None:
    """Prints a message, or logs it; what the terminal's encoding lacks is left out."""
    text = str(message)
    if not settings.interactive_logging:
        logger.info(text)
        return
    text = f"{text}\n" if line_break else text
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.replace("━", "=").encode(encoding, errors="ignore").decode(encoding))
    sys.stdout.flush()


def ask_to_proceed_with_overwrite(filepath: object) -> bool:
    """Asks at the terminal whether to overwrite an existing file."""
    answer = input(f"[WARNING] {filepath} already exists - overwrite? [y/n]").strip().lower()
    while answer not in ("y", "n"):
        answer = input('Enter "y" (overwrite) or "n" (cancel).').strip().lower()
    if answer == "y":
        print_msg("[TIP] Next time specify overwrite=True!")
    return answer == "y"
