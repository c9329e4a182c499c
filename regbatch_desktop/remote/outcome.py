"""Reading one HTTP exchange: did the effect happen, not happen, or is it not known (reliability §1.4).

Owns: the classification table.
Never: sends, retries, or knows what kind of effect it was (domain/effects.py applies the class).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from regbatch_desktop.domain.effects import CallOutcome, OutcomeKind
from regbatch_desktop.domain.names import cleaned

RETRY_AFTER_CAP_S = 900.0
# Nothing has left this machine in these cases: safe to repeat in every class.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)
DEFINITE = frozenset({400, 401, 403, 404, 405, 415, 422})
SERVER_TROUBLE = frozenset({500, 502, 503, 504})
_EXISTS = ("already exists", "already registered", "already completed", "already has an account")


def from_exception(error: BaseException) -> CallOutcome:
    """A call that brought no reply."""
    name = type(error).__name__
    if isinstance(error, NOT_SENT):
        return CallOutcome(OutcomeKind.NOT_SENT, code="NOT_REACHED", message=f"the service could not be reached ({name})")
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return CallOutcome(OutcomeKind.UNKNOWN, code="TIMEOUT", message="no answer within the time limit")
    return CallOutcome(OutcomeKind.UNKNOWN, code="CONNECTION_LOST", message=f"the connection was lost ({name})")


def from_reply(status: int, headers: Mapping[str, str], body: bytes, *, refuses_before_work: bool = True) -> CallOutcome:
    """A reply that arrived whole. `refuses_before_work`: this provider's 429 means that nothing was done."""
    data = _json_object(body)
    message = _message(data, status)
    wait = retry_after_s(headers)
    if status == 429:
        kind = OutcomeKind.NOT_EXECUTED if refuses_before_work else OutcomeKind.UNKNOWN
        return CallOutcome(kind, {}, status, "RATE_LIMITED", message or "too many requests", wait)
    if 200 <= status < 300:
        return _success(status, data, message)
    if 300 <= status < 400:
        return CallOutcome(OutcomeKind.UNKNOWN, {}, status, "REDIRECTED", "the answer came from somewhere else")
    if data is None and status not in SERVER_TROUBLE:
        return CallOutcome(OutcomeKind.UNKNOWN, {}, status, "NOT_JSON", _not_json(body, status))
    if status == 409:
        if _exists(message):
            return CallOutcome(OutcomeKind.FAILED_DEFINITE, {}, status, "ALREADY_EXISTS", message, already_exists=True)
        if "progress" in message.casefold():
            return CallOutcome(OutcomeKind.NOT_EXECUTED, {}, status, "IN_PROGRESS", message, wait)
        return CallOutcome(OutcomeKind.UNKNOWN, {}, status, "CONFLICT_AT_SERVICE", message)
    if status in DEFINITE and data is not None and _has_error_schema(data):
        exists = _exists(message)
        code = "ALREADY_EXISTS" if exists else f"HTTP_{status}"
        return CallOutcome(OutcomeKind.FAILED_DEFINITE, {}, status, code, message, already_exists=exists)
    return CallOutcome(OutcomeKind.UNKNOWN, {}, status, f"HTTP_{status}", message or f"the service answered {status}", wait)


def _success(status: int, data: dict[str, object] | None, message: str) -> CallOutcome:
    if data is None:
        return CallOutcome(OutcomeKind.UNKNOWN, {}, status, "NOT_JSON", "the answer cannot be read")
    success = data.get("success")
    if success is True:
        exists = data.get("alreadyExists") is True
        return CallOutcome(OutcomeKind.SUCCEEDED, data, status, already_exists=exists)
    if success is False:
        # L31: HTTP 200 with success:false is a failure.
        exists = _exists(message)
        code = "ALREADY_EXISTS" if exists else "REFUSED"
        return CallOutcome(OutcomeKind.FAILED_DEFINITE, {}, status, code, message or "refused", already_exists=exists)
    return CallOutcome(OutcomeKind.UNKNOWN, {}, status, "UNEXPECTED_ANSWER", "the answer does not say whether it worked")


def _json_object(body: bytes) -> dict[str, object] | None:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _has_error_schema(data: Mapping[str, object]) -> bool:
    """`{success: false, error: text}` or `{error: {code, message}}` or the 403 of a switched-off feature (§5)."""
    return data.get("success") is False or "error" in data


def _message(data: Mapping[str, object] | None, status: int) -> str:
    if data is None:
        return ""
    error = data.get("error", data.get("message", ""))
    if isinstance(error, Mapping):
        error = error.get("message", "")
    return cleaned(error)[:500] if isinstance(error, str) else f"the service answered {status}"


def _not_json(body: bytes, status: int) -> str:
    kind = "a web page" if body.lstrip()[:1] == b"<" else "something unreadable"
    return f"the service answered {status} with {kind} (a proxy or sign-in page?)"


def _exists(message: str) -> bool:
    return any(words in message.casefold() for words in _EXISTS)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """`Retry-After` in seconds, from a number or a date judged against the server's own Date; capped at 15 min."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isdigit():
        return min(float(text[:9]), RETRY_AFTER_CAP_S)
    try:
        until = parsedate_to_datetime(text)
        stated = headers.get("date", "")
        now = parsedate_to_datetime(stated) if stated else datetime.now(UTC)
        seconds = (until - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, min(seconds, RETRY_AFTER_CAP_S))
