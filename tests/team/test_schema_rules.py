"""The rules that Supabase's own database linter checks, and that the database's status tables are the program's."""

from __future__ import annotations

import pytest

from regbatch_desktop.domain.steps import JOB_TRANSITIONS, STEP_TRANSITIONS, StepStatus
from tests.team.fixtures import Team

# Each query lists offenders; what is meant stands in EXPLAINED.
RULES = {
    "rls_disabled": "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relrowsecurity",
    "policy_without_rls": "select c.relname from pg_policy p join pg_class c on c.oid = p.polrelid where not c.relrowsecurity",
    "rls_without_policy": "select relname from pg_class c where relnamespace = 'public'::regnamespace and relrowsecurity "
    "and not exists (select from pg_policy p where p.polrelid = c.oid)",
    "policy_always_true": "select tablename || '.' || policyname from pg_policies where cmd <> 'SELECT' and (qual = 'true' or with_check = 'true')",
    "policy_calls_per_row": "select tablename || '.' || policyname from pg_policies where schemaname = 'public' and "
    "regexp_replace(coalesce(qual, '') || coalesce(with_check, ''), '\\( SELECT [^()]*(\\([^()]*\\))*[^()]*\\)', '', 'g') ~ '(auth|private)\\.'",
    "user_metadata": "select tablename || '.' || policyname from pg_policies where coalesce(qual, '') || coalesce(with_check, '') ~ 'user_metadata'",
    "several_permissive_policies": "select distinct tablename from pg_policies where schemaname = 'public' and permissive = 'PERMISSIVE' "
    "group by tablename, roles having count(*) filter (where cmd in ('ALL', 'SELECT')) > 1",
    "search_path_mutable": "select proname from pg_proc where pronamespace in ('public'::regnamespace, 'private'::regnamespace) "
    "and coalesce(array_to_string(proconfig, ','), '') !~ 'search_path=\"\"'",
    "security_definer_in_api": "select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef",
    "function_open_to_all": "select proname from pg_proc p where pronamespace in ('public'::regnamespace, 'private'::regnamespace) "
    "and (has_function_privilege('anon', p.oid, 'execute'))",
    "table_open_to_all": "select relname from pg_class where relnamespace in ('public'::regnamespace, 'private'::regnamespace) and relkind = 'r' "
    "and (has_table_privilege('anon', oid, 'select,insert,update,delete'))",
    "private_table_open": "select relname from pg_class where relnamespace = 'private'::regnamespace and relkind = 'r' "
    "and has_table_privilege('authenticated', oid, 'select,insert,update,delete')",
    "view": "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm', 'f')",
    "no_primary_key": "select relname from pg_class c where relnamespace in ('public'::regnamespace, 'private'::regnamespace) and relkind = 'r' "
    "and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)",
    "unindexed_foreign_key": "select c.conrelid::regclass || '.' || c.conname from pg_constraint c where c.contype = 'f' "
    "and c.connamespace = 'public'::regnamespace and not exists (select from pg_index i where i.indrelid = c.conrelid "
    "and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)",
    "duplicate_index": "select string_agg(indexrelid::regclass::text, ', ') from pg_index where indrelid::regclass::text !~ '^(pg_|auth)' "
    "group by indrelid, indkey::text, indclass::text, coalesce(pg_get_expr(indpred, indrelid), '') having count(*) > 1",
    "extension_in_public": "select extname from pg_extension where extnamespace = 'public'::regnamespace",
    "secret_in_a_plain_column": "select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid "
    "where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and a.attname ~ '(password|secret|token)' "
    "and has_column_privilege('authenticated', c.oid, a.attnum, 'select')",
}  # fmt: skip
EXPLAINED = {
    # Asked for: super admins pass by a policy of their own. It is one call for a whole statement.
    "several_permissive_policies": "every table",
    # A number that orders the holders of a lease, no secret.
    "secret_in_a_plain_column": {"effects.token", "run_leases.token"},
}


@pytest.mark.parametrize("rule", RULES)
async def test_the_linters_rule_finds_nothing_unexplained(team: Team, rule: str) -> None:
    found = {str(row[0]) for row in await team.sql.fetch(RULES[rule])}
    explained = EXPLAINED.get(rule, set())
    if explained != "every table":
        assert found - set(explained) == set()


async def test_the_rules_find_what_they_were_written_for(team: Team) -> None:
    transaction = team.sql.transaction()
    await transaction.start()
    try:
        await team.sql.execute(
            "create table public.bad (password text, organisation_id uuid references public.organisations); grant select on public.bad to anon, authenticated;"
            "create table public.worse (id int primary key); alter table public.worse enable row level security;"
            "create policy p on public.worse for update using (true);"
            "create policy q on public.bad for select using (auth.uid() = organisation_id and auth.jwt() ->> 'user_metadata' = '');"
            "create view public.v as select 1; create index i1 on public.bad (password); create index i2 on public.bad (password);"
            "create function public.f() returns int language sql security definer as 'select 1';"
            "grant select on private.super_admins to authenticated;"
            "create table public.worst (id int); alter table public.worst enable row level security;"
        )
        for rule in sorted(set(RULES) - {"extension_in_public"}):
            assert await team.sql.fetch(RULES[rule]), rule
    finally:
        await transaction.rollback()


async def test_the_databases_status_tables_are_the_programs(team: Team) -> None:
    jobs = {tuple(row) for row in await team.sql.fetch("select old_status, new_status from private.job_transitions")}
    assert jobs == {(old.value, new.value) for old, new in JOB_TRANSITIONS}
    pairs = {(old, new) for (old, _), new in STEP_TRANSITIONS.items()}
    fresh = {new for old, new in pairs if old is StepStatus.PENDING}
    pairs |= {(old, new) for old in StepStatus if (old, StepStatus.PENDING) in pairs for new in fresh}
    steps = {tuple(row) for row in await team.sql.fetch("select old_status, new_status from private.step_transitions")}
    assert steps == {(old.value, new.value) for old, new in pairs if old is not new}
