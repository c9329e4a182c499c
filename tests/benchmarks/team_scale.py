"""A team's project that grows tenfold: list, detail and delta pull under row level security, and what an idle pull costs.

Prints one JSON line. median / p95 in ms are of the statement on the server's side of the network, as the role that people have.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from regbatch_desktop.remote.supabase.change_feed import ChangeFeed
from regbatch_desktop.runtime.changes import Changes
from tests.team.fixtures import MIGRATIONS, Stack, administrated, running_stack

RUNS = 60
STEPS = "select jsonb_agg(to_jsonb(j) || jsonb_build_object('steps', (select jsonb_agg(to_jsonb(s)) from (select step_number, status, attempt, sub_step_progress, started_at, completed_at, result_data from public.registration_job_steps s where s.job_id = j.id) s))) from (select id, batch_job_id, restaurant_id, organisation_id, status, version, execution_config, created_at from public.registration_jobs where batch_job_id = $1 and organisation_id = $2 and deleted_at is null order by created_at, position, id limit 500) j"


async def fill(sql: Any, organisation: str, batches: int) -> None:
    """50 restaurants in each batch, 6 steps for each."""
    await sql.execute("set session_replication_role = replica")
    await sql.execute(
        "insert into public.registration_batch_jobs (id, organisation_id, name, started_at, created_at, row_xid) "
        "select gen_random_uuid(), $1, 'Batch ' || n, now(), now() - n * interval '1 hour', '100' from generate_series(1, $2::int) n",
        organisation, batches,
    )  # fmt: skip
    await sql.execute(
        "insert into public.restaurants (id, organisation_id, name, row_xid) "
        "select gen_random_uuid(), $1, 'Kea ' || n, '100' from generate_series(1, $2::int) n", organisation, batches * 50,
    )  # fmt: skip
    await sql.execute(
        "insert into public.registration_jobs (id, organisation_id, batch_job_id, restaurant_id, status, current_step, position, row_xid, "
        "execution_config) select gen_random_uuid(), $1, b.id, r.id, (array['completed', 'in_progress', 'action_required'])[1 + (r.n % 3)], "
        "1 + (r.n % 6)::int, (r.n % 50)::int, '100', jsonb_build_object('account', jsonb_build_object('email', 'a@b.example'), 'x', repeat('y', 600)) "
        "from (select id, row_number() over () - 1 as n from public.registration_batch_jobs where organisation_id = $1) b "
        "join (select id, row_number() over () - 1 as n from public.restaurants where organisation_id = $1) r on r.n / 50 = b.n", organisation,
    )  # fmt: skip
    await sql.execute(
        "insert into public.registration_job_steps (organisation_id, job_id, step_number, step_name, status, duration_ms, row_xid) "
        "select $1, j.id, n, 'Step', 'completed', 1000, '100' from public.registration_jobs j, generate_series(1, 6) n where j.organisation_id = $1",
        organisation,
    )  # fmt: skip
    await sql.execute("set session_replication_role = origin")
    await sql.execute("vacuum analyze")


async def p95(run: Callable[[], Awaitable[object]]) -> str:
    """Median / p95 in ms."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        await run()
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return f"{times[RUNS // 2]:.1f} / {times[int(RUNS * 0.95)]:.1f}"


async def measured(stack: Stack, batches: int) -> dict[str, object]:
    async with administrated(stack) as team:
        organisation = await team.organisation(f"Size {batches}")
        person = await team.person(organisation)
        await fill(team.sql, organisation, batches)
        asked = await asyncpg.connect(stack.dsn)
        claims = json.dumps({"sub": person.user_id, "role": "authenticated"})
        batch = await team.sql.fetchval(
            "select id from public.registration_batch_jobs where organisation_id = $1 limit 1", organisation
        )
        key = uuid.UUID(organisation)
        await asked.execute("select set_config('request.jwt.claims', $1, false)", claims)
        await asked.execute("set role authenticated")
        cursor = json.loads(await asked.fetchval("select public.pull_changes($1, null, null, null, null, 0)", key))
        pull = "select public.pull_changes($1, $2, $3, 0, null, 500)"
        found: dict[str, object] = {
            "list page of 100": await p95(lambda: asked.fetchval("select public.batch_overview($1, null, null, 100, null)", key)),
            "one batch's counts": await p95(
                lambda: asked.fetchval("select public.batch_overview($1, null, null, 1, $2)", key, batch)
            ),
            "detail, 50 x 6": await p95(lambda: asked.fetchval(STEPS, batch, key)),
            "nothing new": await p95(lambda: asked.fetchval(pull, key, uuid.UUID(cursor["epoch"]), cursor["xid"])),
        }
        await team.sql.execute(
            "update public.registration_jobs set error_message = 'x' where id in "
            "(select id from public.registration_jobs where organisation_id = $1 limit 100)", organisation,
        )  # fmt: skip
        found["100 changed"] = await p95(lambda: asked.fetchval(pull, key, uuid.UUID(cursor["epoch"]), cursor["xid"]))
        await asked.close()
        feed = ChangeFeed(person.connection, organisation, Changes())
        await feed.pull()
        await feed.pull()
        await team.faults()
        await feed.pull()
        report = await team.report()
        found["idle pull, requests"] = sum(report["requests"].values())
        found["idle pull, bytes"] = report["bytes"]
        return found


def main() -> None:
    with running_stack(*MIGRATIONS) as stack:
        sizes = {f"{batches} batches": asyncio.run(measured(stack, batches)) for batches in (100, 1000)}
    print(json.dumps({"team_scale": sizes}))


if __name__ == "__main__":
    main()
