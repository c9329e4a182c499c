"""Checking a configuration field by field before it is used (L26).

Owns: every rule that used to fail only in the middle of Step 6.
Never: changes a value.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from regbatch_desktop.domain.configuration.schema import ALLOWED, YoloConfiguration
from regbatch_desktop.domain.new_zealand_phone import normalise_nz_phone
from regbatch_desktop.domain.subdomain import is_subdomain

_HEX = re.compile(r"#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")
# The shortest that the derivation of §4.5 yields (`A789!`); the original only asked for something.
MIN_PASSWORD = 5


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field, as a sentence. `field` is `section.name`."""

    field: str
    sentence: str


# The same address and the same number stand in several fields, and a form is checked after every key.
@lru_cache(maxsize=1024)
def is_email(text: str) -> bool:
    """A well-formed address; nothing is looked up."""
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def validate(configuration: YoloConfiguration, *, taken_subdomains: Container[str] = frozenset()) -> tuple[FieldProblem, ...]:
    """Every problem, in the order of the form; empty = may start. `taken_subdomains`: those of other restaurants."""
    found: list[FieldProblem] = []

    def need(ok: bool, field: str, sentence: str) -> None:
        if not ok:
            found.append(FieldProblem(field, sentence))

    account, shop, site, onboarding = (
        configuration.account, configuration.restaurant, configuration.website, configuration.onboarding,
    )  # fmt: skip
    need(is_email(account.email), "account.email", "The account needs a valid e-mail address.")
    password = account.password.reveal() if account.password else ""
    need(len(password) >= MIN_PASSWORD, "account.password", f"The password needs at least {MIN_PASSWORD} characters.")
    need(_is_phone(account.phone), "account.phone", "The account needs a valid New Zealand phone number.")
    need(bool(shop.name.strip()), "restaurant.name", "The restaurant needs a name.")
    need(not shop.phone or _is_phone(shop.phone), "restaurant.phone", "This is no phone number.")
    need(is_subdomain(shop.subdomain), "restaurant.subdomain", "A subdomain has letters a–z, digits and hyphens only.")
    free = shop.subdomain not in taken_subdomains
    need(free, "restaurant.subdomain", f"The subdomain {shop.subdomain} is taken by another restaurant.")
    for path, allowed in ALLOWED.items():
        section, name = path.split(".")
        value = getattr(getattr(configuration, section), name)
        if value not in allowed:
            need(False, path, f"{value or 'Nothing'} is not one of {', '.join(a for a in allowed if a)}.")
    for name in ("primary_color", "secondary_color"):
        need(bool(_HEX.fullmatch(getattr(site, name))), f"website.{name}", "A colour looks like #1A2B3C.")
    if site.nav_text_color == "custom":
        need(bool(_HEX.fullmatch(site.nav_text_custom_color)), "website.nav_text_custom_color", "Give a colour.")
    if site.card_text_color == "custom":
        need(bool(_HEX.fullmatch(site.card_text_custom_color)), "website.card_text_custom_color", "Give a colour.")
    if onboarding.create_onboarding_user:
        need(bool(onboarding.user_name.strip()), "onboarding.user_name", "The onboarding user needs a name.")
        need(is_email(onboarding.user_email), "onboarding.user_email", "The onboarding user needs a valid e-mail.")
    return tuple(found)


@lru_cache(maxsize=1024)
def _is_phone(text: str) -> bool:
    try:
        return bool(normalise_nz_phone(text))
    except ValueError:
        return False
