"""Defaults of the configuration from what is known of a restaurant, and copy-to-all (§2.5.1, §4.5).

Owns: which default comes from where, and which fields are the restaurant's own when settings are copied (L26).
Never: reads a store.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from regbatch_desktop.domain.configuration.schema import (
    HEADER_SOURCES,
    AccountConfig,
    MenuConfig,
    OnboardingConfig,
    RestaurantConfig,
    WebsiteConfig,
    YoloConfiguration,
)
from regbatch_desktop.domain.password import derived_password
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.subdomain import derived_subdomain, unique_subdomain

# L37: the flag is evaluated when configuring, not met as a 403 in the middle of Step 6.
# Whether it is usually on depends on the services (bootstrap.py); a flag that nobody names here is on.
ONBOARDING_SYNC_FLAG = "registration.onboardingSync"


class KnownMenu(Protocol):
    """What the derivation needs of a menu."""

    @property
    def menu_id(self) -> str: ...
    @property
    def created_at(self) -> str: ...
    @property
    def version(self) -> int: ...


def newest_menu(menus: Sequence[KnownMenu]) -> str:
    """The newest menu's id, or ""."""
    return max(menus, key=lambda m: (m.created_at, m.version, m.menu_id)).menu_id if menus else ""


def derive(
    restaurant: Restaurant,
    *,
    menus: Sequence[KnownMenu] = (),
    taken_subdomains: Container[str] = frozenset(),
    feature_flags: Mapping[str, bool] | None = None,
) -> YoloConfiguration:
    """The configuration a restaurant starts with."""
    flags = feature_flags or {}
    email = restaurant.user_email or restaurant.email or restaurant.contact_email
    theme = restaurant.theme if restaurant.theme in ("light", "dark") else "dark"
    header = next((source for source in HEADER_SOURCES if restaurant.header_images.get(source)), "")
    text_color = "secondary" if theme == "light" else "white"
    password = derived_password(restaurant.name)
    subdomain = restaurant.subdomain or unique_subdomain(derived_subdomain(restaurant.name), taken_subdomains)
    return YoloConfiguration(
        account=AccountConfig(email=email, password=password, phone=restaurant.phone),
        restaurant=RestaurantConfig(
            name=restaurant.name,
            phone=restaurant.phone,
            address=restaurant.address,
            city=restaurant.city,
            subdomain=subdomain,
            opening_hours=restaurant.opening_hours,
        ),
        menu=MenuConfig(selected_menu_id=newest_menu(menus)),
        website=WebsiteConfig(
            theme=theme,
            cuisines=restaurant.cuisine,
            primary_color=restaurant.primary_color or "#000000",
            secondary_color=restaurant.secondary_color or "#FFFFFF",
            configure_header=bool(header),
            header_image_source=header,
            nav_text_color=text_color,
            card_text_color=text_color,
        ),
        onboarding=OnboardingConfig(
            sync_onboarding_record=flags.get(ONBOARDING_SYNC_FLAG, True),
            user_name=restaurant.contact_name or restaurant.name,
            user_email=email,
            user_password=password,
        ),
    )


# What a restaurant's own branding, lead and theme propose.
_BRANDING = (
    "theme", "cuisines", "primary_color", "secondary_color", "configure_header", "header_image_source", "header_logo_source",
    "nav_logo_source", "favicon_source", "nav_text_color", "card_text_color",
)  # fmt: skip


def copy_to(source: YoloConfiguration, own: YoloConfiguration, *, proposed: YoloConfiguration | None = None) -> YoloConfiguration:
    """Copy-to-all: `source`'s settings with what is `own` (the target's derivation) kept (§4.5, L26).

    Own or regenerated: e-mail, phone (else the source's), password, name, address, city, subdomain, hours, menu,
    onboarding name and e-mail. With the source's own derivation as `proposed`, the target's branding stays as well where
    nobody changed the source's: the original painted every shop in one restaurant's colours.
    """
    website = source.website
    if proposed is not None:
        untouched = [name for name in _BRANDING if getattr(website, name) == getattr(proposed.website, name)]
        website = replace(website, **{name: getattr(own.website, name) for name in untouched})
    return YoloConfiguration(
        account=replace(
            source.account,
            email=own.account.email,
            password=own.account.password,
            phone=own.account.phone or source.account.phone,
        ),
        restaurant=replace(
            own.restaurant,
            registration_mode=source.restaurant.registration_mode,
            phone=own.restaurant.phone or source.restaurant.phone,
        ),
        menu=replace(source.menu, selected_menu_id=own.menu.selected_menu_id),
        website=website,
        payment=source.payment,
        onboarding=replace(
            source.onboarding,
            user_name=own.onboarding.user_name,
            user_email=own.onboarding.user_email,
            user_password=own.onboarding.user_password,
        ),
        steps_enabled=source.steps_enabled,
    )
