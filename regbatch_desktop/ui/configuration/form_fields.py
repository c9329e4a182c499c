"""The fields of the form in order: label, how it is edited, and why the proposed value is what it is.

Owns: the words of the form.
Never: a value or a rule (domain/configuration).
"""

from __future__ import annotations

from dataclasses import dataclass

SECTION_WORDS = {
    "account": "Account", "restaurant": "Restaurant", "menu": "Menu", "website": "Website", "payment": "Payment", "onboarding": "Onboarding",
}  # fmt: skip

_CHOICES = {
    "": "none", "existing_account_first_restaurant": "first restaurant of its account",
    "existing_account_additional_restaurant": "another restaurant of an account that exists",
    "logo_url": "logo as it was found", "logo_nobg_url": "logo without background", "logo_standard_url": "standard logo",
    "logo_thermal_url": "logo for receipts", "logo_thermal_alt_url": "logo for receipts, other way", "logo_thermal_contrast_url": "logo for receipts, high contrast",
    "logo_thermal_adaptive_url": "logo for receipts, adaptive", "logo_favicon_url": "favicon", "website_og_image": "website's preview image",
    "facebook_cover_image": "Facebook cover", "ubereats_og_image": "Uber Eats image", "doordash_og_image": "DoorDash image",
}  # fmt: skip


def choice_words(value: str) -> str:
    """A value of a closed field for people."""
    return _CHOICES.get(value, value.replace("_", " "))


@dataclass(frozen=True, slots=True)
class FormField:
    """`kind`: text, password, flag, choice, picture (a choice of its source), colour, list, hours, menu. `why`: where the proposal comes from."""

    path: str
    label: str
    kind: str
    why: str = "the usual setting"

    @property
    def section(self) -> str:
        """The part before the dot."""
        return self.path.split(".")[0]

    @property
    def name(self) -> str:
        """The part after the dot."""
        return self.path.split(".")[1]


_LOGO = "the version of the logo that fits there"
FIELDS = (
    FormField("account.register_new_user", "Register a new account", "flag"),
    FormField("account.email", "E-mail", "text", "from the lead: user e-mail, else e-mail, else contact e-mail"),
    FormField("account.password", "Password", "password", "first letter of the name, capital, then 789! (§4.5)"),
    FormField("account.phone", "Phone", "text", "from the lead, in New Zealand form"),
    FormField("restaurant.registration_mode", "Registration", "choice"),
    FormField("restaurant.name", "Name", "text", "from the lead"),
    FormField("restaurant.phone", "Phone", "text", "from the lead"),
    FormField("restaurant.address", "Address", "text", "from the lead"),
    FormField("restaurant.city", "City", "text", "from the lead"),
    FormField("restaurant.subdomain", "Subdomain", "text", "from the name, made unique in this workspace"),
    FormField("restaurant.opening_hours", "Opening hours", "hours", "from the lead; several intervals a day"),
    FormField("menu.selected_menu_id", "Menu", "menu", "the newest extracted menu"),
    FormField("menu.upload_images", "Upload images", "flag"),
    FormField("menu.add_option_sets", "Add option sets", "flag"),
    FormField("menu.add_item_tags", "Add item tags", "flag"),
    FormField("website.theme", "Theme", "choice", "from the branding, else dark"),
    FormField("website.cuisines", "Cuisines", "list", "from the lead"),
    FormField("website.primary_color", "Primary colour", "colour", "from the branding"),
    FormField("website.secondary_color", "Secondary colour", "colour", "from the branding"),
    FormField("website.disable_gradients", "No gradients", "flag"),
    FormField("website.configure_header", "Set up the header", "flag", "on when a header image is known"),
    FormField(
        "website.header_image_source",
        "Header image",
        "picture",
        "the first that is known: website, Facebook, Uber Eats, DoorDash",
    ),
    FormField("website.header_logo_source", "Header logo", "picture", _LOGO),
    FormField("website.nav_logo_source", "Navigation logo", "picture", _LOGO),
    FormField("website.favicon_source", "Favicon", "picture", _LOGO),
    FormField("website.header_logo_dark_tint", "Header logo tint, dark", "choice"),
    FormField("website.header_logo_light_tint", "Header logo tint, light", "choice"),
    FormField("website.nav_logo_dark_tint", "Navigation logo tint, dark", "choice"),
    FormField("website.nav_logo_light_tint", "Navigation logo tint, light", "choice"),
    FormField("website.logo_custom_tint", "Custom tint", "colour"),
    FormField("website.nav_text_color", "Navigation text", "choice", "white on dark, secondary on light"),
    FormField("website.nav_text_custom_color", "Navigation text, custom", "colour"),
    FormField("website.card_text_color", "Card text", "choice", "white on dark, secondary on light"),
    FormField("website.card_text_custom_color", "Card text, custom", "colour"),
    FormField("website.item_layout", "Items as", "choice"),
    FormField("payment.include_stripe_link", "Include the Stripe link", "flag"),
    FormField("onboarding.create_onboarding_user", "Create the onboarding user", "flag"),
    FormField("onboarding.sync_onboarding_record", "Update the onboarding record", "flag"),
    FormField("onboarding.user_name", "Name", "text", "the contact's name, else the restaurant's"),
    FormField("onboarding.user_email", "E-mail", "text", "the account's e-mail"),
    FormField("onboarding.user_password", "Password", "password", "the account's password"),
)
_LABELS = {field.path: field.label for field in FIELDS}


def path_words(path: str) -> str:
    """`Website: Theme` for `website.theme`."""
    section, _, name = path.partition(".")
    return f"{SECTION_WORDS.get(section, section)}: {_LABELS.get(path, name.replace('_', ' '))}"
