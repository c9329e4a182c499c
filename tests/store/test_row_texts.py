"""The texts in the file: what older versions wrote still verifies, and a secret has no form in which it could be written."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.store.rows import checksum, instant, moment, text_of


def test_a_checksum_is_the_one_that_the_standard_library_wrote() -> None:
    everything = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    row = {"name": everything, "attempt": 3, "token": 2**63, "sent_at": None, "result": json.dumps({"a": everything})}
    text = json.dumps(sorted(row.items()), separators=(",", ":"), ensure_ascii=False)
    assert checksum({"sha256": "whatever", **row}) == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("value", [Secret("canary"), {"password": Secret("canary")}, [object()]])
def test_what_has_no_form_in_json_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="does not go into a row"):
        text_of(value)


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=13)), timezone(timedelta(0))])
@pytest.mark.parametrize("microsecond", [0, 1, 500, 120_000, 999_999])
def test_a_moment_has_the_text_that_sorts_among_the_others(zone: timezone, microsecond: int) -> None:
    at = datetime(2026, 11, 26, 9, 5, 7, microsecond, tzinfo=zone)
    assert moment(at) == at.isoformat(timespec="microseconds")
    assert instant(moment(at)) == at
