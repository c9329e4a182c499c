"""Mutations that an older program left in the outbox, in the present form.

Owns: one function for each step from a payload schema to the next.
Never: changes what is stored: the text that was made when it was decided is what an answer is kept under.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from regbatch_desktop.domain.errors import WorkspaceTooNew
from regbatch_desktop.domain.mutation import PAYLOAD_SCHEMA, Mutation, mutation_of

# How the values of a schema become those of the next one.
Upcast = Callable[[dict[str, Any]], dict[str, Any]]
UPCASTS: Mapping[int, Upcast] = {
    # Schema 2 knows one kind more; the older ones stayed as they were.
    1: lambda values: values,
}


def read_mutation(text: str, *, steps: Mapping[int, Upcast] = UPCASTS, newest: int = PAYLOAD_SCHEMA) -> Mutation:
    """WorkspaceTooNew for one that a newer program made."""
    values: dict[str, Any] = json.loads(text)
    schema = values["payload_schema"]
    if schema > newest:
        raise WorkspaceTooNew(
            "A newer version of the program left decisions here that were not sent yet; open them with that one."
        )
    while schema < newest:
        values = steps[schema](values)
        schema += 1
    return mutation_of(values | {"payload_schema": newest})
