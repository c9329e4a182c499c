"""What the process says with its exit code.

Owns: the numbers; `--help` shows this table.
Never: decides them (headless.py does).
"""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Documented exit codes."""

    OK = 0
    UNEXPECTED = 1
    INPUT = 2
    FAILURES = 3
    WAITS = 4
    CANCELLED = 5
    WORKSPACE = 6
    ABANDONED = 130


TABLE = """\b
Exit codes:
  0    everything completed
  1    unexpected problem (a reference is printed, the log has the rest)
  2    wrong usage, or input that cannot be used
  3    ended with failures; the report lists them
  4    waits for a person
  5    stopped or cancelled in order
  6    the workspace is locked, damaged or unusable
  130  left at the second Ctrl-C; what is uncertain was listed
"""
