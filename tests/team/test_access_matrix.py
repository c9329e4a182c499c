"""Row level security, proved by trying everything in every role, and by breaking every policy."""

from __future__ import annotations

import pytest

from regbatch_desktop.domain import errors
from tests.team.access import expected, observed, prepare
from tests.team.fixtures import Team


async def test_every_role_can_do_what_the_reviewed_file_says_and_nothing_else(team: Team) -> None:
    transaction = team.sql.transaction()
    await transaction.start()
    try:
        found, wanted = await observed(team.sql, await prepare(team.sql)), expected()
    finally:
        await transaction.rollback()
    assert set(found) == set(wanted), "a table or function that the file does not name"
    assert {cell: outcome for cell, outcome in found.items() if wanted[cell] != outcome} == {}


async def test_dropping_or_opening_any_policy_is_noticed(team: Team) -> None:
    wanted = expected()
    policies = await team.sql.fetch(
        "select tablename, policyname, cmd, qual, with_check from pg_policies where schemaname = 'public'"
    )
    assert len(policies) >= 40
    unnoticed = []
    for policy in policies:
        table, name = policy["tablename"], policy["policyname"]
        opened = " ".join(
            clause
            for clause, present in (("using (true)", policy["qual"]), ("with check (true)", policy["with_check"]))
            if present
        )
        for mutation in (f"drop policy {name} on public.{table}", f"alter policy {name} on public.{table} {opened}"):
            transaction = team.sql.transaction()
            await transaction.start()
            try:
                cast = await prepare(team.sql)
                await team.sql.execute(mutation)
                found = await observed(team.sql, cast, names=[table])
            finally:
                await transaction.rollback()
            if all(wanted[cell] == outcome for cell, outcome in found.items()):
                unnoticed.append(mutation)
    assert unnoticed == []


async def test_no_row_changes_its_organisation_whoever_asks(team: Team) -> None:
    column = "organisation_id"
    first, second = await team.organisation(), await team.organisation()
    await team.sql.execute("insert into public.restaurants (organisation_id, name) values ($1, 'Kea')", first)
    both = await team.person(first, second)
    client = await both.connection.client()
    tables = await team.sql.fetch(
        "select table_name from information_schema.columns where table_schema = 'public' and column_name = $1", column
    )
    assert len(tables) >= 16
    for row in tables:
        triggers = await team.sql.fetch(
            "select p.proname from pg_trigger t join pg_proc p on p.oid = t.tgfoid where t.tgrelid = $1::regclass",
            f"public.{row['table_name']}",
        )
        assert {each["proname"] for each in triggers} & {"stamp", "fixed_organisation"}, row["table_name"]
    moving = client.table("restaurants").update({column: second}).eq(column, first)
    with pytest.raises(errors.Forbidden):
        await both.connection.asked(moving.execute, "restaurants")
    assert await team.sql.fetchval("select count(*) from public.restaurants where organisation_id = $1", first) == 1
