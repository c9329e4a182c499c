"""The contract sheet of the platform: per sub-step path, time limit, reply, and how a lost outcome is found (§4.6).

Owns: the facts about each call, as data (reliability §1.6).
Never: calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from regbatch_desktop.domain.sub_steps import SubStepKey


@dataclass(frozen=True, slots=True)
class Route:
    """`deadline_s`: total time of one call, longer than the server's own limit (L33: inner < outer).

    `reconcile`: the read that proves the effect; "repeat" where repeating is harmless; "person" where nobody can tell.
    """

    path: str
    deadline_s: float
    reply_fields: tuple[str, ...]
    reconcile: str
    secrets: tuple[str, ...] = ()
    error_schema: str = "{success: false, error: text}"
    rate_limit: str = "429 before any work, Retry-After"


_BASE = "/api/registration"
_STATUS = f"GET {_BASE}/status/{{restaurantId}}"
_K = SubStepKey
ROUTES: Mapping[SubStepKey, Route] = MappingProxyType(
    {
        _K.CLOUDWAITRESS_ACCOUNT: Route(f"{_BASE}/register-account", 130, ("accountId",), _STATUS, ("password",)),
        _K.CODE_GENERATION: Route(f"{_BASE}/generate-code-injections", 130, ("codeInjectionId", "generatedAt"), "repeat"),
        _K.CREATE_ONBOARDING_USER: Route(f"{_BASE}/create-onboarding-user", 130, ("userId",), "repeat", ("userPassword",)),
        _K.UPLOAD_IMAGES: Route("/api/menus/{menuId}/upload-images", 130, ("uploaded", "batchId"), "repeat"),
        _K.RESTAURANT_REGISTRATION: Route(
            f"{_BASE}/register-restaurant", 190, ("restaurantId", "subdomain"), _STATUS, ("password",)
        ),
        _K.WEBSITE_CONFIG: Route(f"{_BASE}/configure-website", 250, ("success",), "repeat"),
        _K.SERVICES_CONFIG: Route(f"{_BASE}/configure-services", 190, ("success",), "repeat"),
        _K.PAYMENT_CONFIG: Route(f"{_BASE}/configure-payment", 190, ("stripeConnectUrl",), "repeat"),
        _K.MENU_IMPORT: Route(f"{_BASE}/import-menu-direct", 130, ("imported",), "person"),
        _K.SYNC_ONBOARDING_USER: Route(f"{_BASE}/update-onboarding-record", 130, ("success",), "repeat"),
        _K.OPTION_SETS: Route(f"{_BASE}/add-option-sets", 3660, ("summary",), "person"),
        _K.ITEM_TAGS: Route(f"{_BASE}/add-item-tags", 3660, ("tagged",), "person"),
    }
)
DEADLINES_S: Mapping[str, float] = MappingProxyType({key.value: route.deadline_s for key, route in ROUTES.items()})
