"""Taking typed values out of a reply that can be anything.

Owns: wrong types never pass; a missing list is "not read", never "empty" (L23).
Never: raises anything but ServiceUnavailable.
"""

from __future__ import annotations

from collections.abc import Mapping

from regbatch_desktop.domain.errors import ServiceUnavailable
from regbatch_desktop.domain.names import cleaned

MAX_TEXT = 20_000


def objects(reply: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    """The list of objects called `name`; ServiceUnavailable when it is not there. Other elements are dropped."""
    found = reply.get(name)
    if not isinstance(found, list):
        raise ServiceUnavailable("The service's answer has no result list; nothing was read.", detail=name)
    return [item for item in found if isinstance(item, Mapping)]


def section(reply: Mapping[str, object], name: str) -> Mapping[str, object]:
    """The object called `name`, or an empty one."""
    found = reply.get(name)
    return found if isinstance(found, Mapping) else {}


def text(row: Mapping[str, object], name: str) -> str:
    """A text (numbers become one), cleaned; "" for anything else."""
    value = row.get(name)
    if isinstance(value, str):
        return cleaned(value[:MAX_TEXT])
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18 else ""


def number(row: Mapping[str, object], name: str) -> int:
    """A whole number, or 0."""
    value = row.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else 0


def texts(row: Mapping[str, object], name: str) -> tuple[str, ...]:
    """The non-empty texts of a list."""
    value = row.get(name)
    if not isinstance(value, list):
        return ()
    return tuple(cleaned(item[:MAX_TEXT]) for item in value if isinstance(item, str) and item.strip())
