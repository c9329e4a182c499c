"""Doors that kill their own process at one chosen point: faults injected on purpose."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from regbatch_desktop.domain.effects import CallOutcome, EffectState
from regbatch_desktop.domain.steps import StepStatus
from regbatch_desktop.domain.sub_steps import SubStepKey
from regbatch_desktop.ports import ChangeSet, CommitAnswer, CreateBatch, SaveEffect, SaveJob, SaveRestaurant
from tests.faults.points import Point

_ENDED = (StepStatus.COMPLETED, StepStatus.SKIPPED)


def die() -> None:
    """SIGKILL to oneself: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def _moments(change: ChangeSet, what: str) -> tuple[str, str] | None:
    """The names of "just before" and "just after" this commit, if it is about `what`."""
    for write in change.writes:
        if isinstance(write, SaveEffect) and write.effect.name == what:
            if write.effect.state is EffectState.INTENT:
                return "before_intent", "after_intent"
            return "answer_received", "recorded"
        if isinstance(write, SaveRestaurant) and write.before is None and what == "import":
            return "before_commit", "after_commit"
        if isinstance(write, CreateBatch) and what == "batch":
            return "before_commit", "after_commit"
        if isinstance(write, SaveJob) and what.startswith("step:"):
            number = int(what[5:])
            old, new = write.before.step(number).status, write.after.step(number).status
            if old is not new and new is StepStatus.IN_PROGRESS and number not in (3, 5):
                return "before_start", "after_start"
            if old is not new and new in _ENDED:
                return "before_end", "after_end"
    return None


class CrashingStore:
    """The real store; dies around the chosen commit."""

    def __init__(self, inner: Any, point: Point) -> None:
        self._inner = inner
        self._point = point

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def commit(self, change: ChangeSet) -> CommitAnswer:
        moments = _moments(change, self._point.what)
        if moments and moments[0] == self._point.when:
            die()
        answer: CommitAnswer = await self._inner.commit(change)
        if moments and moments[1] == self._point.when:
            die()
        return answer


class CrashingPlatform:
    """The real client; dies while the chosen call is under way."""

    def __init__(self, inner: Any, point: Point, *, after_s: float) -> None:
        self._inner = inner
        self._point = point
        self._after_s = after_s

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def run_sub_step(
        self, key: SubStepKey, *, restaurant_id: str, menu_id: str | None, body: Mapping[str, object], idempotency_key: str
    ) -> CallOutcome:
        return await self._maybe(
            key.value,
            lambda: self._inner.run_sub_step(
                key, restaurant_id=restaurant_id, menu_id=menu_id, body=body, idempotency_key=idempotency_key
            ),
        )

    async def start_menu_extraction(self, restaurant_id: str, *, url: str) -> CallOutcome:
        return await self._maybe("menuExtraction", lambda: self._inner.start_menu_extraction(restaurant_id, url=url))

    async def start_branding_extraction(self, restaurant_id: str, *, url: str) -> CallOutcome:
        return await self._maybe("brandingExtraction", lambda: self._inner.start_branding_extraction(restaurant_id, url=url))

    async def _maybe(self, name: str, call: Callable[[], Awaitable[CallOutcome]]) -> CallOutcome:
        if self._point.what == name and self._point.when == "in_flight":
            sent = asyncio.ensure_future(call())
            await asyncio.sleep(self._after_s)
            die()
            return await sent
        return await call()
