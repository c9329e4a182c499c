"""The platform's HTTP API behind the Platform port.

Owns: paths, and reading the replies of the reads.
Never: retries, or decides what an outcome means.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from regbatch_desktop.domain.effects import CallOutcome
from regbatch_desktop.domain.errors import ServiceUnavailable
from regbatch_desktop.domain.sub_steps import SubStepKey
from regbatch_desktop.ports import ExtractionJob, Menu, RegistrationStatus, UploadBatch
from regbatch_desktop.remote.http import ServiceClient
from regbatch_desktop.remote.platform_routes import ROUTES
from regbatch_desktop.remote.reading import number, objects, section, text

_EXTRACTION_STATES = {"running", "completed", "failed"}


class HttpPlatform:
    """The Platform port over one ServiceClient."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def run_sub_step(
        self, key: SubStepKey, *, restaurant_id: str, menu_id: str | None, body: Mapping[str, object], idempotency_key: str
    ) -> CallOutcome:
        """See the port. The image route takes no body but names the menu in its path."""
        path = ROUTES[key].path.replace("{menuId}", quote(menu_id or "", safe=""))
        sent = body or {"restaurantId": restaurant_id}
        deadline = self._client.limits.deadline_s(key.value)
        return await self._client.call("POST", path, body=sent, deadline_s=deadline, idempotency_key=idempotency_key)

    async def put_restaurant(self, restaurant_id: str, fields: Mapping[str, object]) -> CallOutcome:
        """A local workspace shares no database with the platform, so it sends the row."""
        path = f"/api/restaurants/{quote(restaurant_id, safe='')}"
        return await self._client.call("PUT", path, body=fields, deadline_s=self._client.limits.deadline_s("restaurantProfile"))

    async def start_menu_extraction(self, restaurant_id: str, *, url: str) -> CallOutcome:
        """Premium menu extraction with option sets and image validation (§4.1)."""
        options = {"extractOptionSets": True, "validateImages": True, "async": True}
        body = {"url": url, "restaurantId": restaurant_id, **options}
        deadline = self._client.limits.deadline_s("menuExtraction")
        return await self._client.call("POST", "/api/extract-menu-premium", body=body, deadline_s=deadline)

    async def start_branding_extraction(self, restaurant_id: str, *, url: str) -> CallOutcome:
        """Logo, colours and theme from the website (§4.1)."""
        body = {"restaurantId": restaurant_id, "sourceUrl": url}
        deadline = self._client.limits.deadline_s("brandingExtraction")
        return await self._client.call("POST", "/api/website-extraction/branding", body=body, deadline_s=deadline)

    async def extraction_jobs(self, restaurant_id: str) -> tuple[ExtractionJob, ...]:
        """Oldest first; a job in a state this program does not know counts as running."""
        found = []
        for row in objects(await self._get(f"/api/extraction-jobs?restaurantId={quote(restaurant_id, safe='')}"), "jobs"):
            status = text(row, "status")
            status = status if status in _EXTRACTION_STATES else "running"
            result = row.get("result")
            kept = result if isinstance(result, dict) else {}
            found.append(ExtractionJob(text(row, "job_id"), text(row, "job_type"), status, text(row, "error"), kept))
        return tuple(found)

    async def menus(self, restaurant_id: str) -> tuple[Menu, ...]:
        """See the port."""
        rows = objects(await self._get(f"/api/menus?restaurantId={quote(restaurant_id, safe='')}"), "menus")
        return tuple(
            Menu(text(r, "id"), text(r, "platform"), number(r, "version"), number(r, "item_count"), text(r, "created_at"))
            for r in rows
            if text(r, "id")
        )

    async def menus_at_hand(self, restaurant_id: str) -> tuple[Menu, ...]:
        """See the port. Nothing is remembered here."""
        return await self.menus(restaurant_id)

    async def registration_status(self, restaurant_id: str) -> RegistrationStatus:
        """See the port. A reply without the two sections is "not read", never "not there"."""
        reply = await self._get(f"/api/registration/status/{quote(restaurant_id, safe='')}")
        if "account" not in reply or "restaurant" not in reply:
            raise ServiceUnavailable("The platform's status answer cannot be read.")
        account, shop = section(reply, "account"), section(reply, "restaurant")
        return RegistrationStatus(
            account_email=text(account, "email"),
            account_id=text(account, "id"),
            account_status=text(account, "status"),
            restaurant_id=text(shop, "id"),
            subdomain=text(shop, "subdomain"),
            restaurant_status=text(shop, "status"),
        )

    async def upload_batch(self, batch_id: str) -> UploadBatch:
        """See the port."""
        batch = section(await self._get(f"/api/upload-batches/{quote(batch_id, safe='')}"), "batch")
        status = text(batch, "status")
        status = status if status in ("completed", "failed") else "processing"
        return UploadBatch(batch_id, status, number(batch, "uploaded"), number(batch, "failed"), number(batch, "total"))

    async def _get(self, path: str) -> dict[str, object]:
        return await self._client.read("GET", path, deadline_s=self._client.limits.deadline_s("read"))
