"""The practice platform: the original's routes with real state, realistic latencies, and faults on request.

Owns: the routing, the latency with the effect at a point inside it, where a fault strikes.
Never: imports the real clients; they talk to it through their own httpx.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote

from regbatch_desktop.practice.exchange import PracticeReply, PracticeRequest, Refusal, json_reply
from regbatch_desktop.practice.faults import Fault, FaultPlan, FaultRule
from regbatch_desktop.practice.ledger import Ledger
from regbatch_desktop.practice.pictures import picture_at
from regbatch_desktop.practice.register import PracticeRegister
from regbatch_desktop.practice.registration_routes import REGISTRATION, Call
from regbatch_desktop.practice.restaurant_routes import READS, STARTS
from regbatch_desktop.practice.state import State

# Seconds at speed 1, of the order that the original's users saw.
_LATENCY_S = {
    "register-account": 6.0, "generate-code-injections": 8.0, "create-onboarding-user": 3.0, "upload-images": 5.0,
    "register-restaurant": 20.0, "configure-website": 18.0, "configure-services": 8.0, "configure-payment": 8.0,
    "import-menu-direct": 12.0, "update-onboarding-record": 2.0, "add-option-sets": 20.0, "add-item-tags": 12.0,
    "search": 4.0, "details": 4.0,
}  # fmt: skip
_DEFAULT_LATENCY_S = 0.5
_EFFECT_AT = 0.6
_BEFORE = (
    Fault.RATE_LIMITED,
    Fault.ERROR_BEFORE,
    Fault.TIMEOUT_BEFORE,
    Fault.DROP_BEFORE,
    Fault.SUCCESS_FALSE,
    Fault.DUPLICATE_EMAIL,
)


class PracticePlatform:
    """`speed`: the factor on every latency (1 = as in life, 0 = none); `failing_per_mille`: menu extractions that fail.

    A `register` that has to be made takes a second; it is made in a thread at the first search, which nobody opens a workspace for.
    """

    def __init__(
        self,
        register: PracticeRegister | Callable[[], PracticeRegister],
        *,
        state_path: Path | None = None,
        speed: float = 0.02,
        faults: FaultPlan | None = None,
        failing_per_mille: int = 20,
    ) -> None:
        self.ledger = Ledger(state_path)
        self.state = State(self.ledger, failing_per_mille=failing_per_mille)
        self._register = register
        self._making = asyncio.Lock()
        self.speed = speed
        self.faults = faults or FaultPlan()
        self._account_queue = asyncio.Lock()

    async def handle(self, request: PracticeRequest) -> PracticeReply:
        """Answer one request; never raises but for cancellation."""
        if request.path.startswith("/practice/"):
            return self._admin(request)
        picture = picture_at(request.path) if request.method == "GET" else None
        if picture is not None:
            return PracticeReply(200, picture, {"Content-Type": "image/png"})
        rule = self.faults.strike(request.path)
        total_s = self._latency_s(request.path)
        await asyncio.sleep(total_s * _EFFECT_AT)
        if rule is not None and rule.fault in _BEFORE:
            return _struck(rule)
        try:
            data = await self._effect(request)
        except Refusal as refusal:
            return json_reply(refusal.status, {"success": False, "error": refusal.error})
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return json_reply(400, {"success": False, "error": f"bad request: {type(error).__name__}"})
        await asyncio.sleep(total_s * (1 - _EFFECT_AT))
        reply = json_reply(200, data)
        return reply if rule is None else _struck(rule, reply)

    def close(self) -> None:
        """Close the ledger's file."""
        self.ledger.close()

    def _latency_s(self, path: str) -> float:
        return _LATENCY_S.get(path.rsplit("/", 1)[-1], _DEFAULT_LATENCY_S) * self.speed

    async def _effect(self, request: PracticeRequest) -> Mapping[str, object]:
        parts = [unquote(part) for part in request.path.strip("/").split("/")]
        key = request.headers.get("idempotency-key", "")
        match (request.method, parts):
            case ("GET", ["api", "registration", "status", restaurant_id]):
                return READS["status"](self.state, restaurant_id, self.speed)
            case ("GET", ["api", "extraction-jobs"]):
                return READS["extraction-jobs"](self.state, request.query["restaurantId"], self.speed)
            case ("GET", ["api", "menus"]):
                return READS["menus"](self.state, request.query["restaurantId"], self.speed)
            case ("GET", ["api", "upload-batches", batch_id]):
                return READS["upload-batches"](self.state, batch_id, self.speed)
            case ("PUT", ["api", "restaurants", restaurant_id]):
                return STARTS["put"](self.state, Call(restaurant_id, _object(request.body), key))
            case ("POST", ["api", "extract-menu-premium"]):
                return STARTS["menu"](self.state, _call(request, key))
            case ("POST", ["api", "website-extraction", "branding"]):
                return STARTS["branding"](self.state, _call(request, key))
            case ("POST", ["api", "menus", menu, "upload-images"]):
                body = _object(request.body)
                return STARTS["images"](self.state, Call(str(body["restaurantId"]), {**body, "menuId": menu}, key))
            case ("POST", ["api", "companies-office", "search"]):
                return {"success": True, "results": (await self._companies()).search(_object(request.body))}
            case ("POST", ["api", "companies-office", "details"]):
                number = str(_object(request.body)["company_number"])
                return {"success": True, "details": (await self._companies()).details(number)}
            case ("POST", ["api", "registration", "register-account"]):
                # The platform creates accounts one after the other (§4.6).
                async with self._account_queue:
                    return REGISTRATION["register-account"](self.state, _call(request, key))
            case ("POST", ["api", "registration", name]) if name in REGISTRATION:
                return REGISTRATION[name](self.state, _call(request, key))
        raise Refusal(404, "no such route")

    async def _companies(self) -> PracticeRegister:
        async with self._making:
            if not isinstance(self._register, PracticeRegister):
                self._register = await asyncio.to_thread(self._register)
            return self._register

    def _admin(self, request: PracticeRequest) -> PracticeReply:
        if request.path == "/practice/health":
            return json_reply(200, {"success": True, "events": len(self.ledger.events)})
        if request.path == "/practice/ledger":
            return json_reply(200, {"success": True, "events": self.ledger.events})
        if request.path == "/practice/duplicates":
            return json_reply(200, {"success": True, "duplicates": self.ledger.duplicates()})
        if request.path == "/practice/faults" and request.method == "PUT":
            try:
                self.faults = FaultPlan.from_json(_object(request.body))
            except (Refusal, KeyError, TypeError, ValueError) as error:
                return json_reply(400, {"success": False, "error": str(error)})
            return json_reply(200, {"success": True})
        return json_reply(404, {"success": False, "error": "no such route"})


def _object(body: bytes) -> dict[str, object]:
    try:
        data = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "the body is not JSON") from error
    if not isinstance(data, dict):
        raise Refusal(400, "the body is not an object")
    return data


def _call(request: PracticeRequest, key: str) -> Call:
    body = _object(request.body)
    if not isinstance(body.get("restaurantId"), str) or not body["restaurantId"]:
        raise Refusal(400, "restaurantId is required")
    return Call(str(body["restaurantId"]), body, key)


def _struck(rule: FaultRule, reply: PracticeReply | None = None) -> PracticeReply:
    """What the client gets instead of the reply (None: the fault struck before the effect)."""
    now = datetime.now(UTC)
    match rule.fault:
        case Fault.RATE_LIMITED:
            wait = rule.retry_after
            if wait.startswith("date:"):
                wait = format_datetime(now + timedelta(seconds=float(wait[5:])), usegmt=True)
            headers = {"Retry-After": wait, "Date": format_datetime(now, usegmt=True)}
            return json_reply(429, {"success": False, "error": "too many requests"}, headers)
        case Fault.ERROR_BEFORE | Fault.ERROR_AFTER:
            return json_reply(rule.status, {"success": False, "error": "internal error"})
        case Fault.SUCCESS_FALSE:
            return json_reply(200, {"success": False, "error": "the page did not load"})
        case Fault.DUPLICATE_EMAIL:
            return json_reply(400, {"success": False, "error": "A user with this email already exists"})
        case Fault.HTML:
            return PracticeReply(200, b"<html><body>Sign in to the network</body></html>", {"Content-Type": "text/html"})
        case _:
            whole = reply or json_reply(200, {"success": True})
            return PracticeReply(whole.status, whole.body, whole.headers, rule.fault)
