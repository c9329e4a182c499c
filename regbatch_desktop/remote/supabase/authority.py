"""The team's project as the offline part sees it: rows in pages, a person's intents applied once, checksums.

Owns: the form of rows in these answers.
Never: keeps a row.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from regbatch_desktop.domain.batch import Batch
from regbatch_desktop.domain.candidate import CandidateSearch
from regbatch_desktop.domain.decision import Decision
from regbatch_desktop.domain.errors import MembershipRevoked, ServiceRefused
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.mutation import MutationKind
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.ports import SealedValue, Write
from regbatch_desktop.remote.supabase import rows
from regbatch_desktop.remote.supabase.answers import refusal
from regbatch_desktop.remote.supabase.connection import Connection
from regbatch_desktop.remote.supabase.errors import not_prepared
from regbatch_desktop.remote.supabase.team_store import TeamStore
from regbatch_desktop.remote.supabase.writes import write_json
from regbatch_desktop.sync.doors import Answer, Cursor, Digest, LastWord, Page, ServerRow, Synced

_IDS_AT_ONCE = 100
# Whoever asks here asks again by itself, and wants to know soon that nobody answers.
_ATTEMPTS = 2
# Classes of SQLSTATE: values and constraints.
_NOT_TAKEN = ("22", "23")
_Value = Restaurant | Batch | Job | CandidateSearch | Decision
_VALUES: Mapping[Synced, Callable[[rows.Row], _Value]] = {
    Synced.RESTAURANT: rows.restaurant_of,
    Synced.BATCH: rows.batch_of,
    Synced.JOB: rows.job_of,
    Synced.CANDIDATES: rows.candidates_of,
    Synced.DECISION: rows.decision_of,
}


class TeamAuthority(TeamStore):
    """One organisation's workspace, for somebody who may be away from it."""

    def __init__(self, connection: Connection, *, organisation_id: str) -> None:
        super().__init__(connection, organisation_id=organisation_id)

    async def pull(self, cursor: Cursor, *, limit: int) -> Page:
        """See the door. MembershipRevoked and its kin where nothing may be seen any more."""
        answer = await self._call(
            "pull_rows",
            attempts=_ATTEMPTS,
            epoch=cursor.epoch or None,
            xid=cursor.xid,
            table=cursor.table,
            id=cursor.id,
            limit=limit,
        )
        if answer["status"] == "revoked":
            await self._call("require_membership")
            raise MembershipRevoked("The team's project shows nothing of this organisation; ask your administrator.")
        if answer["status"] == "resync":
            return Page((), Cursor(), False, None, resync=True)
        end = Cursor(answer["epoch"], answer["xid"], answer["table"], answer["id"], answer["membership_rev"])
        now = datetime.fromisoformat(answer["now"]).astimezone(UTC)
        return Page(server_rows(answer["rows"]), end, answer["more"], now, min_schema=answer["min_client_schema"])

    async def apply(self, mutation_id: str, intent: str, schema: int, writes: Sequence[Write]) -> Answer:
        """See the door."""
        try:
            answer = await self._call(
                "apply_mutation", attempts=1, mutation_id=mutation_id, intent=intent, schema=schema,
                writes=[write_json(write) for write in writes],
            )  # fmt: skip
        except ServiceRefused as error:
            # Values that the database does not take do not become better by being sent again; what is not its word may.
            if error.detail[:2] not in _NOT_TAKEN:
                raise
            return Answer("refused", code=error.detail[:5], sentence=error.sentence)
        status, code = answer["status"], answer.get("code", "")
        sentence = refusal(code, answer["detail"]).sentence if status == "refused" else ""
        return Answer(status, server_rows(answer.get("rows", ())), bool(answer.get("duplicate")), code, sentence)

    async def current(self, *, jobs: Sequence[str] = (), batches: Sequence[str] = ()) -> tuple[ServerRow, ...]:
        """See the door."""
        found = await self._call("current_rows", attempts=_ATTEMPTS, jobs=list(jobs), batches=list(batches))
        return server_rows(found)

    async def digest(self) -> Digest:
        """See the door."""
        answer = await self._call("sync_digest")
        return Digest(answer["epoch"] or "", answer["count"], answer["sum"], answer["unsettled"])

    async def known_mutations(self, ids: Sequence[str]) -> frozenset[str]:
        """See the door. Row level security shows a person's own."""
        found: set[str] = set()
        for start in range(0, len(ids), _IDS_AT_ONCE):
            own = await self._own(
                "applied_mutations", "mutation_id", order="mutation_id", mutation_id=tuple(ids[start : start + _IDS_AT_ONCE])
            )
            found |= {row["mutation_id"] for row in own}
        return frozenset(found)

    async def decided_last(self, entity_id: str, kinds: Collection[MutationKind], part: str = "") -> LastWord | None:
        """See the door."""
        found = await self._call(
            "decided_last", attempts=_ATTEMPTS, entity=entity_id, kinds=sorted(kind.value for kind in kinds), part=part or None
        )
        if found is None:
            return None
        return LastWord(MutationKind(found["kind"]), found["person"], datetime.fromisoformat(found["at"]).astimezone(UTC))


def server_rows(found: Iterable[dict[str, Any]]) -> tuple[ServerRow, ...]:
    """Values of rows as the project's functions give them. WorkspaceUnusable where the project's form is an older one."""
    try:
        return tuple(_server_row(each) for each in found)
    except KeyError as error:
        raise not_prepared(f"a row without {error}") from error


def _server_row(each: dict[str, Any]) -> ServerRow:
    table, row = Synced(each["t"]), each["row"]
    if row is None:
        return ServerRow(table, each["id"], each["v"], None)
    secrets = tuple(
        SealedValue(
            s["id"], each["id"], s["field"], s["key_version"], base64.b64decode(s["nonce"]), base64.b64decode(s["ciphertext"])
        )
        for s in row.get("secrets", ())
    )
    return ServerRow(table, each["id"], each["v"], _VALUES[table](row), int(row.get("position") or 0), secrets)
