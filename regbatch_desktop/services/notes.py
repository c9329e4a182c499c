"""The note on a restaurant, as a person writes it.

Owns: that the same text again is no change.
Never: decides whose note stands (verbs/note.py does).
"""

from __future__ import annotations

from regbatch_desktop.domain.mutation import MutationKind
from regbatch_desktop.domain.note import Note, note_text
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.services.fates import clock
from regbatch_desktop.services.perform import perform_on_job


async def write_note(doors: Doors, job_id: str, text: str, *, seen: str, decided_by: str) -> bool:
    """Keep `text` on the job's restaurant in place of `seen`, the note that the person had in front; "" empties it.

    False when it says so already. InputError where it is too long; NoteChanged when somebody wrote another one meanwhile.
    """
    text = note_text(text)
    job = await doors.store.job(job_id)
    if (await doors.store.restaurant(job.restaurant_id)).note.text == text:
        return False
    await perform_on_job(doors, MutationKind.WRITE_NOTE, job_id, {"text": text, "seen": seen}, decided_by=decided_by)
    return True


def signed(note: Note) -> str:
    """Who and when, for under the text; "" while nobody wrote one."""
    if note.written_at is None:
        return ""
    return f"{note.written_by or 'not recorded who'}, {clock(note.written_at)}"
