"""The JSON body of each sub-step's call, from the saved configuration alone (§4.6, L25).

Owns: the fields of each body and the reasons in the configuration to skip a sub-step.
Never: sends; passwords stay `Secret` until the bytes are made.
"""

from __future__ import annotations

from collections.abc import Mapping

from regbatch_desktop.domain.configuration.schema import WebsiteConfig, YoloConfiguration
from regbatch_desktop.domain.new_zealand_phone import normalise_nz_phone
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.sub_steps import SubStepKey


def skip_reason(key: SubStepKey, configuration: YoloConfiguration) -> str:
    """Why this sub-step is not wanted, or ""."""
    menu, onboarding = configuration.menu, configuration.onboarding
    if configuration.steps_enabled.get(key.value) is False:
        return "Disabled in the configuration"
    if key is SubStepKey.CLOUDWAITRESS_ACCOUNT and not configuration.account.register_new_user:
        return "The account exists already"
    if key is SubStepKey.CREATE_ONBOARDING_USER and not onboarding.create_onboarding_user:
        return "No onboarding user wanted"
    if key is SubStepKey.SYNC_ONBOARDING_USER and not onboarding.sync_onboarding_record:
        return "Synchronisation is switched off"
    menu_steps = (SubStepKey.UPLOAD_IMAGES, SubStepKey.MENU_IMPORT, SubStepKey.OPTION_SETS, SubStepKey.ITEM_TAGS)
    if key in menu_steps and not menu.selected_menu_id:
        return "No menu selected"
    wanted = {
        SubStepKey.UPLOAD_IMAGES: menu.upload_images,
        SubStepKey.OPTION_SETS: menu.add_option_sets,
        SubStepKey.ITEM_TAGS: menu.add_item_tags,
    }
    return "" if wanted.get(key, True) else "Not wanted in the configuration"


def body_for(
    key: SubStepKey, configuration: YoloConfiguration, restaurant: Restaurant, generated: Mapping[str, object]
) -> dict[str, object]:
    """The body. `generated`: what the code generation answered, if it has."""
    account, shop, menu = configuration.account, configuration.restaurant, configuration.menu
    body: dict[str, object] = {"restaurantId": restaurant.id}
    match key:
        case SubStepKey.CLOUDWAITRESS_ACCOUNT:
            body |= {"email": account.email, "password": account.password, "phone": _phone(account.phone)}
        case SubStepKey.CODE_GENERATION:
            body |= {"noGradient": configuration.website.disable_gradients}
        case SubStepKey.CREATE_ONBOARDING_USER:
            onboarding = configuration.onboarding
            body |= {"userName": onboarding.user_name, "userEmail": onboarding.user_email}
            if onboarding.user_password:
                body["userPassword"] = onboarding.user_password
        case SubStepKey.RESTAURANT_REGISTRATION:
            hours = shop.opening_hours.for_platform() if shop.opening_hours else []
            body |= {
                "registrationType": shop.registration_mode,
                "email": account.email,
                "password": account.password,
                "restaurantName": shop.name,
                "address": shop.address,
                "phone": _phone(shop.phone),
                "hours": hours,
                "city": shop.city,
                "subdomain": shop.subdomain,
            }
        case SubStepKey.WEBSITE_CONFIG:
            body |= {"codeInjectionId": generated.get("codeInjectionId"), "filePaths": generated.get("filePaths")}
            body |= _website(configuration.website)
        case SubStepKey.PAYMENT_CONFIG:
            body |= {"includeConnectLink": configuration.payment.include_stripe_link}
        case SubStepKey.MENU_IMPORT | SubStepKey.OPTION_SETS | SubStepKey.ITEM_TAGS:
            body |= {"menuId": menu.selected_menu_id}
        case SubStepKey.SYNC_ONBOARDING_USER:
            onboarding = configuration.onboarding
            body |= {"userEmail": onboarding.user_email, "contactPerson": restaurant.contact_name or onboarding.user_name}
        case _:
            pass
    return body


def _phone(text: str) -> str:
    try:
        return normalise_nz_phone(text)
    except ValueError:
        return text


def _tint(value: str, site: WebsiteConfig) -> str | None:
    return None if value == "none" else site.logo_custom_tint or None if value == "custom" else value


def _website(site: WebsiteConfig) -> dict[str, object]:
    nav = site.nav_text_custom_color if site.nav_text_color == "custom" else site.nav_text_color
    card = site.card_text_custom_color if site.card_text_color == "custom" else site.card_text_color
    return {
        "headerConfig": {
            "enabled": site.configure_header,
            "backgroundSource": site.header_image_source,
            "logoSource": site.header_logo_source,
        },
        "itemsConfig": {"layout": site.item_layout},
        "textColorConfig": {"navText": nav, "boxText": card},
        "navLogoTintConfig": {
            "darkColor": _tint(site.nav_logo_dark_tint, site),
            "lightColor": _tint(site.nav_logo_light_tint, site),
        },
        "headerLogoTintConfig": {
            "darkColor": _tint(site.header_logo_dark_tint, site),
            "lightColor": _tint(site.header_logo_light_tint, site),
        },
        "navLogoSource": site.nav_logo_source,
        "faviconSource": site.favicon_source,
        "theme": site.theme,
        "cuisines": list(site.cuisines),
    }
