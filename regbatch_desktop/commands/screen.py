"""What is printed: plain lines, a live table on a terminal, or JSON lines.

Owns: making text from outside harmless for a terminal.
Never: reads the store.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from regbatch_desktop.domain.names import shown


class Screen:
    """One way out for every command. With `as_json` people's lines go to standard error."""

    def __init__(self, *, as_json: bool = False, asks: bool = False) -> None:
        self.as_json = as_json
        # A question and a table that redraws itself cannot share a terminal.
        self._asks = asks
        self.console = Console(stderr=as_json, highlight=False, markup=False, emoji=False, soft_wrap=True)

    @property
    def is_live(self) -> bool:
        """A terminal that can redraw."""
        return self.console.is_terminal and not self.as_json and not self._asks

    def line(self, text: str, *, style: str = "") -> None:
        """One line of plain text."""
        self.console.print(Text(shown(text.replace("\n", " "), cap=2_000), style=style))

    def event(self, **values: object) -> None:
        """One JSON object on standard output (with --json)."""
        if self.as_json:
            print(json.dumps(values, ensure_ascii=True, default=str), flush=True)

    def result(self, values: Mapping[str, object]) -> None:
        """The final object (with --json)."""
        self.event(event="result", **values)

    def problem(self, sentence: str, code: str) -> None:
        """A clear sentence and its code, on standard error."""
        print(f"{shown(sentence, cap=2_000)} [{code}]", file=sys.stderr)
