"""What others changed in the team's project: pulled at intervals and whenever something pokes, told as Changes.

Owns: the cursor, the interval, whether the view is live, polling or offline and since when.
Never: carries rows; a listener reads the store. Never believes a poke: what changed is pulled.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from regbatch_desktop.domain.errors import Offline
from regbatch_desktop.domain.freshness import FeedState, Freshness
from regbatch_desktop.remote.supabase.connection import PAGE, Connection
from regbatch_desktop.runtime.changes import Change, Changes

_log = logging.getLogger(__name__)
_KINDS = {1: "restaurant", 2: "batch", 3: "job"}
WORKING_S = 5.0
IDLE_S = 10.0


class ChangeFeed:
    """`run` until cancelled. `poke` pulls at once; `is_live` is set by whoever holds an open Realtime channel."""

    def __init__(self, connection: Connection, organisation_id: str, changes: Changes) -> None:
        self._connection = connection
        self._organisation_id = organisation_id
        self._changes = changes
        self._cursor: dict[str, Any] = {}
        self._poked = asyncio.Event()
        self._live = False
        self.freshness = Freshness(FeedState.POLLING, datetime.now(UTC))
        self.on_freshness: Callable[[Freshness], None] = lambda _freshness: None

    def poke(self) -> None:
        """Something may have changed."""
        self._poked.set()

    def set_live(self, live: bool) -> None:
        """A channel was opened or lost; after either, what happened meanwhile is pulled."""
        self._live = live
        self.poke()

    async def run(self) -> None:
        """Pull for ever; an outage is waited out. MembershipRevoked and SignInNeeded end it."""
        while True:
            try:
                changed = await self.pull()
            except Offline:
                self._say(FeedState.OFFLINE)
                changed = False
            else:
                self._say(FeedState.LIVE if self._live else FeedState.POLLING)
            try:
                async with asyncio.timeout(WORKING_S if changed else IDLE_S):
                    await self._poked.wait()
            except TimeoutError:
                pass
            self._poked.clear()

    async def pull(self) -> bool:
        """Everything since the last pull; True when there was something. The first one only finds the present end."""
        first = not self._cursor
        anything = False
        while True:
            answer = await self._connection.call(
                "pull_changes", organisation=self._organisation_id, epoch=self._cursor.get("epoch"), xid=self._cursor.get("xid"),
                table=self._cursor.get("table"), id=self._cursor.get("id"), limit=0 if first else PAGE,
            )  # fmt: skip
            if answer["status"] == "revoked":
                await self._connection.call("require_membership", organisation=self._organisation_id)
                raise Offline("The team's project gave no answer for this organisation.")
            if answer["status"] == "resync":
                # The database was restored: whatever is shown must be read again.
                self._cursor = {}
                self._changes.publish(Change("batch", ()))
                first = anything = True
                continue
            self._cursor = {name: answer[name] for name in ("epoch", "xid", "table", "id")}
            self._publish(answer["rows"])
            anything |= bool(answer["rows"])
            if not answer["more"]:
                return anything

    def _publish(self, rows: list[dict[str, Any]]) -> None:
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(_KINDS[row["t"]], []).append(row["id"])
            if row["s"] == "action_required":
                found.setdefault("waiting", []).append(row["id"])
        for kind, ids in found.items():
            self._changes.publish(Change(kind, tuple(ids)))

    def _say(self, state: FeedState) -> None:
        if self.freshness.state is not state:
            _log.info("the team's project is %s", state.value)
            self.freshness = Freshness(state, datetime.now(UTC))
            self.on_freshness(self.freshness)
