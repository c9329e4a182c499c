"""A batch in a storm of faults and kills, and the control that shows the harness can see a duplicate."""

from __future__ import annotations

import json
from pathlib import Path

import httpx

from regbatch_desktop.practice.faults import FaultPlan
from regbatch_desktop.practice.platform import PracticePlatform
from regbatch_desktop.practice.server import HOST, serving
from tests.faults.harness import register, storm


async def test_fifty_restaurants_ten_per_cent_faults_three_kills(tmp_path: Path) -> None:
    result, platform = await storm(tmp_path)
    assert platform.ledger.duplicates() == []
    assert len(result["statuses"]) == 50
    assert set(result["statuses"]) <= {"completed", "failed"}, result
    assert result["running"] == []
    assert result["unknown"] == []
    reasons = len(result["errors"])
    assert result["statuses"].count("failed") == reasons, "a job failed without a reason"
    accounts = sum(event["kind"] == "account_created" for event in platform.ledger.events)
    assert accounts >= result["statuses"].count("completed")


async def test_an_engine_that_records_after_the_call_makes_duplicates(tmp_path: Path) -> None:
    """The control: without an intent, an answer that is lost on the way is a second shop."""
    plan = FaultPlan.from_json({"rules": [{"fault": "drop_after", "path": "*/import-menu-direct", "first": 1}]})
    platform = PracticePlatform(register(1), state_path=tmp_path / "p.jsonl", speed=0, faults=plan)
    done: set[str] = set()
    calls = [
        ("register-account", {"email": "a@b.example", "password": "x", "phone": "1"}),
        ("register-restaurant", {"email": "a@b.example"}),
        ("import-menu-direct", {"menuId": "m"}),
    ]
    async with serving(platform) as port, httpx.AsyncClient(base_url=f"http://{HOST}:{port}") as client:
        for _ in range(2):
            for name, body in calls:
                if name not in done:
                    try:
                        await client.post(f"/api/registration/{name}", content=json.dumps({"restaurantId": "r", **body}))
                    except httpx.RemoteProtocolError:
                        break
                    done.add(name)
    platform.close()
    assert platform.ledger.duplicates() == [("menu_imported", "m", 2)]
