"""Reading a reply of the official NZBN API: its own errors, those of the gateway before it, and pages that are neither.

Owns: the two error shapes (matching §A.1) and what each status means for a search.
Never: takes an answer that cannot be read for an empty one (L23).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from regbatch_desktop.domain.effects import CallOutcome, OutcomeKind
from regbatch_desktop.domain.names import cleaned
from regbatch_desktop.remote.outcome import retry_after_s

_TRY_AGAIN = re.compile(r"try again in (\d{1,4}) second", re.IGNORECASE)
_NOT_FOUND = "object not found"
_MOST_TEXT = 300


def nzbn_outcome(status: int, headers: Mapping[str, str], body: bytes) -> CallOutcome:
    """SUCCEEDED with the object; FAILED_DEFINITE for a key that is refused, a wrong question or an unknown company;
    NOT_EXECUTED for a limit; UNKNOWN for everything that says nothing about the question.
    """
    data = _object(body)
    message = _message(data)
    if status == 429:
        wait = retry_after_s(headers)
        said = _TRY_AGAIN.search(message)
        if wait is None and said is not None:
            wait = float(said[1])
        return CallOutcome(OutcomeKind.NOT_EXECUTED, {}, status, "RATE_LIMITED", message or "too many requests", wait)
    if data is None:
        return CallOutcome(
            OutcomeKind.UNKNOWN, {}, status, "NOT_JSON", f"the register answered {status} with something unreadable"
        )
    if status == 200:
        return CallOutcome(OutcomeKind.SUCCEEDED, data, status)
    if status in (401, 403):
        words = "the register does not accept the subscription key; store a valid one"
        return CallOutcome(OutcomeKind.FAILED_DEFINITE, {}, status, "KEY_REFUSED", words)
    if status == 404 and (_NOT_FOUND in message.casefold() or "errorCode" in data):
        return CallOutcome(OutcomeKind.FAILED_DEFINITE, {}, status, "NOT_FOUND", "the register has no such company")
    if status == 400:
        return CallOutcome(OutcomeKind.FAILED_DEFINITE, {}, status, "HTTP_400", message or "the question was not understood")
    return CallOutcome(
        OutcomeKind.UNKNOWN, {}, status, f"HTTP_{status}", message or f"the register answered {status}", retry_after_s(headers)
    )


def _object(body: bytes) -> dict[str, object] | None:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _message(data: Mapping[str, object] | None) -> str:
    """`errorDescription` with the fields' messages, or the gateway's `message`."""
    if data is None:
        return ""
    told = [data.get("errorDescription") or data.get("message") or ""]
    listed = data.get("list")
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, Mapping):
            told.append(f"{each.get('field', '')}: {each.get('message', '')}")
    return cleaned("; ".join(str(part) for part in told if part))[:_MOST_TEXT]
