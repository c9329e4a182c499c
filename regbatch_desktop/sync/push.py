"""Sends what people decided to the team's project: in order, one at a time, under the same id until it is answered.

Owns: the loop, the waiting after a failure, what each answer means (reliability §2.5).
Never: discards anything, and never lets a conflict hold up what follows.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable

from regbatch_desktop.domain.errors import (
    Conflict,
    Forbidden,
    MembershipMissing,
    MembershipRevoked,
    RegBatchError,
    ServiceError,
    SignInNeeded,
    WorkspaceError,
)
from regbatch_desktop.domain.fate import PARKED, FateState
from regbatch_desktop.domain.mutation import PAYLOAD_SCHEMA, MutationKind
from regbatch_desktop.ports import BatchStore
from regbatch_desktop.sync.cards import theirs_of
from regbatch_desktop.sync.connectivity import Connectivity
from regbatch_desktop.sync.doors import Answer, Authority, Cache, Entry, ServerRow
from regbatch_desktop.sync.outbox import TeamOutbox
from regbatch_desktop.verbs.scope import scope_of
from regbatch_desktop.verbs.table import Verdict, judged, moment

_log = logging.getLogger(__name__)
_QUEUED = (FateState.QUEUED, FateState.SENT)
# A row that is written this often between two looks belongs to an engine that will not be long.
_DECISIONS = 12
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0


class Pusher:
    """`run` until cancelled. `on_rows` is told the rows of an answer once they are in the cache."""

    def __init__(
        self,
        authority: Authority,
        cache: Cache,
        outbox: TeamOutbox,
        connectivity: Connectivity,
        *,
        schema: int = PAYLOAD_SCHEMA,
        on_rows: Callable[[list[ServerRow]], None] = lambda _rows: None,
    ) -> None:
        self._authority, self._cache, self._outbox, self._connectivity = authority, cache, outbox, connectivity
        self._on_rows, self._schema = on_rows, schema
        self._one_in_flight = asyncio.Lock()
        self._failures = 0
        connectivity.listeners.append(self._outbox.woken.set)
        # Told at named moments (fault harness).
        self.on_point: Callable[[str], None] = lambda _name: None

    async def run(self) -> None:
        """Send for ever; what went wrong is waited out or parked."""
        while True:
            self._outbox.woken.clear()
            if not self._connectivity.is_online:
                # What is not tried has not left, and can still be taken back; whoever pulls hears when the project is back.
                await self._outbox.woken.wait()
                continue
            if not await self.push():
                self._failures = 0
                await self._outbox.woken.wait()
                continue
            # Full jitter, so that several machines do not come back together; a sign of life ends the wait.
            pause = random.uniform(0, min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**self._failures))  # noqa: S311 - spreads, hides nothing
            self._failures = min(self._failures + 1, 10)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._outbox.woken.wait()

    async def push(self) -> bool:
        """Everything that can be sent now; True when something is left that should be tried again."""
        async with self._one_in_flight:
            while (entry := next((e for e in self._outbox.entries if e.state in _QUEUED), None)) is not None:
                try:
                    await self._send(entry)
                except SignInNeeded as error:
                    await self._park(FateState.PARKED_SIGN_IN, error.sentence)
                except (MembershipRevoked, MembershipMissing) as error:
                    await self._park(FateState.PARKED_REVOKED, error.sentence)
                except RegBatchError as error:
                    # No answer, one that cannot be read, or a disk that is full: the same again later.
                    _log.info("mutation %s stays queued: %s", entry.mutation.id, error.code)
                    if isinstance(error, ServiceError):
                        self._connectivity.failed()
                    return True
                else:
                    self._failures = 0
        return False

    async def resume(self, *states: FateState) -> None:
        """The person signed in, was given access again, or updated the program: what is parked goes on."""
        for entry in self._outbox.entries:
            if entry.state in PARKED and entry.state in (states or PARKED):
                await self._outbox.change(entry, FateState.QUEUED)
        self._outbox.woken.set()

    async def send_again(self) -> int:
        """The project was restored from a backup: what it took since then and does not know any more is queued again."""
        taken = [entry for entry in self._outbox.entries if entry.state is FateState.TAKEN]
        known = await self._authority.known_mutations([entry.mutation.id for entry in taken])
        lost = [entry for entry in taken if entry.mutation.id not in known]
        for entry in lost:
            await self._outbox.change(entry, FateState.QUEUED, reason="Your team's project was restored from a backup.")
        self._outbox.woken.set()
        return len(lost)

    # ------------------------------------------------------------ one mutation

    async def _send(self, entry: Entry) -> None:
        mutation, was_sent = entry.mutation, entry.was_sent
        entry = await self._outbox.change(entry, FateState.SENT)
        self.on_point("marked_sent")
        # Effects are not in the cache, and a cache may be behind: what it refuses is asked again of the project.
        fresh = asks = mutation.kind is MutationKind.ANSWER_UNKNOWN
        for _ in range(_DECISIONS):
            verdict = await self._judged(entry, self._authority if asks else self._cache.plain)
            if verdict.state is not None and not fresh:
                await self._look(entry)
                fresh = True
                continue
            if verdict.state is not None:
                if was_sent and await self._authority.known_mutations([mutation.id]):
                    # It was answered; only the answer was lost, and somebody has gone on from there since.
                    verdict = Verdict()
                else:
                    await self._stand_aside(entry, verdict)
                    return
            try:
                answer = await self._authority.apply(mutation.id, entry.intent, self._schema, verdict.writes)
            except (MembershipRevoked, MembershipMissing):
                raise
            except (Conflict, Forbidden) as error:
                await self._stand_aside(entry, Verdict((), FateState.REFUSED, error.sentence))
                return
            self.on_point("answered")
            self._connectivity.answered()
            await self._fill(answer.rows)
            self.on_point("cached")
            if answer.status != "stale":
                await self._settle(entry, answer)
                self.on_point("settled")
                return
            was_sent = True
            await self._look(entry)
            fresh = True
        raise WorkspaceError("This row is being changed all the time; it is tried again.")

    async def _judged(self, entry: Entry, source: BatchStore) -> Verdict:
        try:
            scope = await scope_of(source, entry.mutation)
        except (ServiceError, SignInNeeded, Forbidden, WorkspaceError):
            raise
        except RegBatchError as error:
            return Verdict((), FateState.GONE, error.sentence)
        return judged(entry.mutation, scope, moment(entry.mutation, scope, now=self._connectivity.now()))

    async def _look(self, entry: Entry) -> None:
        mutation = entry.mutation
        jobs, batches = ([mutation.job_id], []) if mutation.job_id else ([], [mutation.batch_id])
        found = await self._authority.current(jobs=jobs, batches=batches)
        self._connectivity.answered()
        await self._fill(found)

    async def _fill(self, found: tuple[ServerRow, ...]) -> None:
        changed = await self._cache.fill(found)
        if changed:
            self._on_rows(changed)

    async def _stand_aside(self, entry: Entry, verdict: Verdict) -> None:
        """The other side is taken down as it is now; what follows goes on."""
        state, detail = verdict.state or FateState.REFUSED, await theirs_of(entry.mutation, self._cache.plain, self._authority)
        await self._outbox.change(entry, state, reason=verdict.reason, detail=detail)
        self.on_point("settled")

    async def _settle(self, entry: Entry, answer: Answer) -> None:
        if answer.status == "applied":
            # The rows are in the cache already: whoever reads between the two sees the same either way.
            await self._outbox.change(entry, FateState.TAKEN)
        elif answer.status == "client_too_old":
            await self._park(FateState.PARKED_TOO_OLD, "Your team's project asks for a newer version of this program.")
        else:
            await self._stand_aside(entry, Verdict((), FateState.REFUSED, answer.sentence))

    async def _park(self, state: FateState, reason: str) -> None:
        for entry in self._outbox.entries:
            if entry.state in _QUEUED:
                await self._outbox.change(entry, state, reason=reason, detail={"sent": True} if entry.was_sent else None)
