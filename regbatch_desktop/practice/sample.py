"""The sample: 30 New Zealand restaurants and a register of 20,000 companies, made by a seeded generator.

Owns: what makes it realistic rather than flattering: owners named otherwise, shared addresses, chains, macrons, units,
removed companies, restaurants without any company.
Never: holds a real business; hosts end in .example.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from pathlib import Path

from regbatch_desktop.practice.sample_words import (
    CITIES,
    CUISINES,
    FIRST_NAMES,
    FOOD_WORDS,
    LAST_NAMES,
    OWNER_WORDS,
    PLACES,
    STREET_TYPES,
    STREETS,
)  # fmt: skip

SEED = 2026
# How the folder of a practice workspace is named (strftime).
PRACTICE_NAME = "%Y%m%d-%H%M%S"
LEAD_COLUMNS = (
    "Restaurant Name", "Street Address", "City", "Phone", "Email", "Website", "Store Link", "Cuisine", "Opening Hours", "Contact Name",
)  # fmt: skip
REGISTER_COLUMNS = (
    "company_number", "company_name", "nzbn", "status", "incorporation_date", "entity_type", "address", "city", "postcode",
    "trading_name", "directors", "email", "phone", "gst_number",
)  # fmt: skip
_HOURS = (
    "Mon-Sun 11:00-22:00", "Tue-Sun 11:00-14:30, 17:00-22:00", "Mon-Thu 16:00-22:00; Fri-Sat 16:00-02:00", "Wed-Sun 5pm-9:30pm",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows for two files; `truth` gives the owner's company number per restaurant name ("" = none)."""

    leads: tuple[dict[str, str], ...]
    register: tuple[dict[str, str], ...]
    truth: dict[str, str]


def nzbn(number: int) -> str:
    """13 digits with the GTIN check digit (matching §A.1)."""
    body = f"9429{number:08d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return body + str(-total % 10)


class _Maker:
    def __init__(self, seed: int) -> None:
        # Repeatable on every machine; nothing secret comes out of it.
        self.draw = random.Random(seed)  # noqa: S311
        self.number = 1_000_000
        self.accountants = [self.address() for _ in range(60)]

    def address(self) -> tuple[str, str, str]:
        city, postcode = self.draw.choice(CITIES)
        street = f"{self.draw.randint(1, 420)} {self.draw.choice(STREETS)} {self.draw.choice(STREET_TYPES)}"
        return street, city, str(int(postcode) + self.draw.randint(0, 30)).zfill(4)

    def owner_name(self) -> str:
        draw = self.draw
        forms = (
            lambda: f"{draw.choice(LAST_NAMES)} {draw.choice(OWNER_WORDS)}",
            lambda: f"{draw.choice(FIRST_NAMES)} & {draw.choice(FIRST_NAMES)} {draw.choice(OWNER_WORDS)}",
            lambda: f"{''.join(draw.choice('ABCDEFGHJKLMNPRSTVW') for _ in range(3))} {draw.choice(OWNER_WORDS)}",
            lambda: f"{draw.choice(PLACES)} {draw.choice(FOOD_WORDS)} {draw.choice(OWNER_WORDS)}",
        )
        return draw.choice(forms)()

    def company(
        self, name: str, address: tuple[str, str, str], *, status: str = "Registered", trading: str = ""
    ) -> dict[str, str]:
        draw = self.draw
        self.number += draw.randint(1, 90)
        people = [f"{draw.choice(FIRST_NAMES)} {draw.choice(LAST_NAMES)}".upper() for _ in range(draw.choice((1, 1, 2)))]
        slug = "".join(ch for ch in name.lower() if ch.isascii() and ch.isalnum())[:20]
        contacts = draw.random() < 0.3
        return {
            "company_number": str(self.number), "company_name": f"{name.upper()} LIMITED", "nzbn": nzbn(self.number),
            "status": status, "incorporation_date": f"{draw.randint(1, 28):02d}/{draw.randint(1, 12):02d}/{draw.randint(1995, 2025)}",
            "entity_type": "NZ Limited Company", "address": address[0], "city": address[1], "postcode": address[2],
            "trading_name": trading, "directors": "; ".join(people), "email": f"office@{slug}.example" if contacts else "",
            "phone": f"0{draw.choice((3, 4, 6, 7, 9))}{draw.randint(3000000, 9999999)}" if contacts else "",
            "gst_number": str(draw.randint(100_000_000, 139_999_999)) if contacts else "",
        }  # fmt: skip


def generate(seed: int = SEED, *, restaurants: int = 30, companies: int = 20_000) -> Sample:
    """The sample of a seed; the same on every machine."""
    maker = _Maker(seed)
    draw = maker.draw
    register: list[dict[str, str]] = []
    leads: list[dict[str, str]] = []
    truth: dict[str, str] = {}
    chain = f"{draw.choice(PLACES)} Burger Shed"
    for index in range(restaurants):
        food = draw.choice(FOOD_WORDS)
        name = f"{draw.choice(PLACES)} {food}"
        if index % 6 == 5:
            name = f"{chain} ({draw.choice(CITIES)[0]})"
        elif index % 7 == 3:
            name = f"The {name}"
        if name in truth:
            name = f"{name} {draw.choice(('& Co', 'House', 'Bar', 'Express'))} {index}"
        address = maker.address()
        kind = draw.random()
        company = None
        if kind < 0.30:
            company = maker.company(name.partition(" (")[0].removeprefix("The "), address)
        elif kind < 0.60:
            company = maker.company(maker.owner_name(), address)
        elif kind < 0.75:
            company = maker.company(maker.owner_name(), draw.choice(maker.accountants), trading=name)
        elif kind < 0.82:
            # The predecessor at the same door was removed; its successor has a name of its own.
            register.append(maker.company(name.removeprefix("The "), address, status="Removed"))
            company = maker.company(maker.owner_name(), address)
        elif kind < 0.90:
            company = maker.company(maker.owner_name(), draw.choice(maker.accountants))
        if company is not None:
            register.append(company)
        if draw.random() < 0.2:
            register.append(maker.company(maker.owner_name(), address))
        truth[name] = company["company_number"] if company else ""
        leads.append(_lead(maker, name, address))
    while len(register) < companies:
        place = draw.choice(maker.accountants) if draw.random() < 0.35 else maker.address()
        name = maker.owner_name() if draw.random() < 0.7 else f"{draw.choice(PLACES)} {draw.choice(FOOD_WORDS)}"
        status = draw.choices(("Registered", "Removed", "In Liquidation"), (88, 10, 2))[0]
        register.append(maker.company(name, place, status=status))
    register.sort(key=lambda company: company["company_number"])
    return Sample(tuple(leads), tuple(register), truth)


def _lead(maker: _Maker, name: str, address: tuple[str, str, str]) -> dict[str, str]:
    draw = maker.draw
    slug = "".join(ch for ch in name.lower() if ch.isascii() and ch.isalnum())[:24]
    street = address[0]
    if draw.random() < 0.25:
        street = f"{draw.choice(('Shop', 'Unit'))} {draw.randint(1, 9)}, {street}"
    if draw.random() < 0.3:
        street = street.replace("Street", "St").replace("Road", "Rd").replace("Avenue", "Ave")
    digits = f"{draw.randint(200, 299)} {draw.randint(1000, 9999)}"
    return dict(
        zip(
            LEAD_COLUMNS,
            (
                name, f"{street}, {address[1]} {address[2]}", address[1], f"{draw.choice(('021', '027', '+64 22'))} {digits}",
                f"hello@{slug}.example", f"https://{slug}.example" if draw.random() < 0.8 else "",
                f"https://ubereats.example/store/{slug}", draw.choice(CUISINES), draw.choice(_HOURS),
                f"{draw.choice(FIRST_NAMES)} {draw.choice(LAST_NAMES)}",
            ),
            strict=True,
        )
    )  # fmt: skip


def write(folder: Path, sample: Sample) -> tuple[Path, Path]:
    """`leads.csv` (with a title row, a blank row and one duplicate, as such files are) and `register.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    leads, register = folder / "leads.csv", folder / "register.csv"
    with leads.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Sales leads, week 12"])
        rows.writerow(LEAD_COLUMNS)
        for number, lead in enumerate(sample.leads):
            rows.writerow(lead.values())
            if number == 9:
                rows.writerow([])
        rows.writerow(sample.leads[0].values())
    with register.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, REGISTER_COLUMNS)
        table.writeheader()
        table.writerows(sample.register)
    return leads, register
