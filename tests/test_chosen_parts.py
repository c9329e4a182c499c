"""`make bench` and `make faults` name no part and mean all of them."""

from __future__ import annotations

import argparse

import pytest

from tests.chosen_parts import chosen_parts

PARTS = ("model", "races", "kills")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [([], ["model", "races", "kills"]), (["kills"], ["kills"]), (["kills", "races"], ["kills", "races"])],
)
def test_the_named_parts_or_all(arguments: list[str], expected: list[str]) -> None:
    assert chosen_parts(argparse.ArgumentParser(), PARTS, arguments).parts == expected


def test_what_is_no_part_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        chosen_parts(argparse.ArgumentParser(), PARTS, ["kill"])
    assert "no such part: kill (there are model, races, kills)" in capsys.readouterr().err
