"""Every outside door of the program as a Protocol, on one page.

Owns: the words between the pipeline and the adapters (store, remote, practice, vault).
Never: has an implementation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

import msgspec
from msgspec import Struct

from regbatch_desktop.domain.batch import Batch, BatchProgress
from regbatch_desktop.domain.candidate import CandidateSearch, CompanyDetails, CompanyHit
from regbatch_desktop.domain.decision import Decision
from regbatch_desktop.domain.effects import CallOutcome, Effect, EffectState
from regbatch_desktop.domain.fate import ConflictCard, Fate, OutboxSummary
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.mutation import Mutation
from regbatch_desktop.domain.release import Release
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.domain.sub_steps import SubStepKey
from regbatch_desktop.read_models import BatchPlaces, BatchRow, LeadRow

Answer = TypeVar("Answer")

# ---------------------------------------------------------------- change sets


class SaveJob(Struct, frozen=True):
    """Write a job decided on `before`; committed only if the stored version is still `before.version`."""

    before: Job
    after: Job


class SaveEffect(Struct, frozen=True):
    """Write an effect; committed only if the stored state is `expected` (None = no row yet)."""

    effect: Effect
    expected: EffectState | None


class AddEffectEvent(Struct, frozen=True):
    """Append to `effect_events`: what was seen or decided about an effect. Never carries a secret."""

    job_id: str
    name: str
    generation: int
    kind: str
    at: datetime
    detail: Mapping[str, object] = msgspec.field(default_factory=dict)


class CreateBatch(Struct, frozen=True):
    """A batch with its jobs, 6 steps each, atomically. Refused with RestaurantAlreadyInBatch (L19)."""

    batch: Batch
    jobs: tuple[Job, ...]


class SaveBatch(Struct, frozen=True):
    """Write a batch decided on `before.version`."""

    before: Batch
    after: Batch


class SaveRestaurant(Struct, frozen=True):
    """Insert (before None) or write a restaurant decided on `before.version`."""

    before: Restaurant | None
    after: Restaurant


class RemoveRestaurant(Struct, frozen=True):
    """Take back an import: refused as a conflict when the restaurant has a registration."""

    restaurant_id: str


class SaveCandidates(Struct, frozen=True):
    """Replace the candidates of one job (one row per job, §2.4)."""

    search: CandidateSearch


class AddDecision(Struct, frozen=True):
    """Append a decision; decisions are never edited."""

    decision: Decision


class SaveSecret(Struct, frozen=True):
    """Store a sealed value under its id; the text itself never reaches the store."""

    id: str
    job_id: str
    field: str
    key_version: int
    nonce: bytes
    ciphertext: bytes


class ReserveSlot(Struct, frozen=True):
    """Move a spacing clock: committed only if the stored time is still `expected` (L34; shared through the authority)."""

    name: str
    expected: datetime | None
    at: datetime


Write = (
    SaveJob
    | SaveEffect
    | AddEffectEvent
    | CreateBatch
    | SaveBatch
    | SaveRestaurant
    | RemoveRestaurant
    | SaveCandidates
    | AddDecision
    | SaveSecret
    | ReserveSlot
)


class Lease(Struct, frozen=True):
    """The right to run a resource's work until `expires_at` (the authority's clock); `token` rises with each holder."""

    resource_id: str
    instance_id: str
    token: int
    expires_at: datetime


class ChangeSet(Struct, frozen=True):
    """Writes that are committed together or not at all.

    `mutation_id`: sending it again returns the first answer. `lease`: the commit starts an effect and is refused as
    `fenced` unless this lease is still the valid one. `intent`: what a person did; a store that works without a network
    keeps it and decides it again on the rows it meets at the authority, instead of writing these.
    """

    mutation_id: str
    writes: tuple[Write, ...]
    lease: Lease | None = None
    intent: Mutation | None = None


class Committed(Struct, frozen=True):
    """Durable: it survives SIGKILL and power loss. `duplicate`: this mutation had been committed before."""

    duplicate: bool = False


class Conflicted(Struct, frozen=True):
    """Nothing was written. `what` names the first write that did not fit; `fenced`: the lease is not valid any more."""

    what: str
    fenced: bool = False


CommitAnswer = Committed | Conflicted


@dataclass(frozen=True, slots=True)
class SealedValue:
    """A stored secret as it lies in the file."""

    id: str
    job_id: str
    field: str
    key_version: int
    nonce: bytes
    ciphertext: bytes


class BatchStore(Protocol):
    """The authority of a workspace. Reads give committed state; NotFound errors of domain.errors for missing rows."""

    async def commit(self, change: ChangeSet) -> CommitAnswer:
        """Compare and swap; returns when the answer is durable.

        RestaurantAlreadyInBatch (L19), SubdomainTaken (L26), DiskFull, WorkspaceError.
        """

    async def now(self) -> datetime:
        """The authority's clock."""

    async def batch(self, batch_id: str) -> Batch: ...

    async def batch_progress(self, batch_id: str) -> BatchProgress: ...

    async def batch_rows(self) -> tuple[BatchRow, ...]: ...

    async def batch_places(self) -> Mapping[str, BatchPlaces]:
        """Batch id → cities and cuisines of its restaurants."""
        ...

    async def companies_taken(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Company number → (restaurant id, name) of the restaurants that have it."""
        ...

    async def step_seconds(self) -> Mapping[int, float]:
        """Step → median seconds of the restaurants that completed it last; no entry for a step nobody completed."""
        ...

    async def lead_rows(self) -> tuple[LeadRow, ...]: ...

    async def batch_restaurants(self, batch_id: str) -> tuple[Restaurant, ...]: ...

    async def job(self, job_id: str) -> Job: ...

    async def jobs(self, batch_id: str) -> tuple[Job, ...]: ...

    async def restaurant(self, restaurant_id: str) -> Restaurant: ...

    async def restaurants(self, ids: Sequence[str] | None = None) -> tuple[Restaurant, ...]: ...

    async def candidates(self, job_id: str) -> CandidateSearch | None: ...

    async def searches(self, job_ids: Sequence[str]) -> Mapping[str, CandidateSearch]:
        """Job id → its candidates, in one go, for those that have any."""
        ...

    async def decisions(self, job_id: str) -> tuple[Decision, ...]: ...

    async def effects(self, job_id: str) -> tuple[Effect, ...]: ...

    async def effect_events(self, job_id: str) -> tuple[AddEffectEvent, ...]: ...

    async def sealed(self, secret_id: str) -> SealedValue: ...

    async def slot(self, name: str) -> datetime | None: ...

    async def active_restaurant_ids(self) -> frozenset[str]:
        """Restaurants in a batch that is neither ended nor cancelled."""

    async def taken_subdomains(self, prefix: str) -> Mapping[str, str]:
        """Subdomain → restaurant id, over restaurants and configurations, for those that begin with `prefix`."""

    async def acquire_lease(self, resource_id: str, *, instance_id: str, ttl_s: float) -> Lease | None:
        """None while another instance holds it."""

    async def renew_lease(self, lease: Lease, *, ttl_s: float) -> Lease | None:
        """None when it was lost."""

    async def release_lease(self, lease: Lease) -> None: ...


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has the lease of a job. Not `works`: it ran out at `until`, and nobody has taken the job over yet."""

    job_id: str
    instance_id: str
    person: str
    until: datetime
    works: bool


class JobQueue(Protocol):
    """Work of every started batch of a team, for processes that share it. Offline and its kin."""

    async def claim_jobs(self, *, instance_id: str, ttl_s: float, limit: int, running: Sequence[str]) -> tuple[str, ...]:
        """Ids of jobs that can move by themselves and that nobody else runs, now leased to this instance.

        `running`: what this instance runs already. A claim whose answer was lost is given again.
        """

    async def holders(self, batch_id: str) -> tuple[Holder, ...]:
        """Of the jobs of a batch that can move by themselves, those that somebody held."""
        ...

    async def working_instances(self) -> int:
        """How many processes hold a job of the team right now."""
        ...


class Outbox(Protocol):
    """What a person decided here and the team's project has not taken yet. Every change of it is a Change of kind "fate".

    Nothing in it is ever dropped by the program: `withdraw`, `keep_theirs` and `discard_parked` are a person's words.
    """

    @property
    def summary(self) -> OutboxSummary:
        """Kept up to date; reading it costs nothing."""

    async def fates(self) -> tuple[Fate, ...]:
        """Everything that waits or wants a look, oldest first, then what was taken since the program started."""

    async def conflicts(self) -> tuple[ConflictCard, ...]:
        """What wants a look, oldest first."""

    async def withdraw(self, mutation_id: str) -> None:
        """Take back what has not left this machine. InvalidStatus once it was sent."""

    async def keep_theirs(self, mutation_id: str) -> None:
        """The other decision stands; the card is closed."""

    async def choose_mine_again(self, mutation_id: str) -> None:
        """The same decision anew, on what the other side decided. RuleError where the present state does not allow it."""

    async def exported(self) -> str:
        """What waits or wants a look as JSON, without secrets: for somebody whose access was taken back."""

    async def remove_rows(self) -> None:
        """Access was taken back: the team's rows leave this machine; what waits stays here under its names."""

    async def discard_parked(self) -> int:
        """Give up what is parked, after it was exported or named; how many."""


# ---------------------------------------------------------------- services


@dataclass(frozen=True, slots=True)
class ExtractionJob:
    """An extraction at the platform. `job_type` menu | branding, `status` running | completed | failed."""

    job_id: str
    job_type: str
    status: str
    error: str = ""
    result: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu of a restaurant; ready when `item_count` > 0 (L21)."""

    menu_id: str
    platform: str = ""
    version: int = 1
    item_count: int = 0
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class RegistrationStatus:
    """What the platform knows of a restaurant's account and shop; "" = none."""

    account_email: str = ""
    account_id: str = ""
    account_status: str = ""
    restaurant_id: str = ""
    subdomain: str = ""
    restaurant_status: str = ""


@dataclass(frozen=True, slots=True)
class UploadBatch:
    """An image upload that goes on by itself (more than 10 images, L35)."""

    batch_id: str
    status: str
    uploaded: int = 0
    failed: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class ServiceLimits:
    """Times (s) and numbers of one host. The defaults are the real platform's; practice scales them."""

    default_deadline_s: float = 60.0
    deadlines_s: Mapping[str, float] = field(default_factory=dict)
    settle_lag_s: float = 120.0
    account_spacing_s: float = 60.0
    max_in_flight: int = 3
    connect_timeout_s: float = 10.0
    register_per_minute: int = 10
    breaker_calls: int = 10
    breaker_window_s: float = 60.0
    breaker_open_s: float = 60.0
    breaker_max_open_s: float = 600.0
    extraction_poll_s: float = 5.0
    extraction_limit_s: float = 600.0
    retry_base_s: float = 0.5
    retry_cap_s: float = 30.0
    max_retries: int = 3

    def deadline_s(self, name: str) -> float:
        """The total time one call may take."""
        return self.deadlines_s.get(name, self.default_deadline_s)


class CompanyRegister(Protocol):
    """A companies register. ServiceUnavailable when it could not be read: never an empty answer for that (L23)."""

    @property
    def most_searches(self) -> int:
        """How many searches one restaurant is worth: 2 (name, address) where the register widens a search by itself."""

    @property
    def searches_addresses(self) -> bool:
        """It can be asked by address; one that cannot is not asked, which is something else than an empty answer."""

    @property
    def searches_contacts(self) -> bool:
        """It can be asked by phone, domain and director."""

    async def search_by_name(self, name: str) -> tuple[CompanyHit, ...]: ...

    async def search_by_address(self, street: str, city: str) -> tuple[CompanyHit, ...]: ...

    async def search_by_contacts(self, contacts: Sequence[str]) -> tuple[CompanyHit, ...]:
        """Companies with any of these marks (domain/contacts.py). ServiceRefused where nobody should ask."""
        ...

    async def details(self, company_number: str) -> CompanyDetails: ...


class Platform(Protocol):
    """The platform's HTTP API. Calls with an effect answer a CallOutcome and never raise (but for cancellation).

    Reads raise ServiceUnavailable or ServiceRefused.
    """

    async def run_sub_step(
        self,
        key: SubStepKey,
        *,
        restaurant_id: str,
        menu_id: str | None,
        body: Mapping[str, object],
        idempotency_key: str,
    ) -> CallOutcome: ...

    async def put_restaurant(self, restaurant_id: str, fields: Mapping[str, object]) -> CallOutcome: ...

    async def start_menu_extraction(self, restaurant_id: str, *, url: str) -> CallOutcome: ...

    async def start_branding_extraction(self, restaurant_id: str, *, url: str) -> CallOutcome: ...

    async def extraction_jobs(self, restaurant_id: str) -> tuple[ExtractionJob, ...]: ...

    async def menus(self, restaurant_id: str) -> tuple[Menu, ...]: ...

    async def menus_at_hand(self, restaurant_id: str) -> tuple[Menu, ...]:
        """What is remembered of them, for many restaurants at once; `menus` where nothing is."""
        ...

    async def registration_status(self, restaurant_id: str) -> RegistrationStatus: ...

    async def upload_batch(self, batch_id: str) -> UploadBatch: ...


class Secrets(Protocol):
    """Seals and opens secrets for one workspace."""

    def seal(self, secret: Secret, *, job_id: str, field: str) -> SaveSecret: ...

    def open(self, sealed: SealedValue) -> Secret: ...


class Pictures(Protocol):
    """Logos and header images, for looking at."""

    async def fetch(self, address: str) -> bytes:
        """The bytes behind an https or data address. ServiceRefused for another kind or no picture; ServiceUnavailable."""
        ...


class Compute(Protocol):
    """Runs a pure function with its arguments where it keeps nobody waiting; its answer or its error."""

    async def __call__(self, function: Callable[..., Answer], *arguments: object) -> Answer:
        """The function stands at the top of a module: it may run in another process."""
        ...


class Clock(Protocol):
    """Time as the engine sees it; tests pass their own."""

    def now(self) -> datetime: ...


class Releases(Protocol):
    """The news of published versions. `newest` raises Offline or ManifestUnusable."""

    async def newest(self) -> Release: ...
