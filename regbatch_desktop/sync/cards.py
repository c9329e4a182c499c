"""Both sides of a conflict, from the outbox and from the rows that the other side left.

Owns: what is shown as theirs, and when it is taken down: at the moment of the conflict, and again when it is looked at.
Never: decides.
"""

from __future__ import annotations

from datetime import datetime

from regbatch_desktop.domain.errors import RegBatchError, ServiceRefused
from regbatch_desktop.domain.fate import ConflictCard, FateState, Side
from regbatch_desktop.domain.mutation import Mutation, MutationKind
from regbatch_desktop.ports import BatchStore
from regbatch_desktop.sync.doors import Authority, Entry
from regbatch_desktop.verbs.scope import Scope, scope_of
from regbatch_desktop.verbs.table import RIVALS, comes_too_late, present, said

# They leave a record with what was seen.
_WITH_EVIDENCE = frozenset({MutationKind.CHOOSE_COMPANY, MutationKind.ENTER_MANUALLY})


async def theirs_of(mutation: Mutation, store: BatchStore, authority: Authority) -> dict[str, object]:
    """The other side as plain JSON: words and evidence from the rows in `store`, who and when from the project; empty where the
    rows are gone. ServiceUnavailable when the project could not be asked who it was.
    """
    rivals = RIVALS[mutation.kind]
    try:
        words = present(mutation, await scope_of(store, mutation))
        made = await store.decisions(mutation.job_id) if rivals & _WITH_EVIDENCE else ()
    except RegBatchError:
        return {}
    try:
        last = await authority.decided_last(mutation.entity_id, rivals, str(mutation.args.get("key", "")))
    except ServiceRefused:
        last = None
    record = made[-1] if made and (last is None or last.kind in _WITH_EVIDENCE) else None
    person = last.person if last else record.decided_by if record else ""
    at = last.at if last else record.decided_at if record else None
    return {
        "words": words, "person": person, "at": at.isoformat() if at else None,
        "evidence": [dict(each) for each in record.evidence] if record else [],
    }  # fmt: skip


async def card_of(entry: Entry, store: BatchStore) -> ConflictCard:
    """The card; names come from the rows that are here."""
    mutation = entry.mutation
    batch_id, name, can_choose = mutation.batch_id, "", entry.state is not FateState.GONE
    try:
        if mutation.job_id:
            job = await store.job(mutation.job_id)
            batch_id, name = job.batch_id, (await store.restaurant(job.restaurant_id)).name
            can_choose &= not comes_too_late(mutation, Scope((job,)))
        else:
            name = (await store.batch(batch_id)).name
    except RegBatchError:
        can_choose = False
    mine = Side(said(mutation), mutation.decided_by, mutation.at, tuple(mutation.args.get("evidence", ())))
    known = entry.detail
    theirs = None
    if entry.state is FateState.CONFLICT and "words" in known:
        at = datetime.fromisoformat(known["at"]) if known["at"] else None
        theirs = Side(known["words"], known["person"], at, tuple(known["evidence"]))
    return ConflictCard(
        mutation.id,
        mutation.kind,
        entry.state,
        mutation.job_id,
        batch_id,
        name or str(known.get("about", "")),
        entry.reason,
        mine,
        theirs,
        can_choose,
    )
