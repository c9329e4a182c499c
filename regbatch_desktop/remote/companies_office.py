"""The companies register through the platform's search and details routes (§4.2, §4.4).

Owns: reading those replies; a page without results container is "register not read", never "no match" (L23).
Never: combines or ranks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiolimiter import AsyncLimiter

from regbatch_desktop.domain.candidate import CompanyAddress, CompanyDetails, CompanyHit, Director, Shareholder
from regbatch_desktop.domain.errors import ServiceRefused, ServiceUnavailable
from regbatch_desktop.remote.http import ServiceClient
from regbatch_desktop.remote.reading import objects, section, text, texts

_SEARCH = "/api/companies-office/search"
_DETAILS = "/api/companies-office/details"


class CompaniesOffice:
    """The CompanyRegister port over one ServiceClient; at most `register_per_minute` calls a minute (0 = no limit)."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client
        self._pace: AsyncLimiter | None = None
        client.share.follow(self._set_pace)
        self.most_searches = 5
        self.searches_addresses = True
        self.searches_contacts = False

    def _set_pace(self) -> None:
        per_minute = self._client.limits.register_per_minute
        self._pace = AsyncLimiter(self._client.share.of(per_minute), 60.0) if per_minute else None

    async def search_by_name(self, name: str) -> tuple[CompanyHit, ...]:
        """See the port."""
        return await self._search({"searchType": "name", "restaurant_name": name})

    async def search_by_address(self, street: str, city: str) -> tuple[CompanyHit, ...]:
        """See the port."""
        return await self._search({"searchType": "address", "street": street, "city": city})

    async def search_by_contacts(self, contacts: Sequence[str]) -> tuple[CompanyHit, ...]:
        """There is no such search; nobody should ask."""
        raise ServiceRefused("This register cannot be searched by contacts.", detail=f"{len(contacts)} marks")

    async def details(self, company_number: str) -> CompanyDetails:
        """See the port."""
        reply = await self._read(_DETAILS, {"company_number": company_number})
        details = section(reply, "details")
        info, nzbn = section(details, "company_info"), section(details, "nzbn_details")
        number = text(info, "company_number")
        if not number:
            raise ServiceUnavailable("The register's details page could not be read.", detail=company_number)
        return CompanyDetails(
            company_name=text(info, "company_name"),
            company_number=number,
            nzbn=text(info, "nzbn"),
            status=text(info, "status"),
            incorporation_date=text(info, "incorporation_date"),
            entity_type=text(info, "entity_type"),
            addresses=tuple(
                CompanyAddress(text(a, "address_type"), text(a, "full_address"), text(a, "contact_name"))
                for a in objects(details, "addresses")
            ),
            directors=tuple(
                Director(
                    text(d, "name"), text(d, "full_legal_name"), text(d, "position"), text(d, "appointment_date"),
                    text(d, "cessation_date"), text(d, "address"), text(d, "status"),
                )
                for d in objects(details, "directors")
            ),
            shareholders=tuple(
                Shareholder(
                    text(s, "name"), text(s, "shareholder_type"), text(s, "shares"), text(s, "percentage"), text(s, "address")
                )
                for s in objects(details, "shareholders")
            ),
            gst_numbers=texts(nzbn, "gst_numbers"),
            phone_numbers=texts(nzbn, "phone_numbers"),
            email_addresses=texts(nzbn, "email_addresses"),
            websites=texts(nzbn, "websites"),
            industry_classifications=texts(nzbn, "industry_classifications"),
            trading_name=text(nzbn, "trading_name"),
        )  # fmt: skip

    async def _search(self, body: Mapping[str, object]) -> tuple[CompanyHit, ...]:
        reply = await self._read(_SEARCH, body)
        hits = (
            CompanyHit(
                text(row, "company_name"), text(row, "company_number"), text(row, "nzbn"), text(row, "status"),
                text(row, "incorporation_date"), text(row, "registered_address"), sources=("Companies Office",),
            )
            for row in objects(reply, "results")
        )  # fmt: skip
        return tuple(hit for hit in hits if hit.company_number)

    async def _read(self, path: str, body: Mapping[str, object]) -> dict[str, object]:
        if self._pace is not None:
            await self._pace.acquire()
        return await self._client.read("POST", path, body=body, deadline_s=self._client.limits.deadline_s("register"))
