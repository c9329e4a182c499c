"""What the practice platform knows, rebuilt from its ledger.

Owns: accounts, shops, menus, onboarding users, extraction jobs and their deterministic contents.
Never: waits or answers a request.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from typing import Any

from regbatch_desktop.practice.ledger import Event, Ledger


def drawn(*parts: str) -> int:
    """A number that is the same in every process for the same parts."""
    return int.from_bytes(hashlib.sha256("/".join(parts).encode()).digest()[:6])


@dataclass(slots=True)
class Shop:
    """Everything about one restaurant at the platform."""

    row: dict[str, Any] = field(default_factory=dict)
    account_email: str = ""
    account_id: str = ""
    restaurant_id: str = ""
    subdomain: str = ""
    injection_id: str = ""
    images: int = 0
    upload_started: float = 0.0
    imported: set[str] = field(default_factory=set)
    settings: dict[str, str] = field(default_factory=dict)
    jobs: list[dict[str, Any]] = field(default_factory=list)


class State:
    """The whole platform."""

    def __init__(self, ledger: Ledger, *, failing_per_mille: int = 20) -> None:
        self.ledger = ledger
        # Of 1,000 restaurants' first menu extractions this many fail, always the same ones'.
        self.failing_per_mille = failing_per_mille
        self.shops: dict[str, Shop] = {}
        self.accounts: dict[str, str] = {}
        self.subdomains: set[str] = set()
        self.onboarding_users: dict[str, str] = {}
        ledger.each(self._apply)

    def shop(self, restaurant_id: str) -> Shop:
        """The shop of a restaurant; made when first named."""
        return self.shops.setdefault(restaurant_id, Shop())

    def record(self, kind: str, restaurant_id: str, key: str, *, idempotency_key: str = "", **data: object) -> None:
        """Add an event and apply it."""
        self._apply(self.ledger.add(kind, restaurant_id, key, idempotency_key=idempotency_key, **data))

    def _apply(self, event: Event) -> None:
        shop, data, key = self.shop(event["restaurant_id"]), event["data"], event["key"]
        match event["kind"]:
            case "restaurant_put":
                shop.row = data["row"]
            case "account_created":
                shop.account_email, shop.account_id = data["email"], data["account_id"]
                self.accounts[data["email"].casefold()] = event["restaurant_id"]
            case "restaurant_created":
                shop.restaurant_id, shop.subdomain = data["shop_id"], data["subdomain"]
                self.subdomains.add(data["subdomain"])
            case "onboarding_user_created":
                self.onboarding_users[data["email"].casefold()] = event["restaurant_id"]
            case "code_injection_saved":
                shop.injection_id = data["injection_id"]
            case "images_uploaded":
                shop.images, shop.upload_started = data["total"], time.monotonic()
            case "menu_imported" | "option_sets_created" | "item_tags_created":
                shop.imported.add(f"{event['kind']}:{key}")
            case "extraction_started":
                shop.jobs.append({**data, "began": time.monotonic()})
            case "settings_changed":
                shop.settings[data["part"]] = data["digest"]
            case _:
                pass


def menu_id(restaurant_id: str) -> str:
    """The id of the menu that an extraction makes."""
    return f"menu-{drawn('menu', restaurant_id):x}"


def item_count(restaurant_id: str) -> int:
    """18 to 120 items."""
    return 18 + drawn("items", restaurant_id) % 103


def image_count(restaurant_id: str) -> int:
    """0 to 24 images; more than ten are uploaded after the reply (L35)."""
    return drawn("images", restaurant_id) % 25
