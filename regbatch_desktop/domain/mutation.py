"""What a person did, by its name: kept as an intent, so that it can be decided again on newer rows without asking again.

Owns: the kinds, and the JSON form that lies in the outbox and goes to the team's project.
Never: says what a kind does (verbs/ does), or holds a password in clear.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

# Raised when the arguments of a kind change their form, and with a new kind; verbs/upcasts.py knows the way from every older one.
PAYLOAD_SCHEMA = 2


class MutationKind(StrEnum):
    """The verbs of a person. CHOOSE_COMPANY without a number is "none of these"."""

    CHOOSE_COMPANY = "choose_company"
    TAKE_BACK = "take_back"
    ENTER_MANUALLY = "enter_manually"
    SAVE_SEARCH = "save_search"
    SAVE_CONFIGURATION = "save_configuration"
    START_CONFIGURATION = "start_configuration"
    START_BATCH = "start_batch"
    CANCEL_BATCH = "cancel_batch"
    RENAME_BATCH = "rename_batch"
    RETRY_JOB = "retry_job"
    SKIP_STEP = "skip_step"
    ANSWER_UNKNOWN = "answer_unknown"
    SET_SUB_STEP = "set_sub_step"
    DO_AGAIN = "do_again"
    WRITE_NOTE = "write_note"


OF_A_BATCH = frozenset({MutationKind.START_BATCH, MutationKind.CANCEL_BATCH, MutationKind.RENAME_BATCH})


@dataclass(frozen=True, slots=True)
class Mutation:
    """One intent. `entity_id`: a batch's id for the kinds OF_A_BATCH, else a job's. `args` and `base` are plain JSON.

    `base`: what the person decided on (the verb's `subject`); a change of it by somebody else is a conflict, any other
    change of the row is not. `at`: this machine's clock, which may be wrong; it decides nothing.
    """

    id: str
    kind: MutationKind
    entity_id: str
    args: Mapping[str, Any]
    at: datetime
    decided_by: str = ""
    base: Mapping[str, Any] = field(default_factory=dict)
    payload_schema: int = PAYLOAD_SCHEMA

    @property
    def job_id(self) -> str:
        """The job it is about, "" for one of a batch."""
        return "" if self.kind in OF_A_BATCH else self.entity_id

    @property
    def batch_id(self) -> str:
        """The batch it is about, "" for one of a job."""
        return self.entity_id if self.kind in OF_A_BATCH else ""

    def written(self) -> str:
        """Compact JSON with sorted keys: the same intent is the same text."""
        values = {
            "id": self.id, "kind": self.kind.value, "entity_id": self.entity_id, "args": self.args, "at": self.at.isoformat(),
            "decided_by": self.decided_by, "base": self.base, "payload_schema": self.payload_schema,
        }  # fmt: skip
        return json.dumps(values, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def mutation_of(values: Mapping[str, Any]) -> Mutation:
    """The reverse of `written`, for the present payload schema. ValueError or KeyError for something else."""
    return Mutation(
        id=values["id"], kind=MutationKind(values["kind"]), entity_id=values["entity_id"], args=values["args"],
        at=datetime.fromisoformat(values["at"]), decided_by=values["decided_by"], base=values["base"],
        payload_schema=values["payload_schema"],
    )  # fmt: skip
