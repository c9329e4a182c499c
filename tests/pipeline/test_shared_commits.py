"""What belongs together is committed together: on a team's project every commit is a round trip, and colleagues see what lies between."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from regbatch_desktop.domain.effects import EffectState
from regbatch_desktop.domain.steps import StepStatus
from regbatch_desktop.pipeline.engine import Engine
from regbatch_desktop.ports import ChangeSet, SaveEffect, SaveJob
from tests.pipeline.proving_ground import proving_ground
from tests.pipeline.test_engine_lessons_account_set_up import configured
from tests.pipeline.watched_store import Watch, WatchedStore


class _Kept(Watch):
    """Keeps what was committed."""

    changes: tuple[ChangeSet, ...] = ()

    def committed(self, actor: str, change: ChangeSet) -> None:
        super().committed(actor, change)
        self.changes += (change,)


async def account_set_up(folder: Path) -> tuple[ChangeSet, ...]:
    """Every change set of Step 6 of one restaurant."""
    async with proving_ground(folder) as g:
        batch = await g.batch(1)
        await configured(g, batch)
        watch = _Kept(g.clock)
        engine = Engine(replace(g.doors, store=WatchedStore(g.doors.store, watch, "engine"), instance_id="engine"), seed=1)
        await engine.run_batch(batch.id)
        await engine.aclose()
        assert watch.broken == []
        return watch.changes


async def test_a_restaurant_whose_calls_have_ended_is_never_seen_running(tmp_path: Path) -> None:
    changes = await account_set_up(tmp_path)
    jobs = [write.after for change in changes for write in change.writes if isinstance(write, SaveJob)]
    assert jobs[-1].step(6).status is StepStatus.COMPLETED
    ended = [job for job in jobs if all(sub.is_ended for sub in job.sub_steps.values())]
    assert {job.step(6).status for job in ended} == {StepStatus.COMPLETED}


async def test_calls_that_begin_in_one_moment_share_the_commit_of_their_intents(tmp_path: Path) -> None:
    begun = [
        {
            write.effect.name
            for write in change.writes
            if isinstance(write, SaveEffect) and write.effect.state is EffectState.INTENT
        }
        for change in await account_set_up(tmp_path)
    ]
    needs_the_shop = {"websiteConfig", "servicesConfig", "paymentConfig", "syncOnboardingUser"}
    assert any(needs_the_shop <= together for together in begun)
