"""What waits or wants a look as a text for somebody else: the outbox's own export with the names of what it is about.

Owns: the names.
Never: holds a secret (the outbox leaves them out), or changes anything.
"""

from __future__ import annotations

import json

from regbatch_desktop.domain.errors import RegBatchError
from regbatch_desktop.ports import BatchStore, Outbox


async def export_text(outbox: Outbox, store: BatchStore) -> str:
    """JSON; `about` is the restaurant's or batch's name, where it is still here."""
    found = json.loads(await outbox.exported())
    return json.dumps([{"about": await _name(store, item["id"]), **item} for item in found], indent=2, ensure_ascii=False)


async def _name(store: BatchStore, entity_id: str) -> str:
    try:
        return (await store.restaurant((await store.job(entity_id)).restaurant_id)).name
    except RegBatchError:
        pass
    try:
        return (await store.batch(entity_id)).name
    except RegBatchError:
        return ""
