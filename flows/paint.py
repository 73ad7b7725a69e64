"""Words on a terminal: colours where there are any, and nothing that a terminal would obey."""

import os
import sys

ESCAPE = "\x1b"


class Paint:
    """Terminal colours, where there is a terminal; marks of `git diff --word-diff` where there is none."""

    def __init__(self, *, on: bool) -> None:
        self._on = on

    def __call__(self, text: str, code: str) -> str:
        """Text in the colour of a code."""
        return f"{ESCAPE}[{code}m{text}{ESCAPE}[0m" if self._on and text else text

    def bold(self, text: str) -> str:
        """What heads a part."""
        return self(text, "1")

    def dim(self, text: str) -> str:
        """What is of less weight."""
        return self(text, "2")

    def warn(self, text: str) -> str:
        """What needs attention."""
        return self(text, "33")

    def label(self, text: str) -> str:
        """A label or a change."""
        return self(text, "36")

    def gone(self, text: str) -> str:
        """A text that is no longer there."""
        return self(text, "31")

    def come(self, text: str) -> str:
        """A new text."""
        return self(text, "32")

    def deleted(self, text: str) -> str:
        """What was deleted inside a text, marked where there are no colours."""
        return self(line(text), "9;31") if self._on else f"[-{line(text)}-]"

    def inserted(self, text: str) -> str:
        """What was inserted inside a text, marked where there are no colours."""
        return self(line(text), "4;32") if self._on else f"{{+{line(text)}+}}"


def for_output() -> Paint:
    """Paint for standard output, which then also survives an encoding that lacks a character."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    return Paint(on=sys.stdout.isatty() and "NO_COLOR" not in os.environ)


def line(text: str) -> str:
    """Give text as one line, without what a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
