"""An NZBN API on 127.0.0.1 that answers in the documented shapes (reference, matching §A.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from regbatch_desktop.practice.exchange import PracticeReply, PracticeRequest, json_reply

KEY = "0123456789abcdef0123456789abcdef"
BASE = "/gateway/nzbn/v5"


def nzbn(serial: int) -> str:
    """A valid NZBN."""
    digits = f"9429{serial:08d}"
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
    return digits + str((10 - total % 10) % 10)


def entity(
    serial: int, name: str, *, street: str = "10 Sample Street", status: str = "Registered", **more: object
) -> dict[str, object]:
    """A full entity; about half of its fields are null, as in practice."""
    whole: dict[str, object] = {
        "nzbn": nzbn(serial), "entityName": name, "entityStatusCode": "50", "entityStatusDescription": status,
        "entityTypeCode": "LTD", "entityTypeDescription": "NZ Limited Company", "registrationDate": "2019-05-06T10:11:12.000+1200",
        "sourceRegister": "COMPANY", "sourceRegisterUniqueIdentifier": str(7_000_000 + serial),
        "hibernationStatusCode": None, "non-company-details": None, "supporting-information": None,
        "addresses": {"links": [], "addressList": [
            {"uniqueIdentifier": "2", "addressType": "POSTAL", "careOf": None, "address1": "PO Box 12", "address2": None,
             "address3": None, "address4": "Wellington", "postCode": "6140", "startDate": "2020-01-01T00:00:00.000+1300", "endDate": None},
            {"uniqueIdentifier": "1", "addressType": "REGISTERED", "careOf": "Ledger & Co", "address1": "Level 2", "address2": street,
             "address3": "Te Aro", "address4": "Wellington", "postCode": "6011", "startDate": "2022-01-26T00:00:00.000+1300", "endDate": None},
            {"uniqueIdentifier": "3", "addressType": "REGISTERED", "address1": "1 Old Road", "endDate": "2022-01-25T00:00:00.000+1300"},
        ]},
        "tradingNames": [{"uniqueIdentifier": "101", "name": "The Kauri Lane", "startDate": "2021-02-01T09:00:00.000+1300", "endDate": None}],
        "phoneNumbers": [{"phoneCountryCode": "64", "phoneAreaCode": "4", "phoneNumber": "5550100", "endDate": None}],
        "emailAddresses": [{"emailAddress": "hello@kaurilane.example", "emailPurpose": "Primary"}],
        "websites": None, "gstNumbers": [{"gstNumber": "100100100", "purpose": None}],
        "industryClassifications": [{"classificationCode": "H451130", "classificationDescription": "Restaurant operation"}],
        "roles": [
            {"roleType": "Director", "roleStatus": "INACTIVE", "startDate": "2010-05-06T00:00:00.000+1200", "endDate": "2019-01-01T00:00:00.000+1300",
             "rolePerson": {"firstName": "Old", "middleNames": None, "lastName": "SAMPLE"}, "roleEntity": None, "roleAddress": []},
            {"roleType": "Director", "roleStatus": "ACTIVE", "startDate": "2019-05-06T00:00:00.000+1200", "endDate": None,
             "rolePerson": {"title": None, "firstName": "Aroha", "middleNames": None, "lastName": "SAMPLE"}, "roleEntity": None,
             "roleAddress": [{"address1": "4 Rata Road", "address2": "Napier"}]},
        ],
        "company-details": {"shareholding": {"numberOfShares": 100, "historicShareholder": [], "shareAllocation": [
            {"allocation": 60, "shareholder": [{"type": "Individual", "individualShareholder":
                {"firstName": "Aroha", "lastName": "SAMPLE", "fullName": "Aroha SAMPLE"}, "otherShareholder": None, "shareholderAddress": None}]},
            {"allocation": 40, "shareholder": [{"type": "Company", "individualShareholder": None,
                "otherShareholder": {"currentEntityName": "SAMPLE TRUSTEES LIMITED", "nzbn": nzbn(2)}}]},
        ]}},
    }  # fmt: skip
    return whole | more


@dataclass
class NzbnService:
    """Answers `/entities` and `/entities/{nzbn}`; `next_replies` are given first, whatever is asked."""

    entities: list[dict[str, object]]
    next_replies: list[PracticeReply] = field(default_factory=list)
    asked: list[PracticeRequest] = field(default_factory=list)
    # When (as the API writes it), which NZBN, its name.
    changes: list[tuple[str, str, str]] = field(default_factory=list)

    async def handle(self, request: PracticeRequest) -> PracticeReply:
        """One request."""
        self.asked.append(request)
        if self.next_replies:
            return self.next_replies.pop(0)
        if request.headers.get("ocp-apim-subscription-key") != KEY:
            return json_reply(401, {"statusCode": 401, "message": "Access denied due to invalid subscription key."})
        if request.path == f"{BASE}/entities":
            return self._search(request.query)
        if request.path == f"{BASE}/entities/changes":
            return self._changes(request.query)
        wanted = request.path.removeprefix(f"{BASE}/entities/")
        found = next((each for each in self.entities if each["nzbn"] == wanted), None)
        if found is None:
            return json_reply(404, {"status": "404", "errorCode": "NF", "errorDescription": "Object Not Found"})
        return json_reply(200, found)

    def _changes(self, query: Mapping[str, str]) -> PracticeReply:
        if not all(query.get(name) for name in ("change-event-type", "date-time-from", "date-time-to")):
            return json_reply(400, {"status": "400", "errorCode": "BR", "errorDescription": "Bad request", "list": []})
        page, size = int(query.get("page", 0)), int(query.get("page-size", 25))
        found = [
            {"nzbn": number, "entityName": name}
            for at, number, name in self.changes
            if query["date-time-from"] <= at <= query["date-time-to"]
        ]
        items = found[page * size : (page + 1) * size]
        return json_reply(200, {"pageSize": size, "page": page, "totalItems": len(found), "items": items, "links": []})

    def _search(self, query: Mapping[str, str]) -> PracticeReply:
        term, page, size = query.get("search-term", "").casefold(), int(query.get("page", 0)), int(query.get("page-size", 25))
        if not term:
            missing = {"field": "search-term", "message": "must not be blank"}
            return json_reply(400, {"status": "400", "errorCode": "BR", "errorDescription": "Bad request", "list": [missing]})
        found = [
            each
            for each in self.entities
            if term in str(each["entityName"]).casefold() or term in (each["nzbn"], each["sourceRegisterUniqueIdentifier"])
        ]
        items = [
            {
                "entityName": each["entityName"], "nzbn": each["nzbn"], "entityStatusDescription": each["entityStatusDescription"],
                "tradingNames": each["tradingNames"], "previousEntityNames": ["KL HOSPITALITY LIMITED"],
                "registrationDate": each["registrationDate"], "sourceRegisterUniqueId": each["sourceRegisterUniqueIdentifier"],
            }
            for each in found[page * size : (page + 1) * size]
        ]  # fmt: skip
        return json_reply(
            200, {"pageSize": size, "page": page, "totalItems": len(found), "sortBy": None, "items": items, "links": []}
        )
