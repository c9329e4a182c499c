"""The stateful model, as often as the tests have time for; `make faults` runs it for as long as it is told."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.model import ThreeClients
from tests.team.fixtures import Stack

BOUNDED = settings(
    max_examples=8, stateful_step_count=25, deadline=None, derandomize=True, database=None,
    # A failure is told as it was found: making it smaller takes longer than a test may.
    phases=[Phase.generate], suppress_health_check=list(HealthCheck),
)  # fmt: skip


def test_three_clients_keep_every_promise_whatever_happens(stack: Stack) -> None:
    ThreeClients.stack = stack
    run_state_machine_as_test(ThreeClients, settings=BOUNDED)
