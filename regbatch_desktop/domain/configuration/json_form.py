"""The configuration as JSON: stored form, secrets as references, and a person's overrides on top.

Owns: reading and writing every version; an unknown version or field is refused by name (L16).
Never: writes a password; it stands as `{"$secret": id}`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from regbatch_desktop.domain.configuration.schema import CONFIG_VERSION, SECTIONS, YoloConfiguration
from regbatch_desktop.domain.errors import InvalidConfiguration
from regbatch_desktop.domain.opening_hours import OpeningHours, from_rows, from_text
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.domain.sub_steps import SubStepKey

SECRET = "$secret"  # noqa: S105 - the name of a reference
_SECRET_FIELDS = ("password", "user_password")
_FIELDS = {section: tuple(item.name for item in fields(getattr(YoloConfiguration(), section))) for section in SECTIONS}


def to_json(configuration: YoloConfiguration, refer: Callable[[str, Secret], str]) -> dict[str, object]:
    """`refer(field, secret)` stores a secret and gives its id; `field` is `section.name`."""
    data: dict[str, object] = {"version": configuration.version, "steps_enabled": dict(configuration.steps_enabled)}
    for section in SECTIONS:
        part = getattr(configuration, section)
        values: dict[str, object] = {}
        for name in _FIELDS[section]:
            value = getattr(part, name)
            if isinstance(value, Secret):
                value = {SECRET: refer(f"{section}.{name}", value)}
            elif isinstance(value, OpeningHours):
                value = value.to_json()
            elif isinstance(value, tuple):
                value = list(value)
            values[name] = value
        data[section] = values
    return data


def secret_references(data: object) -> tuple[str, ...]:
    """Every secret id named anywhere in a stored configuration."""
    if isinstance(data, Mapping):
        if set(data) == {SECRET}:
            return (str(data[SECRET]),)
        return tuple(found for value in data.values() for found in secret_references(value))
    return ()


def from_json(data: Mapping[str, object], resolve: Callable[[str], Secret]) -> YoloConfiguration:
    """Read a stored configuration. InvalidConfiguration for a newer version or an unknown field."""
    version = data.get("version", CONFIG_VERSION)
    if version != CONFIG_VERSION:
        raise InvalidConfiguration(f"This configuration has version {version}; this program knows up to {CONFIG_VERSION}.")
    return overlay(YoloConfiguration(), {k: v for k, v in data.items() if k != "version"}, resolve=resolve)


def overlay(
    configuration: YoloConfiguration,
    values: Mapping[str, object],
    *,
    resolve: Callable[[str], Secret] | None = None,
) -> YoloConfiguration:
    """`configuration` with `{section: {field: value}}` set. InvalidConfiguration names the unknown or wrong field."""
    changed = configuration
    for section, given in values.items():
        if section == "steps_enabled":
            changed = replace(changed, steps_enabled=_steps_enabled(given))
            continue
        if section not in SECTIONS:
            raise InvalidConfiguration(_unknown(section, (*SECTIONS, "steps_enabled"), "section"))
        if not isinstance(given, Mapping):
            raise InvalidConfiguration(f"The section {section} must be a group of fields.")
        part = getattr(changed, section)
        known = _FIELDS[section]
        updates: dict[str, Any] = {}
        for name, value in given.items():
            if name not in known:
                raise InvalidConfiguration(_unknown(str(name), known, f"field in {section}"))
            updates[name] = _value(f"{section}.{name}", name, getattr(part, name), value, resolve)
        changed = replace(changed, **{section: replace(part, **updates)})
    return changed


def _value(path: str, name: str, known: object, value: object, resolve: Callable[[str], Secret] | None) -> object:
    if name in _SECRET_FIELDS:
        if value is None:
            return None
        if isinstance(value, Mapping) and set(value) == {SECRET} and resolve is not None:
            return resolve(str(value[SECRET]))
        if isinstance(value, str):
            return Secret(value) if value else None
        raise InvalidConfiguration(f"{path} must be a text.")
    if name == "opening_hours":
        try:
            if value is None:
                return None
            return from_text(value) if isinstance(value, str) else from_rows(value)  # type: ignore[arg-type]
        except (ValueError, TypeError, AttributeError) as error:
            raise InvalidConfiguration(f"{path} cannot be read: {error}") from error
    if name == "cuisines":
        if isinstance(value, str):
            value = [part.strip() for part in value.split(",") if part.strip()]
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
            raise InvalidConfiguration(f"{path} must be a list of texts.")
        return tuple(value)
    wanted = bool if isinstance(known, bool) else str
    if not isinstance(value, wanted):
        raise InvalidConfiguration(f"{path} must be {'true or false' if wanted is bool else 'a text'}.")
    return value


def _steps_enabled(given: object) -> dict[str, bool]:
    if not isinstance(given, Mapping):
        raise InvalidConfiguration("steps_enabled must be a group of true or false.")
    names = tuple(key.value for key in SubStepKey)
    for name, value in given.items():
        if name not in names:
            raise InvalidConfiguration(_unknown(str(name), names, "sub-step"))
        if not isinstance(value, bool):
            raise InvalidConfiguration(f"steps_enabled.{name} must be true or false.")
    return dict(given)


def _unknown(name: str, known: tuple[str, ...], what: str) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else f" Known: {', '.join(known)}."
    return f"There is no {what} called {name[:60]}.{hint}"
