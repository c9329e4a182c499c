"""The note on a restaurant: written, changed, emptied.

Owns: that nobody's words are replaced by somebody who has not seen them.
Never: looks at the state of the registration; a note can be written at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from regbatch_desktop.domain.errors import NoteChanged, NotFound
from regbatch_desktop.domain.mutation import Mutation
from regbatch_desktop.domain.names import shown
from regbatch_desktop.domain.note import Note, in_words, note_text
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.ports import SaveRestaurant, Write
from regbatch_desktop.verbs.scope import Scope
from regbatch_desktop.verbs.verb import Subject, Verb


def _restaurant(scope: Scope) -> Restaurant:
    if scope.restaurant is None:
        raise NotFound("There is no such restaurant in this workspace.")
    return scope.restaurant


def _subject(_mutation: Mutation, scope: Scope) -> Subject:
    return {"note": _restaurant(scope).note.text}


def _write(mutation: Mutation, scope: Scope, now: datetime) -> Sequence[Write]:
    restaurant, text, seen = _restaurant(scope), note_text(mutation.args["text"]), mutation.args.get("seen")
    if seen is not None and seen != restaurant.note.text:
        who = shown(restaurant.note.written_by, cap=80) or "Somebody"
        raise NoteChanged(f"{who} changed this note while you wrote: {in_words(restaurant.note.text)}. Yours was not saved.")
    return [SaveRestaurant(restaurant, replace(restaurant, note=Note(text, mutation.decided_by, now)))]


def _state(_mutation: Mutation, scope: Scope) -> str:
    text = _restaurant(scope).note.text
    return f"the note is {in_words(text)}" if text else "the note is empty"


def _said(mutation: Mutation) -> str:
    text = mutation.args["text"]
    return f"the note is {in_words(text)}" if text else "the note is emptied"


WRITE_NOTE = Verb(_write, _subject, _said, _state, lambda mutation, scope: _restaurant(scope).note.text == mutation.args["text"])
