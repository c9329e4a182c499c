"""A backup of one organisation, and restoring it.

Owns: which tables belong to it.
Never: touches another organisation.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

_TABLES = (
    "restaurants", "registration_batch_jobs", "registration_jobs", "registration_job_steps", "companies_office_search_candidates",
    "decisions", "applied_mutations",
)  # fmt: skip


class Backup:
    """Rows of one organisation as they were."""

    def __init__(self, sql: Any, organisation: str) -> None:
        self._sql, self._organisation, self._name = sql, organisation, uuid4().hex[:12]

    async def take(self) -> None:
        for table in _TABLES:
            await self._sql.execute(
                f"create temp table backup_{self._name}_{table} as select * from public.{table} where organisation_id = '{self._organisation}'"
            )

    async def restore(self) -> None:
        async with self._sql.transaction():
            await self._sql.execute("set local session_replication_role = replica")
            for table in reversed(_TABLES):
                await self._sql.execute(f"delete from public.{table} where organisation_id = $1", self._organisation)
            for table in _TABLES:
                await self._sql.execute(f"insert into public.{table} select * from backup_{self._name}_{table}")
            await self._sql.execute(
                "update public.sync_meta set epoch = gen_random_uuid() where organisation_id = $1", self._organisation
            )
