"""Is a project fit for this program: schema, policies, clock, Realtime, passwords left in clear.

Owns: what is expected of a project.
Never: repairs one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from regbatch_desktop.remote.supabase.connection import Connection

SCHEMA_VERSION = 6
POLICIES = 40
CLOCK_S = 120.0


async def project_checks(connection: Connection, organisation_id: str) -> tuple[tuple[bool, str], ...]:
    """(sound, sentence) for each check. The errors of the port when it cannot be asked."""
    asked = datetime.now(UTC)
    answer = await connection.call("project_health", organisation=organisation_id)
    return tuple(_checks(answer, asked + (datetime.now(UTC) - asked) / 2))


def _checks(answer: Mapping[str, Any], asked: datetime) -> Iterator[tuple[bool, str]]:
    version = answer["schema_version"]
    yield version == SCHEMA_VERSION, f"Schema version {version} (this program knows {SCHEMA_VERSION})"
    own, foreign, open_tables = answer["policies"], answer["foreign_policies"], answer["unprotected_tables"]
    yield own == POLICIES, f"{own} of {POLICIES} row level security policies are in place"
    yield not foreign, f"Policies that are not the program's: {', '.join(foreign) or 'none'}"
    yield not open_tables, f"Tables that people can read without row level security: {', '.join(open_tables) or 'none'}"
    offset = (datetime.fromisoformat(answer["now"]) - asked).total_seconds()
    yield abs(offset) <= CLOCK_S, f"This machine's clock and the project's are {abs(offset):.0f} s apart"
    plain = answer["plain_passwords"]
    yield plain == 0, f"Registrations with a password in clear (from before the adoption): {plain}"
    realtime = "on" if answer["realtime"] else "off; others' changes are seen at the polling interval"
    yield True, f"Realtime is {realtime}"
