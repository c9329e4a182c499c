"""The BatchStore of a team workspace: the project's database is the authority.

Owns: turning port calls into calls of the project's functions and reads under row level security.
Never: keeps rows; holds a connection open (connection.py does).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from datetime import UTC, datetime
from typing import Any, TypeVar

from regbatch_desktop.domain import errors
from regbatch_desktop.domain.batch import Batch, BatchProgress
from regbatch_desktop.domain.candidate import CandidateSearch
from regbatch_desktop.domain.decision import Decision
from regbatch_desktop.domain.effects import Effect, EffectState
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.steps import JobStatus
from regbatch_desktop.ports import (
    AddEffectEvent,
    ChangeSet,
    CommitAnswer,
    Committed,
    Conflicted,
    Holder,
    Lease,
    SaveEffect,
    SealedValue,
)
from regbatch_desktop.read_models import BatchPlaces, BatchRow, LeadRow
from regbatch_desktop.remote.supabase import rows
from regbatch_desktop.remote.supabase.answers import lead_row, lease_of, refusal
from regbatch_desktop.remote.supabase.connection import ATTEMPTS, PAGE, PATIENT_ATTEMPTS, Connection
from regbatch_desktop.remote.supabase.writes import lease_json, write_json

_IDS_AT_ONCE = 100
# Each brings the counts of its 50 jobs along.
_BATCHES_AT_ONCE = 100
Found = TypeVar("Found", bound=Sized)


class TeamStore:
    """One organisation's workspace; rows that come in are given to it whatever organisation they name."""

    def __init__(self, connection: Connection, *, organisation_id: str) -> None:
        self.workspace_id = organisation_id
        self._connection = connection

    # ------------------------------------------------------------ writing

    async def commit(self, change: ChangeSet) -> CommitAnswer:
        """See the port. A lost answer is asked for again under the same mutation id."""
        # What became of a call is worth waiting for longer than what a person or a step can simply do again.
        patient = any(isinstance(write, SaveEffect) and write.effect.state is not EffectState.INTENT for write in change.writes)
        answer = await self._connection.call(
            "apply_change_set",
            attempts=PATIENT_ATTEMPTS if patient else ATTEMPTS,
            organisation=self.workspace_id,
            mutation_id=change.mutation_id,
            writes=[write_json(write) for write in change.writes],
            lease=lease_json(change.lease),
        )
        match answer["status"]:
            case "committed":
                return Committed(duplicate=bool(answer.get("duplicate")))
            case "fenced":
                return Conflicted("lease", fenced=True)
            case "conflict":
                return Conflicted(answer["what"])
            case _:
                raise refusal(answer["code"], answer["detail"])

    async def now(self) -> datetime:
        """The database's clock."""
        return datetime.fromisoformat(await self._connection.call("server_now")).astimezone(UTC)

    async def acquire_lease(self, resource_id: str, *, instance_id: str, ttl_s: float) -> Lease | None:
        """See the port."""
        answer = await self._call("acquire_lease", resource=resource_id, instance=instance_id, ttl_s=ttl_s)
        return lease_of(resource_id, instance_id, answer)

    async def renew_lease(self, lease: Lease, *, ttl_s: float) -> Lease | None:
        """See the port."""
        answer = await self._call(
            "renew_lease", resource=lease.resource_id, instance=lease.instance_id, token=lease.token, ttl_s=ttl_s
        )
        return lease_of(lease.resource_id, lease.instance_id, answer)

    async def release_lease(self, lease: Lease) -> None:
        """See the port; the next token is higher."""
        await self._call("release_lease", resource=lease.resource_id, instance=lease.instance_id, token=lease.token)

    async def claim_jobs(self, *, instance_id: str, ttl_s: float, limit: int, running: Sequence[str]) -> tuple[str, ...]:
        """See the port JobQueue."""
        return tuple(await self._call("claim_jobs", instance=instance_id, ttl_s=ttl_s, limit=limit, running=list(running)))

    async def holders(self, batch_id: str) -> tuple[Holder, ...]:
        """See the port JobQueue."""
        return tuple(
            Holder(
                row["job_id"],
                row["instance_id"],
                row["person"],
                datetime.fromisoformat(row["until"]).astimezone(UTC),
                row["works"],
            )
            for row in await self._call("job_holders", batch=batch_id)
        )

    async def working_instances(self) -> int:
        """See the port JobQueue."""
        return int(await self._call("working_instances"))

    # ------------------------------------------------------------ reading

    async def batch(self, batch_id: str) -> Batch:
        """See the port."""
        found = await self._some("registration_batch_jobs", rows.BATCH, id=batch_id)
        if not found:
            raise await self._missing(batch_id, errors.BatchNotFound("There is no such batch in this workspace."))
        return rows.batch_of(found[0])

    async def batch_progress(self, batch_id: str) -> BatchProgress:
        """Counted by the database, never counted up (L7)."""
        found = await self._seen(await self._call("batch_overview", after_at=None, after_id=None, limit=1, batch=batch_id))
        if not found:
            raise await self._missing(batch_id, errors.BatchNotFound("There is no such batch in this workspace."))
        return self._batch_row(found[0]).progress

    async def batch_rows(self) -> tuple[BatchRow, ...]:
        """Every batch, oldest first."""
        found: list[rows.Row] = []
        while True:
            at, key = (found[-1]["created_at"], found[-1]["id"]) if found else (None, None)
            page = await self._call("batch_overview", after_at=at, after_id=key, limit=_BATCHES_AT_ONCE, batch=None)
            found += page
            if len(page) < _BATCHES_AT_ONCE:
                return tuple(self._batch_row(row) for row in await self._seen(found))

    async def batch_places(self) -> Mapping[str, BatchPlaces]:
        """See the port."""
        found = await self._seen(await self._call("batch_places"))
        return {key: BatchPlaces(tuple(sorted(at["cities"])), tuple(sorted(at["cuisines"]))) for key, at in found.items()}

    async def companies_taken(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """See the port."""
        found = await self._call("companies_taken")
        return {number: tuple((key, name) for key, name in having) for number, having in found.items()}

    async def step_seconds(self) -> Mapping[int, float]:
        """See the port."""
        return {int(number): float(seconds) for number, seconds in (await self._call("step_seconds")).items()}

    async def lead_rows(self) -> tuple[LeadRow, ...]:
        """Every restaurant with its last registration, by name."""
        found: list[rows.Row] = []
        while True:
            name, key = (found[-1]["name"], found[-1]["id"]) if found else (None, None)
            page = await self._call("lead_overview", after_name=name, after_id=key, limit=PAGE)
            found += page
            if len(page) < PAGE:
                return tuple(lead_row(row) for row in await self._seen(found))

    async def batch_restaurants(self, batch_id: str) -> tuple[Restaurant, ...]:
        """The restaurants of a batch."""
        own = await self._some("registration_jobs", "restaurant_id", batch_job_id=batch_id)
        return await self.restaurants([row["restaurant_id"] for row in own])

    async def job(self, job_id: str) -> Job:
        """See the port."""
        found = await self._some("registration_jobs", rows.JOB, id=job_id)
        if not found:
            raise await self._missing(job_id, errors.JobNotFound("There is no such registration in this workspace."))
        return rows.job_of(found[0])

    async def jobs(self, batch_id: str) -> tuple[Job, ...]:
        """The jobs of a batch in the order of the leads."""
        found = await self._some("registration_jobs", rows.JOB, order="created_at,position,id", batch_job_id=batch_id)
        return tuple(rows.job_of(row) for row in found)

    async def restaurant(self, restaurant_id: str) -> Restaurant:
        """See the port."""
        found = await self._some("restaurants", rows.RESTAURANT, id=restaurant_id)
        if not found:
            raise await self._missing(restaurant_id, errors.NotFound("There is no such restaurant in this workspace."))
        return rows.restaurant_of(found[0])

    async def restaurants(self, ids: Sequence[str] | None = None) -> tuple[Restaurant, ...]:
        """All, or those with the given ids."""
        if ids is None:
            return tuple(rows.restaurant_of(row) for row in await self._some("restaurants", rows.RESTAURANT))
        found: list[rows.Row] = []
        for start in range(0, len(ids), _IDS_AT_ONCE):
            found += await self._some("restaurants", rows.RESTAURANT, id=tuple(ids[start : start + _IDS_AT_ONCE]))
        return tuple(rows.restaurant_of(row) for row in found)

    async def candidates(self, job_id: str) -> CandidateSearch | None:
        """See the port."""
        return (await self.searches([job_id])).get(job_id)

    async def searches(self, job_ids: Sequence[str]) -> Mapping[str, CandidateSearch]:
        """See the port."""
        found: list[rows.Row] = []
        for start in range(0, len(job_ids), _IDS_AT_ONCE):
            some = tuple(job_ids[start : start + _IDS_AT_ONCE])
            found += await self._some("companies_office_search_candidates", rows.CANDIDATES, registration_job_id=some)
        return {row["registration_job_id"]: rows.candidates_of(row) for row in found}

    async def decisions(self, job_id: str) -> tuple[Decision, ...]:
        """Oldest first."""
        found = await self._some("decisions", rows.DECISION, order="decided_at,id", job_id=job_id)
        return tuple(rows.decision_of(row) for row in found)

    async def effects(self, job_id: str) -> tuple[Effect, ...]:
        """Every effect of a job."""
        found = await self._own("effects", rows.EFFECT, order="name,generation", job_id=job_id)
        return tuple(rows.effect_of(row) for row in found)

    async def effect_events(self, job_id: str) -> tuple[AddEffectEvent, ...]:
        """What happened to them, oldest first."""
        return tuple(rows.event_of(row) for row in await self._own("effect_events", rows.EVENT, job_id=job_id))

    async def sealed(self, secret_id: str) -> SealedValue:
        """See the port."""
        found = await self._own("execution_secrets", rows.SEALED, id=secret_id)
        if not found:
            raise errors.NotFound("A stored password is missing from this workspace.")
        return rows.sealed_of(found[0])

    async def slot(self, name: str) -> datetime | None:
        """See the port."""
        found = await self._own("spacing_slots", "at", order="name", name=name)
        return rows.instant(found[0]["at"]) if found else None

    async def active_restaurant_ids(self) -> frozenset[str]:
        """See the port."""
        live = tuple(status.value for status in (JobStatus.PENDING, JobStatus.IN_PROGRESS, JobStatus.ACTION_REQUIRED))
        found = await self._some(
            "registration_jobs", "restaurant_id,batch:registration_batch_jobs!inner(cancelled_at)",
            missing=("batch.cancelled_at",), status=live,
        )  # fmt: skip
        return frozenset(row["restaurant_id"] for row in found)

    async def taken_subdomains(self, prefix: str) -> Mapping[str, str]:
        """See the port."""
        return await self._seen(await self._call("taken_subdomains", prefix=prefix))

    # ------------------------------------------------------------ helpers

    def _batch_row(self, row: rows.Row) -> BatchRow:
        counts = {(rows.job_status(word), step): number for word, step, number in row["counts"]}
        return BatchRow.of(rows.batch_of({**row, "organisation_id": self.workspace_id}), counts)

    async def _call(self, function: str, **parameters: Any) -> Any:
        return await self._connection.call(function, organisation=self.workspace_id, **parameters)

    async def _missing(self, key: str, error: errors.NotFound) -> errors.RegBatchError:
        """What is to be raised for a row that is not there for this person."""
        if await self._call("belongs_elsewhere", id=key):
            return errors.Forbidden("This belongs to another organisation; you can open it only as a member there.", detail=key)
        return error

    async def _seen(self, found: Found) -> Found:
        """Nothing at all may mean that row level security hid it: then the reason is asked for."""
        if not found:
            await self._call("require_membership")
        return found

    async def _own(
        self, table: str, columns: str, *, order: str = "id", missing: tuple[str, ...] = (), **equal: object
    ) -> list[Any]:
        equal["organisation_id"] = self.workspace_id
        return await self._seen(await self._connection.rows(table, columns, equal=equal, order=order, missing=missing))

    async def _some(
        self, table: str, columns: str, *, order: str = "id", missing: tuple[str, ...] = (), **equal: object
    ) -> list[Any]:
        return await self._own(table, columns, order=order, missing=(*missing, "deleted_at"), **equal)
