"""Where two configurations differ: as values to keep, and in words.

Owns: the words.
Never: shows a password.
"""

from __future__ import annotations

from dataclasses import fields

from regbatch_desktop.domain.configuration import YoloConfiguration
from regbatch_desktop.domain.configuration.schema import SECTIONS
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.ui.configuration.form_fields import choice_words, path_words


def typed_values(proposed: YoloConfiguration, current: YoloConfiguration) -> dict[str, dict[str, object]]:
    """{section: {field: value}} where `current` differs from the proposal: a person's exceptions."""
    found: dict[str, dict[str, object]] = {}
    for section in SECTIONS:
        ours, theirs = getattr(current, section), getattr(proposed, section)
        for item in fields(ours):
            value = getattr(ours, item.name)
            if value != getattr(theirs, item.name):
                plain = value.reveal() if isinstance(value, Secret) else value
                found.setdefault(section, {})[item.name] = plain.to_json() if hasattr(plain, "to_json") else plain
    return found


def differences(before: YoloConfiguration, after: YoloConfiguration) -> tuple[str, ...]:
    """`Website: Theme: dark → light` for each field that would change; passwords only by name."""
    found = []
    for section in SECTIONS:
        old, new = getattr(before, section), getattr(after, section)
        for item in fields(old):
            was, will = getattr(old, item.name), getattr(new, item.name)
            if was != will:
                secret = isinstance(was, Secret) or isinstance(will, Secret)
                words = path_words(f"{section}.{item.name}")
                found.append(words + (" (not shown)" if secret else f": {_words(was)} → {_words(will)}"))
    return tuple(found)


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nothing"
    return choice_words(str(value))[:60] if value else "nothing"
