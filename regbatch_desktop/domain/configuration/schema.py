"""The sections and fields of the yolo configuration with their defaults (§2.5.1).

Owns: names, types, defaults and the allowed values of closed fields.
Never: checks a value (validation.py) or knows a restaurant (derivation.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from regbatch_desktop.domain.opening_hours import OpeningHours
from regbatch_desktop.domain.secret import Secret

CONFIG_VERSION = 1

LOGO_SOURCES = (
    "logo_url", "logo_nobg_url", "logo_standard_url", "logo_thermal_url", "logo_thermal_alt_url",
    "logo_thermal_contrast_url", "logo_thermal_adaptive_url", "logo_favicon_url",
)  # fmt: skip
HEADER_SOURCES = ("website_og_image", "facebook_cover_image", "ubereats_og_image", "doordash_og_image")
TINTS = ("none", "white", "black", "primary", "secondary", "custom")
TEXT_COLORS = ("white", "black", "primary", "secondary", "custom")

ALLOWED: Mapping[str, tuple[str, ...]] = {
    "restaurant.registration_mode": ("existing_account_first_restaurant", "existing_account_additional_restaurant"),
    "website.theme": ("light", "dark"),
    "website.header_image_source": ("", *HEADER_SOURCES),
    "website.header_logo_source": ("", *LOGO_SOURCES),
    "website.nav_logo_source": ("", *LOGO_SOURCES),
    "website.favicon_source": ("", *LOGO_SOURCES),
    "website.header_logo_dark_tint": TINTS,
    "website.header_logo_light_tint": TINTS,
    "website.nav_logo_dark_tint": TINTS,
    "website.nav_logo_light_tint": TINTS,
    "website.nav_text_color": TEXT_COLORS,
    "website.card_text_color": TEXT_COLORS,
    "website.item_layout": ("card", "list"),
}


@dataclass(frozen=True, slots=True)
class AccountConfig:
    """The platform account."""

    register_new_user: bool = True
    email: str = ""
    password: Secret | None = None
    phone: str = ""


@dataclass(frozen=True, slots=True)
class RestaurantConfig:
    """The shop."""

    registration_mode: str = "existing_account_first_restaurant"
    name: str = ""
    phone: str = ""
    address: str = ""
    city: str = ""
    subdomain: str = ""
    opening_hours: OpeningHours | None = None


@dataclass(frozen=True, slots=True)
class MenuConfig:
    """The menu; "" as the selected menu skips every menu sub-step."""

    selected_menu_id: str = ""
    upload_images: bool = True
    add_option_sets: bool = True
    add_item_tags: bool = True


@dataclass(frozen=True, slots=True)
class WebsiteConfig:
    """The website's look. Custom colours and tints are carried to the platform (L25)."""

    theme: str = "dark"
    cuisines: tuple[str, ...] = ()
    primary_color: str = "#000000"
    secondary_color: str = "#FFFFFF"
    disable_gradients: bool = False
    configure_header: bool = False
    header_image_source: str = ""
    header_logo_source: str = "logo_nobg_url"
    nav_logo_source: str = "logo_nobg_url"
    favicon_source: str = "logo_favicon_url"
    header_logo_dark_tint: str = "none"
    header_logo_light_tint: str = "none"
    nav_logo_dark_tint: str = "none"
    nav_logo_light_tint: str = "none"
    logo_custom_tint: str = ""
    nav_text_color: str = "white"
    card_text_color: str = "white"
    nav_text_custom_color: str = ""
    card_text_custom_color: str = ""
    item_layout: str = "card"


@dataclass(frozen=True, slots=True)
class PaymentConfig:
    """Payment."""

    include_stripe_link: bool = False


@dataclass(frozen=True, slots=True)
class OnboardingConfig:
    """The onboarding user; a blank password lets the server make one. The sync needs the user (§2.5.1)."""

    create_onboarding_user: bool = True
    sync_onboarding_record: bool = True
    user_name: str = ""
    user_email: str = ""
    user_password: Secret | None = None


@dataclass(frozen=True, slots=True)
class YoloConfiguration:
    """Everything Step 6 uses for one restaurant. `steps_enabled[key] = False` skips that sub-step."""

    version: int = CONFIG_VERSION
    account: AccountConfig = field(default_factory=AccountConfig)
    restaurant: RestaurantConfig = field(default_factory=RestaurantConfig)
    menu: MenuConfig = field(default_factory=MenuConfig)
    website: WebsiteConfig = field(default_factory=WebsiteConfig)
    payment: PaymentConfig = field(default_factory=PaymentConfig)
    onboarding: OnboardingConfig = field(default_factory=OnboardingConfig)
    steps_enabled: Mapping[str, bool] = field(default_factory=dict)


SECTIONS: Mapping[str, type] = {
    "account": AccountConfig,
    "restaurant": RestaurantConfig,
    "menu": MenuConfig,
    "website": WebsiteConfig,
    "payment": PaymentConfig,
    "onboarding": OnboardingConfig,
}
