"""Tokens: renewed once for all who wait; expired, revoked and missing membership are told apart."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import jwt
import pytest

from regbatch_desktop.domain import errors
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.remote.supabase.connection import Connection
from regbatch_desktop.remote.supabase.session import Tokens
from regbatch_desktop.remote.supabase.sign_in import organisations, sign_in, sign_out, signed_in
from regbatch_desktop.remote.supabase.team_store import TeamStore
from tests.team.fixtures import PASSWORD, Person, Stack, Team
from tests.team.stack.processes import JWT_SECRET


def expired(person: Person, *, refresh: str = "") -> Tokens:
    """As after a long sleep: the program believes that the token is good, the server knows better."""
    claims = jwt.decode(person.tokens.access, JWT_SECRET, ["HS256"], audience="authenticated")
    old = jwt.encode(claims | {"exp": int(time.time()) - 120}, JWT_SECRET, "HS256")
    return Tokens(old, refresh or person.tokens.refresh, 3600.0, person.user_id, person.email)


@pytest.mark.parametrize("believed_s", [3600.0, 0.0])
async def test_one_renewal_serves_every_waiting_call_and_is_kept_before_it_is_used(team: Team, believed_s: float) -> None:
    organisation = await team.organisation()
    person = await team.person(organisation)
    old = expired(person)
    kept: list[Tokens] = []
    before = (await team.report())["refreshes"]
    tokens = Tokens(old.access, old.refresh, believed_s, old.user_id, old.email)
    connection, session = signed_in(team.stack.project, tokens, keep=kept.append)
    async with connection:
        store = TeamStore(connection, organisation_id=organisation)
        await asyncio.gather(*(store.batch_rows() for _ in range(25)))
    assert (await team.report())["refreshes"] - before == session.renewals == len(kept) == 1
    assert kept[0].refresh not in ("", old.refresh)
    assert kept[0].refresh not in repr(kept[0])


async def test_a_session_that_was_ended_elsewhere_is_revoked(team: Team) -> None:
    organisation = await team.organisation()
    person = await team.person(organisation)
    async with Connection(team.stack.project) as nobody:
        await sign_out(nobody, person.tokens)
    connection, _ = signed_in(team.stack.project, expired(person), keep=lambda _: None)
    async with connection:
        store = TeamStore(connection, organisation_id=organisation)
        before = (await team.report())["refreshes"]
        for _ in range(3):
            with pytest.raises(errors.SessionRevoked):
                await store.batch_rows()
        assert (await team.report())["refreshes"] - before == 1, "a refused renewal is not tried for ever"


async def test_a_forged_token_is_expired_not_believed(team: Team) -> None:
    person = await team.person(await team.organisation())
    forged = jwt.encode({"sub": person.user_id, "role": "service_role", "exp": int(time.time()) + 600}, "x" * 40, "HS256")
    connection, _ = signed_in(team.stack.project, Tokens(forged, "bogus", 600.0, "", ""), keep=lambda _: None)
    async with connection:
        with pytest.raises(errors.SessionRevoked):
            await connection.call("my_organisations")


async def test_membership_missing_and_revoked_are_told_apart_and_empty_reads_are_not_believed(team: Team) -> None:
    organisation, foreign = await team.organisation(), await team.organisation()
    person = await team.person(organisation)
    asked: Callable[[], Awaitable[object]]
    own = TeamStore(person.connection, organisation_id=organisation)
    assert await own.batch_rows() == ()
    assert [each.id for each in await organisations(person.connection, person.user_id)] == [organisation]
    for key in (foreign, "00000000-0000-4000-8000-000000000000"):
        stranger = TeamStore(person.connection, organisation_id=key)
        for asked in (stranger.batch_rows, stranger.restaurants, stranger.lead_rows, lambda s=stranger: s.slot("x")):
            with pytest.raises(errors.MembershipMissing):
                await asked()
        with pytest.raises(errors.MembershipMissing):
            await stranger.acquire_lease("r", instance_id="i", ttl_s=1)
    await team.revoke(person, organisation)
    for asked in (own.batch_rows, own.restaurants, own.active_restaurant_ids, lambda: own.taken_subdomains("x")):
        with pytest.raises(errors.MembershipRevoked):
            await asked()
    with pytest.raises(errors.MembershipRevoked):
        await organisations(person.connection, person.user_id)


async def test_signing_in_says_what_is_wrong(team: Team, stack: Stack) -> None:
    person = await team.person()
    async with Connection(stack.project) as nobody:
        with pytest.raises(errors.SignInRefused, match="do not fit"):
            await sign_in(nobody, person.email, Secret("wrong"))
        assert (await sign_in(nobody, f"  {person.email.upper()} ", Secret(PASSWORD))).user_id == person.user_id
        with pytest.raises(errors.SignInNeeded):
            await nobody.call("my_organisations")
        await team.faults(match="/auth/v1", status=503)
        with pytest.raises(errors.Offline):
            await sign_in(nobody, person.email, Secret(PASSWORD))
    with pytest.raises(errors.MembershipMissing):
        await organisations(person.connection, person.user_id)
