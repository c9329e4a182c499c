"""The one tree of errors: a sentence for the person, a code for the log, and whether a retry can help.

    RegBatchError
    ├── InputError            LeadsUnreadable · RegisterUnreadable · InvalidConfiguration · NoUsableLeads · InvalidLink
    ├── NotFound              BatchNotFound · JobNotFound
    ├── RuleError             InvalidStatus · StepNotActionRequired · MissingSelections · BatchAlreadyStarted
    │                         BatchTooLarge · RestaurantAlreadyInBatch · DependencyMissing · UnsentWork
    │                         Forbidden (MembershipMissing · MembershipRevoked)
    ├── SignInNeeded          SignInRefused · SessionExpired · SessionRevoked
    ├── Conflict              somebody else changed the same rows first
    ├── ServiceError          ServiceUnavailable (a retry can help) · ServiceRefused · Offline
    │                         ManifestUnusable
    ├── WorkspaceError        WorkspaceLocked · WorkspaceDamaged · WorkspaceTooNew · WorkspaceUnusable · DiskFull
    └── SecretUnreadable      the key of this workspace does not open the value

Owns: the codes. The upper ten stand in the original API (reference §5).
Never: formats for a terminal or a window.
"""

from __future__ import annotations

from typing import ClassVar


class RegBatchError(Exception):
    """An expected failure. `sentence` is shown to the person; `detail` goes to the log and never holds a secret."""

    code: ClassVar[str] = "REGBATCH_ERROR"
    retry_helps: ClassVar[bool] = False

    def __init__(self, sentence: str, *, detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail


class InputError(RegBatchError):
    """Something the person gave cannot be used as it is."""

    code = "INVALID_INPUT"


class LeadsUnreadable(InputError):
    """The leads file cannot be read at all; single bad rows get a verdict instead."""

    code = "LEADS_UNREADABLE"


class NoUsableLeads(InputError):
    """The file was read, but no row of it can become a restaurant."""

    code = "NO_USABLE_LEADS"


class RegisterUnreadable(InputError):
    """The register file cannot be read."""

    code = "REGISTER_UNREADABLE"


class InvalidConfiguration(InputError):
    """A configuration has an unknown field or a value that is not allowed."""

    code = "INVALID_CONFIGURATION"


class InvalidLink(InputError):
    """A `regbatch:` link that is more, or less, than a batch's id."""

    code = "INVALID_LINK"


class NotFound(RegBatchError):
    """A row that is not there, or not in this organisation (L28: both read the same)."""

    code = "NOT_FOUND"


class BatchNotFound(NotFound):
    """No such batch in this workspace."""

    code = "BATCH_NOT_FOUND"


class JobNotFound(NotFound):
    """No such registration job in this workspace."""

    code = "JOB_NOT_FOUND"


class RuleError(RegBatchError):
    """The request is understood and not allowed in the present state."""

    code = "NOT_ALLOWED"


class InvalidStatus(RuleError):
    """The transition is not in the table."""

    code = "INVALID_STATUS"


class StepNotActionRequired(RuleError):
    """A decision arrived for a step that waits for none."""

    code = "STEP_NOT_ACTION_REQUIRED"


class MissingSelections(RuleError):
    """Something must be chosen first."""

    code = "MISSING_SELECTIONS"


class BatchAlreadyStarted(RuleError):
    """The batch runs already, here or on another machine."""

    code = "BATCH_ALREADY_STARTED"


class BatchTooLarge(RuleError):
    """More than 50 restaurants in one batch."""

    code = "BATCH_TOO_LARGE"


class RestaurantAlreadyInBatch(RuleError):
    """A restaurant can be in one active batch only (L19)."""

    code = "RESTAURANT_ALREADY_IN_BATCH"


class SubdomainTaken(RuleError):
    """Another restaurant of the workspace was given this subdomain first (L26)."""

    code = "SUBDOMAIN_TAKEN"


class DependencyMissing(RuleError):
    """A sub-step is to be set completed before what it needs is completed or skipped (§3.5)."""

    code = "DEPENDENCY_MISSING"


class NoteChanged(RuleError):
    """Somebody wrote another note than the one that was being changed."""

    code = "NOTE_CHANGED"


class Forbidden(RuleError):
    """The row belongs to another organisation, or the role does not allow it."""

    code = "FORBIDDEN"


class UnsentWork(RuleError):
    """Decisions that the team has not taken yet would be lost."""

    code = "UNSENT_WORK"

    def __init__(self, sentence: str, *, detail: str = "", count: int = 0) -> None:
        super().__init__(sentence, detail=detail)
        self.count = count


class MembershipMissing(Forbidden):
    """The person never was a member of this organisation, or it does not exist: both read the same."""

    code = "MEMBERSHIP_MISSING"


class MembershipRevoked(Forbidden):
    """The person was a member; somebody took the membership back."""

    code = "MEMBERSHIP_REVOKED"


class SignInNeeded(RegBatchError):
    """Nobody is signed in to the team workspace."""

    code = "SIGN_IN_NEEDED"


class SignInRefused(SignInNeeded):
    """E-mail and password do not fit, or the account may not sign in."""

    code = "SIGN_IN_REFUSED"


class SessionExpired(SignInNeeded):
    """The session ran out while it could not be renewed; nothing is lost by signing in again."""

    code = "SESSION_EXPIRED"


class SessionRevoked(SignInNeeded):
    """The session was ended elsewhere: signed out, or its token was used twice."""

    code = "SESSION_REVOKED"


class Conflict(RegBatchError):
    """Somebody else changed the same rows first; read again and decide again."""

    code = "CONFLICT"
    retry_helps = True


class ServiceError(RegBatchError):
    """A service outside did not give what was asked."""

    code = "SERVICE_ERROR"

    def __init__(self, sentence: str, *, detail: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(sentence, detail=detail)
        self.retry_after_s = retry_after_s


class ServiceUnavailable(ServiceError):
    """The service could not be read: this says nothing about what it would have answered (L23)."""

    code = "SERVICE_UNAVAILABLE"
    retry_helps = True


class ServiceRefused(ServiceError):
    """The service understood and said no."""

    code = "SERVICE_REFUSED"


class Offline(ServiceUnavailable):
    """No connection at all."""

    code = "OFFLINE"


class ManifestUnusable(ServiceError):
    """News of versions that are not signed by us, out of date, or unreadable."""

    code = "MANIFEST_UNUSABLE"


class WorkspaceError(RegBatchError):
    """The workspace file cannot be used."""

    code = "WORKSPACE_ERROR"


class WorkspaceLocked(WorkspaceError):
    """Another copy of the program has this workspace open."""

    code = "WORKSPACE_LOCKED"
    retry_helps = True


class WorkspaceDamaged(WorkspaceError):
    """The file is damaged and could not be recovered by itself."""

    code = "WORKSPACE_DAMAGED"


class WorkspaceTooNew(WorkspaceError):
    """A newer version of the program wrote this file."""

    code = "WORKSPACE_TOO_NEW"


class WorkspaceUnusable(WorkspaceError):
    """Not a workspace, a read-only folder, a network share or a cloud-synced folder."""

    code = "WORKSPACE_UNUSABLE"


class DiskFull(WorkspaceError):
    """There is no room to keep the promise that an answer is durable."""

    code = "DISK_FULL"
    retry_helps = True


class SecretUnreadable(RegBatchError):
    """The key of this workspace does not open the stored value: wrong key, or the value was changed."""

    code = "SECRET_UNREADABLE"
