"""Row by row: which rows go on, which do not, and the sentence and row number that a person can act on."""

from __future__ import annotations

from pathlib import Path

import pytest

from regbatch_desktop.domain.lead import MAX_NAME, RowStatus
from regbatch_desktop.services.lead_files import LeadFile, read_leads
from regbatch_desktop.services.leads import create_batch, import_leads
from tests.pipeline.workbench import bench

HEADER = "Restaurant Name,Street Address,City,E-mail,Website,Opening Hours\n"
HOSTILE = {
    "nul": ("Kea\x00 Kitchen", "Kea Kitchen"),
    "right to left": ("\u202egnihsihp\u202c Kea", "\u202egnihsihp\u202c Kea"),
    "hebrew": ("מסעדה", "מסעדה"),
    "html": ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
    "equals": ("=HYPERLINK(1)", "=HYPERLINK(1)"),
    "plus": ("+64 Bar", "+64 Bar"),
    "minus": ("-1 Basement", "-1 Basement"),
    "at": ("@SUM(A1)", "@SUM(A1)"),
    "tab": ("\tKea\tBar", "Kea Bar"),
    "escape": ("\x1b[31mRed\x1b[0m", "[31mRed[0m"),
    "emoji": ("🍜 Ramen", "🍜 Ramen"),
    "sql": ("Robert'); DROP TABLE jobs;--", "Robert'); DROP TABLE jobs;--"),
}  # fmt: skip


def read(folder: Path, text: str) -> LeadFile:
    path = folder / "leads.csv"
    path.write_bytes((HEADER + text).encode())
    return read_leads(path)


def test_each_row_has_its_number_its_status_and_its_reason(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "Kea,12 Kea St,Napier,kea@kea.example.com,https://kea.example,Mon-Fri 9:00-17:00\n"
        ",1 Tui Road,Otaki,,,\n"
        "!!!,1 Tui Road,Otaki,,,\n"
        "\n"
        "Tui,1 Tui Road,Otaki,not an address,kea.example,whenever\n"
        "kea,12 Kea Street,NAPIER,,,\n"
        f"{'x' * (MAX_NAME + 1)},1 Weka Road,Otaki,,,\n"
        "Weka\n",
    )
    assert [(verdict.row_number, verdict.status.value) for verdict in found.verdicts] == [
        (2, "good"), (3, "bad"), (4, "bad"), (6, "good"), (7, "duplicate"), (8, "bad"), (9, "good"),
    ]  # fmt: skip
    reasons = {verdict.row_number: verdict.reasons for verdict in found.verdicts}
    assert reasons[2] == ()
    assert reasons[3] == ("The restaurant has no name.",)
    assert reasons[4] == ("The name has no letter and no digit.",)
    assert [reason.split("; ")[-1] for reason in reasons[6]] == ["it was left out.", "it was left out.", "they were left out."]
    assert reasons[7] == ("The same restaurant stands in row 2.",)
    assert reasons[8] == ("The name has 201 characters; at most 200.",)
    assert reasons[9] == ()


def test_bad_rows_do_not_hold_the_good_ones_back(tmp_path: Path) -> None:
    found = read(tmp_path, "".join(f"{'' if n % 3 == 0 else f'Kea {n}'},{n + 1} Kea St,Napier,,,\n" for n in range(300)))
    assert len(found.leads) == 200
    assert all(lead.name for lead in found.leads)
    assert sum(verdict.status is RowStatus.BAD for verdict in found.verdicts) == 100


def test_a_bad_optional_value_is_left_out_and_the_row_goes_on(tmp_path: Path) -> None:
    lead = read(tmp_path, "Tui,1 Tui Road,Otaki,nobody,javascript:alert(1),Mon 25:00-26:00\n").leads[0]
    assert (lead.email, lead.website_url, lead.opening_hours) == ("", "", None)
    assert (lead.name, lead.address, lead.city) == ("Tui", "1 Tui Road", "Otaki")


def test_a_name_of_one_megabyte_is_a_short_verdict(tmp_path: Path) -> None:
    found = read(tmp_path, f"{'x' * 1_048_576},1 Kea St,Napier,,,\nTui,{'y' * 1_048_576},Otaki,,,\nWeka,,,,,\n")
    assert [verdict.status for verdict in found.verdicts] == [RowStatus.BAD, RowStatus.GOOD, RowStatus.GOOD]
    assert "1,048,576 characters" in found.verdicts[0].reasons[0]
    assert found.leads[0].address == ""
    assert all(len(text) < 200 for verdict in found.verdicts for text in (verdict.name, *verdict.reasons))


@pytest.mark.parametrize(("written", "kept"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_kept_as_the_text_it_is(tmp_path: Path, written: str, kept: str) -> None:
    found = read(tmp_path, f'"{written}",1 Kea St,"{written}",,,\nTui,,Otaki,,,\n')
    assert [(lead.name, lead.city) for lead in found.leads] == [(kept, kept), ("Tui", "Otaki")]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Kea,12 Kea St,Napier", "KEA,12 Kea Street,napier", True),
        ("Māui’s,1 Tōtara Rd,Ōtaki", "Maui's,1 Totara Road,Otaki", True),
        ("Fish & Chips,1 Kea St,Napier", "Fish and Chips,1 Kea St.,Napier", True),
        ("Kea,12 Kea St,Napier", "Kea,12 Kea St,Taupō", False),
        ("Kea,12 Kea St,Napier", "Kea,14 Kea St,Napier", False),
        ("Kea,12 Kea St,Napier", "Kea Two,12 Kea St,Napier", False),
    ],
)
def test_what_counts_as_the_same_restaurant(tmp_path: Path, first: str, second: str, same: bool) -> None:
    found = read(tmp_path, f"{first},,,\n{second},,,\n")
    assert (found.verdicts[1].status is RowStatus.DUPLICATE) is same
    assert len(found.leads) == (1 if same else 2)


async def test_a_restaurant_that_the_workspace_knows_is_not_made_again(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        first = await import_leads(b.doors, read(tmp_path, "Kea,12 Kea St,Napier,,,\nTui,1 Tui Rd,Otaki,,,\n").leads)
        again = await import_leads(b.doors, read(tmp_path, "Weka,,Taupō,,,\nKEA,12 Kea Street,NAPIER,,,\n").leads)
        assert [restaurant.name for restaurant in again.added] == ["Weka"]
        assert again.known == (first.added[0],)
        assert sorted(r.name for r in await b.doors.store.restaurants()) == ["Kea", "Tui", "Weka"]


async def test_the_good_rows_of_a_mixed_file_become_a_batch(tmp_path: Path) -> None:
    rows = "".join(f'"{written}",{n + 1} Kea St,Napier,,,\n' for n, (written, _) in enumerate(HOSTILE.values()))
    async with bench(tmp_path) as b:
        made = await import_leads(b.doors, read(tmp_path, f",1 Kea St,,,,\n{rows}").leads)
        batch = await create_batch(b.doors, made.added)
        names = [(await b.doors.store.restaurant(job.restaurant_id)).name for job in await b.jobs(batch)]
        assert sorted(names) == sorted(kept for _, kept in HOSTILE.values())
