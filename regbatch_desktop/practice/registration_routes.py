"""What each registration route does to the practice platform's state (§4.6 "Server side").

Owns: the effects and refusals of the eleven /api/registration routes.
Never: waits; the whole effect happens at one instant.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from regbatch_desktop.practice.exchange import Refusal
from regbatch_desktop.practice.state import State, drawn, item_count


@dataclass(frozen=True, slots=True)
class Call:
    """A call's restaurant, body and idempotency key (logged only; this platform does not dedupe by it)."""

    restaurant_id: str
    body: Mapping[str, object]
    idempotency_key: str


Answer = Mapping[str, object]


def _text(call: Call, name: str) -> str:
    value = call.body.get(name)
    return value.strip() if isinstance(value, str) else ""


def _register_account(state: State, call: Call) -> Answer:
    email = _text(call, "email")
    if not email or not _text(call, "password") or not _text(call, "phone"):
        raise Refusal(400, "email, password and phone are required")
    shop = state.shop(call.restaurant_id)
    if shop.account_id:
        raise Refusal(200, "account registration already completed")
    if email.casefold() in state.accounts:
        return {"success": True, "alreadyExists": True, "accountId": f"acc-{drawn('account', email):x}"}
    account_id = f"acc-{drawn('account', email):x}"
    state.record(
        "account_created", call.restaurant_id, email.casefold(), idempotency_key=call.idempotency_key, email=email,
        account_id=account_id,
    )  # fmt: skip
    return {"success": True, "accountId": account_id}


def _generate_code(state: State, call: Call) -> Answer:
    row = state.shop(call.restaurant_id).row
    if not row.get("primary_color") or not row.get("secondary_color"):
        raise Refusal(400, "stored colours are required")
    injection_id = f"inj-{drawn('injection', call.restaurant_id):x}"
    state.record("code_injection_saved", call.restaurant_id, injection_id, injection_id=injection_id)
    return {"success": True, "codeInjectionId": injection_id, "generatedAt": "2026-01-01T00:00:00Z", "filePaths": None}


def _create_onboarding_user(state: State, call: Call) -> Answer:
    email, name = _text(call, "userEmail"), _text(call, "userName")
    if not email or not name:
        raise Refusal(400, "userName and userEmail are required")
    if email.casefold() in state.onboarding_users:
        raise Refusal(400, "A user with this email already exists")
    state.record(
        "onboarding_user_created", call.restaurant_id, email.casefold(), idempotency_key=call.idempotency_key, email=email
    )
    return {"success": True, "userId": f"onb-{drawn('onboarding', email):x}"}


def _register_restaurant(state: State, call: Call) -> Answer:
    email = _text(call, "email").casefold()
    if email not in state.accounts:
        raise Refusal(400, "there is no account with this email")
    shop = state.shop(call.restaurant_id)
    if shop.restaurant_id:
        raise Refusal(400, "this restaurant is already registered")
    wanted = _text(call, "subdomain") or "shop"
    subdomain, number = wanted, 1
    while subdomain in state.subdomains:
        number += 1
        subdomain = f"{wanted}-{number}"
    shop_id = f"RES{drawn('shop', call.restaurant_id):012X}"
    state.record(
        "restaurant_created", call.restaurant_id, call.restaurant_id, idempotency_key=call.idempotency_key,
        shop_id=shop_id, subdomain=subdomain,
    )  # fmt: skip
    return {"success": True, "restaurantId": shop_id, "subdomain": subdomain, "fullUrl": f"https://{subdomain}.pumpd.co.nz"}


def _settings(part: str, *, needs_injection: bool = False) -> Callable[[State, Call], Answer]:
    def change(state: State, call: Call) -> Answer:
        shop = state.shop(call.restaurant_id)
        if not shop.restaurant_id:
            raise Refusal(400, "the restaurant is not registered")
        if needs_injection and not shop.injection_id:
            raise Refusal(400, "no code injection is stored")
        digest = hashlib.sha256(json.dumps(dict(call.body), sort_keys=True).encode()).hexdigest()
        state.record("settings_changed", call.restaurant_id, part, part=part, digest=digest)
        answer: dict[str, object] = {"success": True}
        if call.body.get("includeConnectLink"):
            answer["stripeConnectUrl"] = f"https://connect.example/{drawn('stripe', call.restaurant_id):x}"
        return answer

    return change


def _menu_part(kind: str) -> Callable[[State, Call], Answer]:
    def change(state: State, call: Call) -> Answer:
        menu = _text(call, "menuId")
        shop = state.shop(call.restaurant_id)
        if not shop.restaurant_id or not menu:
            raise Refusal(400, "a registered restaurant and a menu are required")
        if kind != "menu_imported" and f"menu_imported:{menu}" not in shop.imported:
            raise Refusal(400, "the menu has not been imported")
        state.record(kind, call.restaurant_id, menu, idempotency_key=call.idempotency_key)
        count = item_count(call.restaurant_id)
        return {
            "success": True,
            "imported": count,
            "tagged": count // 3,
            "summary": {"total": count // 6, "created": count // 6, "failed": 0},
        }

    return change


def _sync_record(state: State, call: Call) -> Answer:
    email = _text(call, "userEmail").casefold()
    if email not in state.onboarding_users:
        raise Refusal(404, "no onboarding record for this email")
    state.record("settings_changed", call.restaurant_id, "onboarding", part="onboarding", digest=email)
    return {"success": True}


REGISTRATION: Mapping[str, Callable[[State, Call], Answer]] = MappingProxyType(
    {
        "register-account": _register_account,
        "generate-code-injections": _generate_code,
        "create-onboarding-user": _create_onboarding_user,
        "register-restaurant": _register_restaurant,
        "configure-website": _settings("website", needs_injection=True),
        "configure-services": _settings("services"),
        "configure-payment": _settings("payment"),
        "import-menu-direct": _menu_part("menu_imported"),
        "add-option-sets": _menu_part("option_sets_created"),
        "add-item-tags": _menu_part("item_tags_created"),
        "update-onboarding-record": _sync_record,
    }
)
