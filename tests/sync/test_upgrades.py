"""Outboxes that older programs left are sent by newer ones, also where the answer was lost before the update."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from regbatch_desktop.domain.fate import FateState
from regbatch_desktop.domain.mutation import PAYLOAD_SCHEMA, Mutation, MutationKind
from regbatch_desktop.store.journal import read, written_anew
from regbatch_desktop.store.outbox_file import OutboxFile
from regbatch_desktop.verbs import upcasts
from regbatch_desktop.verbs.table import said
from regbatch_desktop.verbs.upcasts import read_mutation
from tests.sync.desks import filled
from tests.sync.races import started
from tests.team.fixtures import Team

OUTBOXES = Path(__file__).with_name("outboxes")
# The kinds that a form did not know yet.
UNKNOWN_TO = {1: {MutationKind.WRITE_NOTE}}


@pytest.mark.parametrize("schema", range(1, PAYLOAD_SCHEMA + 1))
def test_every_kind_of_every_released_form_is_understood(schema: int, tmp_path: Path) -> None:
    records, whole = read(OUTBOXES / f"schema_{schema}.log")
    assert whole
    (tmp_path / "outbox.log").write_bytes((OUTBOXES / f"schema_{schema}.log").read_bytes())
    file = OutboxFile(tmp_path)
    entries = file.entries
    file.close()
    assert len(entries) == len(records)
    assert {entry.mutation.kind for entry in entries} == set(MutationKind) - UNKNOWN_TO.get(schema, set())
    assert all(said(entry.mutation) for entry in entries)
    assert [entry.intent for entry in entries] == [record["intent"] for record in records], "the text is what it was"


def test_a_form_that_is_two_steps_old_is_brought_up_step_by_step() -> None:
    (record, *_), _ = read(OUTBOXES / "schema_1.log")
    steps = {
        1: lambda values: values | {"args": values["args"] | {"first": True}},
        2: lambda values: values | {"args": values["args"] | {"second": values["args"]["first"]}},
    }
    mutation = read_mutation(record["intent"], steps=steps, newest=3)
    assert mutation.args["second"] is True
    assert mutation.payload_schema == 3


def test_every_step_between_two_forms_is_there() -> None:
    assert set(upcasts.UPCASTS) == set(range(1, PAYLOAD_SCHEMA))


async def test_a_full_outbox_of_an_older_program_is_sent_and_a_lost_answer_is_still_known(team: Team, tmp_path: Path) -> None:
    organisation = await team.organisation()
    store = await team.store(organisation)
    _, jobs = await filled(store, organisation, 3)
    records, _ = read(OUTBOXES / "schema_1.log")
    made = next(json.loads(r["intent"]) for r in records if json.loads(r["intent"])["kind"] == "choose_company")
    async with started(team, tmp_path, organisation, 1) as (client,):
        await client.stop()
        for path in client.folder.glob("outbox*"):
            path.unlink()
        lines: list[dict[str, Any]] = []
        for number, job in enumerate(jobs):
            intent = made | {"id": f"old-{number}", "entity_id": job.id}
            text = json.dumps(intent, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
            lines.append(dict(records[0]) | {"seq": number + 1, "id": f"old-{number}", "intent": text, "state": "queued"})
        written_anew(client.folder / "outbox.log", lines)
        await client.start()
        client.network.losing = 1
        assert await client.sync.pusher.push()
        # The newer program reads the mutation in another form, but asks for the answer under the text that was sent.
        client.schema = PAYLOAD_SCHEMA + 1
        await client.kill()
        assert not await client.sync.pusher.push()
        assert [entry.state for entry in client.file.entries] == [FateState.TAKEN] * 3
    assert [len(await store.decisions(job.id)) for job in jobs] == [1, 1, 1]


def example(kind: MutationKind) -> Mutation:
    """One of each kind as this program writes it; the fixture of a new form is made from these."""
    from datetime import UTC, datetime

    hit = {"company_name": "KEA LIMITED", "company_number": "1", "nzbn": "", "status": "", "incorporation_date": "", "registered_address": "",
           "other_names": [], "other_addresses": [], "sources": [], "found_with": []}  # fmt: skip
    candidate = {"hit": hit, "match_source": "name", "score": 0.5, "reasons": ["same name"], "weighed": []}
    search = {"job_id": "job", "restaurant_name": "Kea", "street": "", "city": "", "candidates": [candidate], "searched_at": None}
    config = {"restaurant": {"subdomain": "kea"}, "account": {"password": {"$secret": "s"}}}
    secret = {"id": "s", "field": "account.password", "key_version": 1, "nonce": "AAAA", "ciphertext": "AAAA"}
    entry = dict.fromkeys(
        ("full_legal_name", "contact_email", "contact_phone", "company_name", "company_number", "gst_number", "nzbn"), ""
    )
    args: dict[MutationKind, dict[str, Any]] = {
        MutationKind.CHOOSE_COMPANY: {"company_number": "1", "rank": 1, "director": "", "evidence": [{"number": "1"}]},
        MutationKind.ENTER_MANUALLY: {"entry": entry | {"contact_name": "Aroha"}, "evidence": []},
        MutationKind.SAVE_SEARCH: {"search": search},
        MutationKind.SAVE_CONFIGURATION: {"config": config, "secrets": [secret], "start": False},
        MutationKind.START_CONFIGURATION: {"config": config, "secrets": [secret], "start": True},
        MutationKind.RENAME_BATCH: {"name": "South"},
        MutationKind.RETRY_JOB: {"from_step": None, "reset_config": False},
        MutationKind.ANSWER_UNKNOWN: {"key": "menuImport", "happened": True},
        MutationKind.SET_SUB_STEP: {"key": "menuImport", "status": "completed"},
        MutationKind.DO_AGAIN: {"key": "menuImport"},
        MutationKind.WRITE_NOTE: {"text": "Ask for Mere.\nNot before noon.", "seen": ""},
    }
    base = {MutationKind.CHOOSE_COMPANY: {"company": None}}
    at = datetime(2026, 11, 25, tzinfo=UTC)
    return Mutation(f"id-{kind.value}", kind, "entity", args.get(kind, {}), at, "Ann", base.get(kind, {}))
