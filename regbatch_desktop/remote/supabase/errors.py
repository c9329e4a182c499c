"""What the project's answers mean in the program's own words.

Owns: PostgREST, PostgreSQL and Auth codes → errors of domain.errors; which answers may be asked for again.
Never: shows a server's text to the person.
"""

from __future__ import annotations

import httpx
from postgrest.exceptions import APIError
from supabase_auth.errors import AuthApiError, AuthError, AuthRetryableError

from regbatch_desktop.domain import errors
from regbatch_desktop.domain.errors import RegBatchError

# Rolled back without having been applied, or not reached at all: the same call may be made again.
_AGAIN = frozenset(
    {"40001", "40P01", "55P03", "57014", "57P01", "57P03", "53300", "PGRST000", "PGRST001", "PGRST002", "PGRST003"}
)
_NOT_PREPARED = frozenset({"PGRST202", "PGRST204", "PGRST205", "42883", "42P01", "42703", "3F000"})
_TOKEN = frozenset({"PGRST300", "PGRST301", "PGRST302", "PGRST303"})
_OFFLINE = "The team's project cannot be reached; nothing was lost, and it goes on as soon as the connection is back."


class BusyServer(httpx.TransportError):
    """Something in front of the database answered that it is away or has too much to do."""


def may_ask_again(error: Exception) -> bool:
    """A lost answer, a busy server, a broken tie: calls of this package are safe to repeat."""
    if isinstance(error, httpx.TransportError):
        return True
    return isinstance(error, APIError) and error.code in _AGAIN


def translated(error: Exception) -> RegBatchError:
    """The program's error for one of the libraries' ones."""
    if isinstance(error, RegBatchError):
        return error
    if isinstance(error, httpx.HTTPError):
        return errors.Offline(_OFFLINE, detail=type(error).__name__)
    if isinstance(error, APIError):
        return _of_api(error)
    if isinstance(error, AuthError):
        return of_auth(error)
    return errors.ServiceError("The team's project gave an answer that cannot be read.", detail=type(error).__name__)


def of_auth(error: AuthError) -> RegBatchError:
    """Signing in or renewing a session failed."""
    if isinstance(error, AuthRetryableError):
        return errors.Offline(_OFFLINE, detail="auth")
    code = str(getattr(error, "code", "") or "")
    if code in ("refresh_token_not_found", "refresh_token_already_used", "session_not_found"):
        return errors.SessionRevoked("Your session was ended, here or on another machine; please sign in again.", detail=code)
    if code in ("session_expired", "bad_jwt", "no_authorization"):
        return errors.SessionExpired("Your session has run out; please sign in again. Nothing is lost.", detail=code)
    sentences = {
        "invalid_credentials": "E-mail and password do not fit together.",
        "email_not_confirmed": "This e-mail address has not been confirmed yet; look for the project's mail.",
        "user_banned": "This account is blocked; ask your administrator.",
        "over_request_rate_limit": "Too many attempts; wait a minute and try again.",
    }
    if isinstance(error, AuthApiError) and error.status >= 500:
        return errors.Offline(_OFFLINE, detail=code or "auth 5xx")
    return errors.SignInRefused(sentences.get(code, "The project refused to sign you in."), detail=code)


def not_prepared(detail: str) -> errors.WorkspaceUnusable:
    """A function, table or column is not there."""
    return errors.WorkspaceUnusable(
        "The project's database is not prepared for this version; your administrator has to apply the migrations.", detail=detail
    )


def _of_api(error: APIError) -> RegBatchError:
    code, message = str(error.code or ""), str(error.message or "")
    detail = f"{code} {message}"[:200]
    if code in _TOKEN:
        return errors.SessionExpired("Your session has run out; please sign in again. Nothing is lost.", detail=detail)
    if code == "42501":
        return _forbidden(message, detail)
    if code == "23514" and message == "INVALID_STATUS":
        return errors.InvalidStatus(
            "The project refused this change: it is not allowed in the present state.", detail=str(error.details)
        )
    if code in ("23505", "23503"):
        return errors.Conflict("The same was changed by somebody else at the same time; please try again.", detail=detail)
    if code in _NOT_PREPARED:
        return not_prepared(detail)
    if code in _AGAIN:
        return errors.Offline(_OFFLINE, detail=detail)
    if "API key" in message:
        return errors.WorkspaceUnusable("The project does not accept this publishable key any more; ask for a new project file.")
    return errors.ServiceRefused("The team's project refused the request.", detail=detail)


def _forbidden(message: str, detail: str) -> RegBatchError:
    if message == "MEMBERSHIP_REVOKED":
        return errors.MembershipRevoked("Your access to this organisation was taken back; ask your administrator.", detail=detail)
    if message == "MEMBERSHIP_MISSING":
        return errors.MembershipMissing("You are not a member of this organisation; ask your administrator.", detail=detail)
    if message == "SIGN_IN_NEEDED" or message.startswith("permission denied for function"):
        return errors.SignInNeeded("Please sign in first.", detail=detail)
    return errors.Forbidden("This belongs to another organisation, or your role does not allow it.", detail=detail)
