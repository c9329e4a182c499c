"""The official NZBN API as a companies register: search by name, everything of a company in one call.

Owns: the calls, paging, the pace (350 ms, as the API's clients keep it), fetching the addresses that a search leaves out.
Never: sees the subscription key after the client was made, or searches by address (the API cannot).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote, urlencode
from uuid import uuid4

import httpx
from aiolimiter import AsyncLimiter

from regbatch_desktop.domain.candidate import CompanyDetails, CompanyHit
from regbatch_desktop.domain.contacts import contact_marks
from regbatch_desktop.domain.errors import ServiceRefused, ServiceUnavailable
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.ports import ServiceLimits
from regbatch_desktop.remote.http import ServiceClient
from regbatch_desktop.remote.nzbn_entity import details_of, hit_of, is_nzbn
from regbatch_desktop.remote.nzbn_reply import nzbn_outcome
from regbatch_desktop.remote.reading import number, objects
from regbatch_desktop.runtime.share import Share

API = "https://api.business.govt.nz/gateway/nzbn/v5"
SANDBOX = "https://api.business.govt.nz/sandbox/nzbn/v5"
PAGE_SIZE = 50
MOST_PAGES = 4
PACE_S = 0.35
# A search without addresses ranks by name alone; these many of its first results are looked up whole.
LOOKED_UP = 10


def nzbn_client(
    key: Secret,
    *,
    limits: ServiceLimits,
    url: str = API,
    transport: httpx.AsyncBaseTransport | None = None,
    share: Share | None = None,
) -> ServiceClient:
    """A client that sends the key in its header, and nowhere else."""
    headers = {"Ocp-Apim-Subscription-Key": key.reveal(), "api-business-govt-nz-Request-Id": str(uuid4())}
    return ServiceClient(url, limits=limits, headers=headers, transport=transport, read_reply=nzbn_outcome, share=share)


class NzbnRegister:
    """The CompanyRegister port over the NZBN API."""

    def __init__(self, client: ServiceClient, *, pace_s: float = PACE_S) -> None:
        self._client = client
        self._pace_s = pace_s
        self._pace: AsyncLimiter | None = None
        client.share.follow(self._set_pace)
        self._known: dict[str, str] = {}
        self.most_searches = 3
        self.searches_addresses = False
        self.searches_contacts = False

    def _set_pace(self) -> None:
        self._pace = AsyncLimiter(1, self._client.share.stretched(self._pace_s)) if self._pace_s else None

    async def search_by_name(self, name: str) -> tuple[CompanyHit, ...]:
        """See the port. The best results come with the addresses of their full record."""
        hits = await self._results(name)
        first = [hit for hit in hits[:LOOKED_UP] if hit.nzbn]
        whole = await asyncio.gather(*(self._entity(hit.nzbn) for hit in first))
        known = {each.nzbn: each for each in whole}
        return tuple(_with_record(hit, known.get(hit.nzbn)) for hit in hits)

    async def search_by_address(self, street: str, city: str) -> tuple[CompanyHit, ...]:
        """The API has no such search; nobody should ask."""
        raise ServiceRefused("The NZBN register cannot be searched by address.", detail=f"{len(street)} {len(city)}")

    async def search_by_contacts(self, contacts: Sequence[str]) -> tuple[CompanyHit, ...]:
        """There is no such search; nobody should ask."""
        raise ServiceRefused("This register cannot be searched by contacts.", detail=f"{len(contacts)} marks")

    async def details(self, company_number: str) -> CompanyDetails:
        """See the port. The number may be an NZBN or the company's number."""
        nzbn = company_number if is_nzbn(company_number) else self._known.get(company_number, "")
        if not nzbn:
            hits = await self._results(company_number)
            nzbn = next((hit.nzbn for hit in hits if hit.company_number == company_number and hit.nzbn), "")
        if not nzbn:
            raise ServiceRefused(f"The NZBN register has no company with the number {company_number}.")
        return await self._entity(nzbn)

    async def _results(self, term: str) -> list[CompanyHit]:
        found: list[CompanyHit] = []
        for page in range(MOST_PAGES):
            asked = urlencode({"search-term": term, "page": page, "page-size": PAGE_SIZE})
            reply = await self.read(f"/entities?{asked}")
            rows = objects(reply, "items")
            found += [hit for row in rows if (hit := hit_of(row)).company_name and hit.company_number]
            if not rows or len(found) >= number(reply, "totalItems"):
                break
        self._known.update({hit.company_number: hit.nzbn for hit in found if hit.nzbn})
        return found

    async def _entity(self, nzbn: str) -> CompanyDetails:
        details = details_of(await self.read(f"/entities/{quote(nzbn, safe='')}"))
        if not details.company_name or not details.nzbn:
            raise ServiceUnavailable("The register's record could not be read.", detail=nzbn)
        return details

    async def read(self, path: str) -> dict[str, object]:
        """One call of the API at its pace. ServiceUnavailable, ServiceRefused."""
        if self._pace is not None:
            await self._pace.acquire()
        return await self._client.read("GET", path, deadline_s=self._client.limits.deadline_s("register"))


def _with_record(hit: CompanyHit, details: CompanyDetails | None) -> CompanyHit:
    if details is None:
        return hit
    contacts = contact_marks(
        phones=details.phone_numbers, mails=details.email_addresses, sites=details.websites,
        people=[director.name for director in details.directors if not director.cessation_date],
    )  # fmt: skip
    lines = [address.full_address for address in details.addresses if address.full_address]
    first, *others = lines or [hit.registered_address]
    return replace(hit, registered_address=first, other_addresses=tuple(dict.fromkeys(others)), contacts=contacts)
