"""Who may do what: every table and function of the API tried in every role, in one transaction that is rolled back.

Owns: the roles, the attempts, and the words for their outcome. A, B = it worked on rows of that organisation;
- = on nobody's; denied = the database refused to look at all.
Never: knows what is right (access_matrix.txt does).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

MATRIX = Path(__file__).with_name("access_matrix.txt")
ROLES = ("anonymous", "member A", "member B", "revoked", "super admin")
ACTIONS = ("select", "insert", "update", "delete")
# A column that is written with a constant: an update that reads nothing is held by its own policy alone.
_WRITTEN = {"restaurants": "city", "leads": "restaurant_name"}
_CALLS = {
    "apply_change_set": "$1, 'matrix-' || $2, '[]', null", "acquire_lease": "$1, 'new' || $2, 'i', 60", "renew_lease": "$1, 'seed', 'i', 1, 60",
    "release_lease": "$1, 'seed', 'i', 1", "claim_jobs": "$1, 'i' || $2, 60, 1, '{}'", "batch_overview": "$1, null, null, 10, null",
    "lead_overview": "$1, null, null, 10", "taken_subdomains": "$1, ''", "pull_changes": "$1, null, null, null, null, 10",
    "working_instances": "$1", "belongs_elsewhere": "$1, gen_random_uuid()",
    "job_holders": "$1, (select id from public.registration_batch_jobs where organisation_id = $1 limit 1)",
    "pull_rows": "$1, null, null, null, null, 10", "apply_mutation": "$1, 'matrix-' || $2, '{}', 1, '[]'", "sync_digest": "$1",
    "decided_last": "$1, gen_random_uuid()::text, '{}', null",
    "current_rows": "$1, array(select id from public.registration_jobs), array(select id from public.registration_batch_jobs)",
    "batch_places": "$1", "companies_taken": "$1", "step_seconds": "$1", "require_membership": "$1", "project_health": "$1", "organisation_key": "$1", "my_organisations": "", "server_now": "",
}  # fmt: skip
_READS = frozenset(
    {
        "companies_taken",
        "batch_places",
        "step_seconds",
        "batch_overview",
        "lead_overview",
        "taken_subdomains",
        "pull_changes",
        "working_instances",
        "pull_rows",
        "current_rows",
    }
)
Cell = tuple[str, str, str]


def expected() -> dict[Cell, str]:
    """(table or function, action, role) → outcome, from the reviewed file."""
    cells: dict[Cell, str] = {}
    for line in MATRIX.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, action, *outcomes = (part.strip() for part in line.split("|"))
            cells |= {(name, action, role): outcome for role, outcome in zip(ROLES, outcomes, strict=True)}
    return cells


@dataclass(frozen=True)
class Cast:
    """Two organisations with a row in every table, and a person for each role."""

    organisations: Mapping[str, str]
    people: Mapping[str, str | None]


async def tables(sql: Any) -> list[str]:
    """Everything a select could name."""
    found = await sql.fetch(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'p', 'f') order by 1"
    )
    return [row["relname"] for row in found]


async def functions(sql: Any) -> list[str]:
    """Everything that could be called."""
    found = await sql.fetch("select distinct proname from pg_proc where pronamespace = 'public'::regnamespace order by 1")
    return [row["proname"] for row in found]


async def prepare(sql: Any) -> Cast:
    """Rows for both organisations. Call inside a transaction."""
    organisations: dict[str, str] = {}
    people: dict[str, str | None] = {"anonymous": None} | {role: str(uuid.uuid4()) for role in ROLES[1:]}
    for letter in "AB":
        key = str(await sql.fetchval("insert into public.organisations (name) values ($1) returning id", f"Org {letter}"))
        organisations[letter] = key
        member = people[f"member {letter}"]
        await sql.execute("insert into public.organisation_members (organisation_id, user_id) values ($1, $2)", key, member)
        shop, batch, job = (str(uuid.uuid4()) for _ in range(3))
        for statement, values in (
            (
                "restaurants (id, organisation_id, name, company_number, subdomain) values ($2, $1, 'Kea', '1', $3)",
                (shop, f"kea-{letter.lower()}"),
            ),
            ("leads (organisation_id) values ($1)", ()),
            ("menus (organisation_id, restaurant_id) values ($1, $2)", (shop,)),
            ("extraction_jobs (organisation_id, restaurant_id) values ($1, $2)", (shop,)),
            ("registration_batch_jobs (id, organisation_id, name, started_at) values ($2, $1, 'b', now())", (batch,)),
            ("registration_jobs (id, organisation_id, batch_job_id, restaurant_id) values ($4, $1, $2, $3)", (batch, shop, job)),
            (
                "registration_job_steps (organisation_id, job_id, step_number, step_name, status, duration_ms) values ($1, $2, 1, 's', 'completed', 5)",
                (job,),
            ),
            (
                "companies_office_search_candidates (organisation_id, restaurant_id, registration_job_id, search_queries) values ($1, $2, $3, '{}')",
                (shop, job),
            ),
            (
                "decisions (id, organisation_id, job_id, kind, decided_by, decided_at) values (gen_random_uuid(), $1, $2, 'k', 'd', now())",
                (job,),
            ),
            ("effects values ($1, $2, 'e', 1, 'blind', 'intent', 'k', 's', 1)", (job,)),
            ("effect_events (organisation_id, job_id, name, generation, kind, at) values ($1, $2, 'e', 1, 'k', now())", (job,)),
            ("run_leases values ($1, 'seed', 'i', 1, now() + interval '1 hour', $2)", (member,)),
            ("applied_mutations values ($1, 'seed', $2, 'sha')", (member,)),
            ("execution_secrets values (gen_random_uuid(), $1, $2, 'f', 1, 'n', 'c')", (job,)),
            ("spacing_slots values ($1, 'seed', now())", ()),
        ):
            await sql.execute(f"insert into public.{statement}", key, *values)
    await sql.execute(
        "insert into public.organisation_members (organisation_id, user_id, revoked_at) values ($1, $2, now())",
        organisations["A"], people["revoked"],
    )  # fmt: skip
    await sql.execute("insert into private.super_admins values ($1)", people["super admin"])
    return Cast(organisations, people)


class Trial:
    """One role's attempts. Everything an attempt does is undone after it."""

    def __init__(self, sql: Any, cast: Cast, role: str) -> None:
        self._sql = sql
        self._cast = cast
        self._role = role

    async def _as_role(self) -> None:
        person = self._cast.people[self._role]
        role = "authenticated" if person else "anon"
        await self._sql.execute("select set_config('request.jwt.claims', $1, true)", json.dumps({"sub": person, "role": role}))
        await self._sql.execute(f"set local role {role}")

    async def outcome(self, name: str, action: str) -> str:
        """The word for what happened."""
        transaction = self._sql.transaction()
        await transaction.start()
        try:
            return await getattr(self, f"_{action}")(name) or "-"
        except asyncpg.InsufficientPrivilegeError:
            return "denied"
        finally:
            await transaction.rollback()

    def _letters(self, keys: Iterable[object]) -> str:
        found = {str(key) for key in keys}
        return "".join(letter for letter, key in self._cast.organisations.items() if key in found)

    async def _select(self, name: str) -> str:
        await self._as_role()
        column = "id" if name == "organisations" else "organisation_id"
        return self._letters(row[0] for row in await self._sql.fetch(f"select {column} from public.{name}"))

    async def _insert(self, name: str) -> str:
        accepted = []
        refused = False
        for letter, key in self._cast.organisations.items():
            column = "id" if name == "organisations" else "organisation_id"
            row = json.loads(
                await self._sql.fetchval(f"select to_jsonb(t) from public.{name} t where {column} = $1 limit 1", key)
            )
            row.pop("subdomain", None)
            if "id" in row:
                row["id"] = 900000 if isinstance(row["id"], int) else str(uuid.uuid4())
            transaction = self._sql.transaction()
            await transaction.start()
            try:
                await self._as_role()
                await self._sql.execute(
                    f"insert into public.{name} overriding system value select * from jsonb_populate_record(null::public.{name}, $1)",
                    json.dumps(row),
                )
                accepted.append(letter)
            except asyncpg.InsufficientPrivilegeError as error:
                refused |= "permission denied" in str(error)
            finally:
                await transaction.rollback()
        return "".join(accepted) or ("denied" if refused else "-")

    async def _update(self, name: str) -> str:
        column = _WRITTEN.get(name)
        if column is None:
            some = await self._sql.fetchval(
                "select attname from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped "
                "and attidentity = '' order by attnum desc limit 1", f"public.{name}",
            )  # fmt: skip
            await self._as_role()
            await self._sql.execute(f"update public.{name} set {some} = default")
            return "unexpected"
        await self._as_role()
        await self._sql.execute(f"update public.{name} set {column} = 'matrix'")
        await self._sql.execute("reset role")
        return self._letters(
            row[0] for row in await self._sql.fetch(f"select organisation_id from public.{name} where {column} = 'matrix'")
        )

    async def _delete(self, name: str) -> str:
        await self._as_role()
        await self._sql.execute(f"delete from public.{name}")
        return "unexpected"

    async def _call(self, name: str) -> str:
        await self._as_role()
        arguments = _CALLS[name]
        if not arguments:
            answer = await self._sql.fetchval(f"select public.{name}()")
            return (
                self._letters(row["id"] for row in json.loads(answer) if not row["revoked"])
                if name == "my_organisations"
                else "yes"
            )
        accepted, refused = "", False
        for letter, key in self._cast.organisations.items():
            statement = f"select public.{name}({arguments.replace('$2', repr(letter))})"
            transaction = self._sql.transaction()
            await transaction.start()
            try:
                answer = await self._sql.fetchval(statement, key)
                shows = answer not in (0, "[]", "{}", '{"status": "revoked"}') if name in _READS else True
                accepted += letter if shows else ""
            except asyncpg.InsufficientPrivilegeError as error:
                refused |= "permission denied" in str(error)
            finally:
                await transaction.rollback()
        return accepted or ("denied" if refused else "-")


async def observed(sql: Any, cast: Cast, *, names: Iterable[str] | None = None) -> dict[Cell, str]:
    """Every cell, or those of some tables."""
    cells: dict[Cell, str] = {}
    wanted = [(name, action) for name in names or await tables(sql) for action in ACTIONS]
    wanted += [] if names else [(name, "call") for name in await functions(sql)]
    for role in ROLES:
        trial = Trial(sql, cast, role)
        for name, action in wanted:
            cells[name, action, role] = await trial.outcome(name, action)
    return cells


def written(cells: Mapping[Cell, str]) -> str:
    """The file's lines."""
    lines = [" | ".join(("# table or function".ljust(36), "action".ljust(6), *(role.ljust(9) for role in ROLES)))]
    for name, action in dict.fromkeys((name, action) for name, action, _ in cells):
        outcomes = (cells[name, action, role].ljust(max(9, len(role))) for role in ROLES)
        lines.append(" | ".join((name.ljust(36), action.ljust(6), *outcomes)).rstrip())
    return "\n".join(lines) + "\n"
