"""A secret never shows itself; an error always has a sentence, a code of its own and says whether a retry helps."""

from __future__ import annotations

import copy
import json
import logging
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regbatch_desktop.domain import errors
from regbatch_desktop.domain.errors import RegBatchError, ServiceUnavailable
from regbatch_desktop.domain.secret import Secret


def every_error() -> list[type[RegBatchError]]:
    found, frontier = [], [RegBatchError]
    while frontier:
        kind = frontier.pop()
        found.append(kind)
        frontier.extend(kind.__subclasses__())
    return [kind for kind in found if kind.__module__ == errors.__name__]


@given(st.text(alphabet=st.characters(exclude_characters="*'()[]"), min_size=4))
def test_l30_a_secret_shows_stars_everywhere(text: str) -> None:
    secret = Secret(text)
    shown = (repr(secret), str(secret), f"{secret}", repr([secret]), json.dumps({"p": secret}, default=str))
    assert all("***" in each and text not in each for each in shown)
    assert secret.reveal() == text


def test_l30_a_secret_is_not_in_a_log_line(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").warning("signing in with %s / %r", Secret("hunter22"), Secret("hunter22"))
    assert "hunter22" not in caplog.text


@given(st.text(), st.text())
def test_secrets_are_equal_by_their_text(one: str, two: str) -> None:
    assert (Secret(one) == Secret(two)) is (one == two)
    assert Secret(one) == Secret(one)
    assert hash(Secret(one)) == hash(Secret(one))


def test_a_secret_is_no_text_and_survives_odd_input() -> None:
    assert Secret("a") != "a"
    assert Secret("\ud800") == Secret("\ud800")
    assert not Secret("")


@pytest.mark.parametrize("leak", [pickle.dumps, copy.deepcopy, vars, json.dumps])
def test_a_secret_is_not_taken_apart(leak: object) -> None:
    assert callable(leak)
    with pytest.raises(TypeError):
        leak(Secret("hunter22"))


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in every_error()]
    assert len(codes) == len(set(codes)) > 25
    assert all(code.isupper() and code.replace("_", "").isalpha() for code in codes)


def test_the_original_codes_are_kept() -> None:
    codes = {kind.code for kind in every_error()}
    assert codes >= {
        "BATCH_NOT_FOUND", "JOB_NOT_FOUND", "INVALID_STATUS", "STEP_NOT_ACTION_REQUIRED", "MISSING_SELECTIONS",
        "BATCH_ALREADY_STARTED", "RESTAURANT_ALREADY_IN_BATCH", "BATCH_TOO_LARGE", "FORBIDDEN", "OFFLINE", "CONFLICT",
    }  # fmt: skip


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_every_error_shows_its_sentence_and_keeps_the_detail_for_the_log(kind: type[RegBatchError]) -> None:
    error = kind("Please choose a company.", detail="job j1")
    assert (str(error), error.sentence, error.detail) == ("Please choose a company.",) * 2 + ("job j1",)


def test_l32_only_transient_troubles_say_that_a_retry_helps() -> None:
    helped = {kind.__name__ for kind in every_error() if kind.retry_helps}
    assert helped == {"Conflict", "ServiceUnavailable", "Offline", "WorkspaceLocked", "DiskFull"}
    assert ServiceUnavailable("busy", retry_after_s=7).retry_after_s == 7
