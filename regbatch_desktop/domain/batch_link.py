"""`regbatch://batch/<id>`: a link that opens a batch, and nothing else.

Owns: what such a link may look like; anything more than the id makes it no link.
Never: names a file, a workspace or an action: whoever sends a link can only bring a batch to the front.
"""

from __future__ import annotations

import re
from uuid import UUID

from regbatch_desktop.domain.errors import InvalidLink

SCHEME = "regbatch:"
_FORM = re.compile(r"regbatch://batch/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?", re.IGNORECASE | re.ASCII)


def is_link(text: str) -> bool:
    """Whether a text claims to be such a link (and is no file's name)."""
    return text[: len(SCHEME)].casefold() == SCHEME


def batch_id_of(link: str) -> str:
    """The batch's id. InvalidLink for everything that is not exactly a batch and its id."""
    found = _FORM.fullmatch(link)
    if found is None:
        raise InvalidLink("This link cannot be opened: a RegBatch link holds a batch's id and nothing else.")
    return str(UUID(found[1]))


def link_to(batch_id: str) -> str:
    """The link of a batch."""
    return f"regbatch://batch/{batch_id}"
