"""The yolo configuration: what is derived, what is refused, what is stored, what each sub-step sends (§2.5.1, §4.5, §4.6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import pytest

from regbatch_desktop.domain.configuration import YoloConfiguration, derive, from_json, overlay, to_json, validate
from regbatch_desktop.domain.configuration.derivation import copy_to
from regbatch_desktop.domain.configuration.schema import ALLOWED, SECTIONS
from regbatch_desktop.domain.configuration.sub_step_bodies import body_for, skip_reason
from regbatch_desktop.domain.errors import InvalidConfiguration
from regbatch_desktop.domain.new_zealand_phone import normalise_nz_phone
from regbatch_desktop.domain.opening_hours import from_text
from regbatch_desktop.domain.password import derived_password
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.domain.sub_steps import SubStepKey
from regbatch_desktop.domain.subdomain import derived_subdomain, is_subdomain, unique_subdomain

KEA = Restaurant(
    "r1", "local", "Kea Kitchen (Napier)", address="1 Marine Parade", city="Napier", email="hello@kea.example.co.nz", phone="021 555 0100",
    cuisine=("Thai",), opening_hours=from_text("Mon 11:00-14:00, 17:00-01:00"), contact_name="Aroha Sample", theme="light",
    primary_color="#112233", secondary_color="#445566", header_images={"facebook_cover_image": "https://f.example/c.jpg"},
)  # fmt: skip


@dataclass(frozen=True)
class Menu:
    menu_id: str
    created_at: str
    version: int


def kea(**changes: object) -> YoloConfiguration:
    """Derived, with `section__field=value` on top."""
    found = derive(KEA, menus=(Menu("old", "2026-01-01", 1), Menu("new", "2026-02-01", 1)))
    for path, value in changes.items():
        section, _, name = path.partition("__")
        found = replace(found, **{section: replace(getattr(found, section), **{name: value})})
    return found


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Jax Burger Shack (Northside Drive)", "Jaxburgershack789!"),
        ("Café 88", "Caf789!"),
        ("88", "Restaurant789!"),
        ("", "Restaurant789!"),
        ("KEA kitchen", "Keakitchen789!"),
    ],
)
def test_the_password_is_derived_in_one_way(name: str, password: str) -> None:
    assert derived_password(name).reveal() == password


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("021 555 012", "+6421555012"),
        ("(09) 555-0100", "+6495550100"),
        ("64 21 555 0100", "+64215550100"),
        ("+61 2 9374 4000", "+61293744000"),
        ("215550100", "+64215550100"),
        ("", ""),
    ],
)
def test_a_phone_takes_the_platforms_form(text: str, phone: str) -> None:
    assert normalise_nz_phone(text) == phone


@pytest.mark.parametrize("text", ["call me", "12", "0" * 40, "+"])
def test_what_is_no_phone_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        normalise_nz_phone(text)


@pytest.mark.parametrize(
    ("name", "subdomain"),
    [("Te Kāhui & Co.", "te-kahui-co"), ("  --  ", "restaurant"), ("A" * 80, "a" * 63), ("寿司", "restaurant")],
)
def test_a_subdomain_is_derived_and_always_legal(name: str, subdomain: str) -> None:
    assert derived_subdomain(name) == subdomain
    assert is_subdomain(subdomain)


def test_a_taken_subdomain_gets_a_number_that_is_free() -> None:
    assert unique_subdomain("kea", {"kea", "kea-2"}) == "kea-3"
    long = "k" * 63
    assert is_subdomain(unique_subdomain(long, {long}))


def test_every_default_comes_from_where_the_reference_says() -> None:
    found = kea()
    assert (found.account.email, found.account.phone, found.account.register_new_user) == (KEA.email, KEA.phone, True)
    assert found.restaurant.subdomain == "kea-kitchen-napier"
    assert found.menu.selected_menu_id == "new"
    assert (found.website.theme, found.website.primary_color, found.website.nav_text_color) == ("light", "#112233", "secondary")
    assert (found.website.configure_header, found.website.header_image_source) == (True, "facebook_cover_image")
    assert (found.onboarding.user_name, found.onboarding.user_email) == ("Aroha Sample", KEA.email)
    assert found.onboarding.user_password == found.account.password
    bare = derive(Restaurant("r2", "local", "Moa"))
    assert (bare.website.theme, bare.website.primary_color, bare.website.secondary_color) == ("dark", "#000000", "#FFFFFF")
    assert (bare.website.configure_header, bare.website.nav_text_color, bare.menu.selected_menu_id) == (False, "white", "")


def test_l37_a_feature_that_is_off_is_off_in_the_form() -> None:
    assert kea().onboarding.sync_onboarding_record is True
    assert derive(KEA, feature_flags={"registration.onboardingSync": False}).onboarding.sync_onboarding_record is False
    assert derive(KEA, feature_flags={"registration.onboardingSync": True}).onboarding.sync_onboarding_record is True


def test_what_is_derived_may_start() -> None:
    assert validate(kea()) == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("account__email", "kea"),
        ("account__email", ""),
        ("account__password", None),
        ("account__password", Secret("abc")),
        ("account__phone", "12"),
        ("restaurant__name", "  "),
        ("restaurant__phone", "call us"),
        ("restaurant__subdomain", "Kea!"),
        ("restaurant__subdomain", "taken"),
        ("website__primary_color", "blue"),
        ("website__secondary_color", "#12"),
        ("onboarding__user_name", ""),
        ("onboarding__user_email", "kea@"),
        *((path.replace(".", "__"), "nonsense") for path in ALLOWED),
    ],
)
def test_l26_each_wrong_field_is_named_before_anything_starts(path: str, value: object) -> None:
    problems = validate(kea(**{path: value}), taken_subdomains={"taken"})
    assert [problem.field for problem in problems] == [path.replace("__", ".")]
    assert problems[0].sentence.endswith(".")


def test_a_custom_colour_must_be_given_when_it_is_chosen() -> None:
    found = validate(kea(website__nav_text_color="custom", website__card_text_color="custom"))
    assert {problem.field for problem in found} == {"website.nav_text_custom_color", "website.card_text_custom_color"}


def stored(configuration: YoloConfiguration) -> tuple[dict[str, object], Callable[[str], Secret]]:
    kept: dict[str, Secret] = {}

    def refer(field: str, secret: Secret) -> str:
        kept[field] = secret
        return field

    return to_json(configuration, refer), kept.__getitem__


def test_l16_l30_it_is_stored_whole_and_without_a_password() -> None:
    found = kea(website__nav_text_color="custom", website__nav_text_custom_color="#ABCDEF", restaurant__city="Taupō")
    data, resolve = stored(found)
    assert from_json(data, resolve) == found
    assert "Keakitchen789!" not in str(data)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"acount": {}}, "account"),
        ({"account": {"emial": "x"}}, "email"),
        ({"account": "x"}, "group"),
        ({"website": {"disable_gradients": "yes"}}, "true or false"),
        ({"restaurant": {"opening_hours": "whenever"}}, "cannot be read"),
        ({"website": {"cuisines": [1]}}, "list"),
        ({"steps_enabled": {"menuImprot": False}}, "menuImport"),
        ({"account": {"password": 5}}, "text"),
    ],
)
def test_l16_what_the_schema_does_not_know_is_refused_by_name(values: dict[str, object], word: str) -> None:
    with pytest.raises(InvalidConfiguration, match=word):
        overlay(kea(), values)


def test_a_newer_configuration_is_refused_and_not_half_read() -> None:
    data, resolve = stored(kea())
    with pytest.raises(InvalidConfiguration, match="version 2"):
        from_json({**data, "version": 2}, resolve)


def test_l26_copying_never_takes_what_is_the_targets_own() -> None:
    own = derive(replace(KEA, id="r2", name="Moa", email="hello@moa.example.co.nz", contact_name="Mere"))
    copied = copy_to(kea(website__disable_gradients=True, payment__include_stripe_link=True), own)
    assert (copied.account.email, copied.onboarding.user_email, copied.onboarding.user_name) == (
        own.account.email,
        own.account.email,
        "Mere",
    )
    assert (copied.account.password, copied.restaurant.name, copied.restaurant.subdomain) == (own.account.password, "Moa", "moa")
    assert (copied.website.disable_gradients, copied.payment.include_stripe_link) == (True, True)


BODIES: dict[SubStepKey, frozenset[str]] = {
    SubStepKey.CLOUDWAITRESS_ACCOUNT: frozenset({"email", "password", "phone"}),
    SubStepKey.CODE_GENERATION: frozenset({"noGradient"}),
    SubStepKey.CREATE_ONBOARDING_USER: frozenset({"userName", "userEmail", "userPassword"}),
    SubStepKey.UPLOAD_IMAGES: frozenset(),
    SubStepKey.RESTAURANT_REGISTRATION: frozenset(
        {"registrationType", "email", "password", "restaurantName", "address", "phone", "hours", "city", "subdomain"}
    ),
    SubStepKey.WEBSITE_CONFIG: frozenset(
        {
            "codeInjectionId", "filePaths", "headerConfig", "itemsConfig", "textColorConfig", "navLogoTintConfig", "headerLogoTintConfig",
            "navLogoSource", "faviconSource", "theme", "cuisines",
        }
    ),
    SubStepKey.SERVICES_CONFIG: frozenset(),
    SubStepKey.PAYMENT_CONFIG: frozenset({"includeConnectLink"}),
    SubStepKey.MENU_IMPORT: frozenset({"menuId"}),
    SubStepKey.SYNC_ONBOARDING_USER: frozenset({"userEmail", "contactPerson"}),
    SubStepKey.OPTION_SETS: frozenset({"menuId"}),
    SubStepKey.ITEM_TAGS: frozenset({"menuId"}),
}  # fmt: skip


@pytest.mark.parametrize("key", list(SubStepKey))
def test_each_sub_step_sends_the_fields_of_the_reference(key: SubStepKey) -> None:
    body = body_for(key, kea(), KEA, {})
    assert set(body) - {"restaurantId"} == BODIES[key]
    assert body["restaurantId"] == "r1"


def test_l25_the_saved_configuration_is_sent_and_nothing_else() -> None:
    changed = kea(
        restaurant__address="2 Other Street", restaurant__subdomain="other", website__theme="dark", website__nav_text_color="custom",
        website__nav_text_custom_color="#ABCDEF", website__nav_logo_dark_tint="custom", website__logo_custom_tint="#010203",
        website__favicon_source="logo_url", website__cuisines=("Pizza",),
    )  # fmt: skip
    shop = body_for(SubStepKey.RESTAURANT_REGISTRATION, changed, KEA, {})
    assert (shop["address"], shop["subdomain"]) == ("2 Other Street", "other")
    hours = shop["hours"]
    assert isinstance(hours, list)
    assert [row["day"] for row in hours] == ["Monday", "Monday", "Tuesday"]
    site = body_for(SubStepKey.WEBSITE_CONFIG, changed, KEA, {"codeInjectionId": "c1"})
    assert (site["theme"], site["faviconSource"], site["cuisines"], site["codeInjectionId"]) == (
        "dark",
        "logo_url",
        ["Pizza"],
        "c1",
    )
    assert site["textColorConfig"] == {"navText": "#ABCDEF", "boxText": "secondary"}
    assert site["navLogoTintConfig"] == {"darkColor": "#010203", "lightColor": None}


@pytest.mark.parametrize(
    ("changes", "skipped"),
    [
        ({"account__register_new_user": False}, {SubStepKey.CLOUDWAITRESS_ACCOUNT}),
        ({"onboarding__create_onboarding_user": False}, {SubStepKey.CREATE_ONBOARDING_USER}),
        ({"onboarding__sync_onboarding_record": False}, {SubStepKey.SYNC_ONBOARDING_USER}),
        ({"menu__upload_images": False}, {SubStepKey.UPLOAD_IMAGES}),
        ({"menu__add_option_sets": False}, {SubStepKey.OPTION_SETS}),
        ({"menu__add_item_tags": False}, {SubStepKey.ITEM_TAGS}),
        (
            {"menu__selected_menu_id": ""},
            {SubStepKey.UPLOAD_IMAGES, SubStepKey.MENU_IMPORT, SubStepKey.OPTION_SETS, SubStepKey.ITEM_TAGS},
        ),
        ({}, set()),
    ],
)
def test_what_is_not_wanted_is_skipped_with_a_reason(changes: dict[str, object], skipped: set[SubStepKey]) -> None:
    found = kea(**changes)
    assert {key for key in SubStepKey if skip_reason(key, found)} == skipped


@pytest.mark.parametrize("key", list(SubStepKey))
def test_any_sub_step_can_be_switched_off(key: SubStepKey) -> None:
    off = replace(kea(), steps_enabled={key.value: False})
    assert {each for each in SubStepKey if skip_reason(each, off)} == {key}


def test_every_field_of_the_schema_can_be_set_and_comes_back() -> None:
    found = kea()
    for section in SECTIONS:
        for item in fields(getattr(found, section)):
            data, resolve = stored(found)
            part = data[section]
            assert isinstance(part, dict)
            changed = overlay(YoloConfiguration(), {section: {item.name: part[item.name]}}, resolve=resolve)
            assert getattr(getattr(changed, section), item.name) == getattr(getattr(found, section), item.name)
