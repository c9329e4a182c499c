"""Which companies register is asked: a file on this machine, the platform's route, the NZBN; the practice services' own.

Owns: the choice.
Never: searches.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from regbatch_desktop.bootstrap.services import Services, is_practice
from regbatch_desktop.domain.errors import RegisterUnreadable
from regbatch_desktop.pipeline.registers import SeveralRegisters
from regbatch_desktop.ports import CompanyRegister, Compute, ServiceLimits
from regbatch_desktop.practice import sample
from regbatch_desktop.practice.platform import PracticePlatform
from regbatch_desktop.practice.register import PracticeRegister, RegisterFileError
from regbatch_desktop.remote.companies_office import CompaniesOffice
from regbatch_desktop.remote.http import ServiceClient
from regbatch_desktop.remote.nzbn import NzbnRegister, nzbn_client
from regbatch_desktop.runtime.compute import here
from regbatch_desktop.store.local_register import LocalRegister
from regbatch_desktop.store.register_index import indexed
from regbatch_desktop.surroundings import data_dir
from regbatch_desktop.vault.service_keys import NZBN, stored_key


def load_register(path: Path | None) -> PracticeRegister:
    """A register file, or the generated sample's. RegisterUnreadable with the reason."""
    if path is None:
        return PracticeRegister(sample.generate().register)
    try:
        return PracticeRegister.from_csv(path)
    except RegisterFileError as error:
        raise RegisterUnreadable(f"The register cannot be used: {error}.") from error


def local_register(path: Path, told: Callable[[int], None] | None, compute: Compute) -> LocalRegister:
    """A register file, indexed when it is new or has changed. RegisterUnreadable with the reason. Blocks."""
    index = indexed(path, data_dir() / "registers", told=told)
    return LocalRegister(index, name=path.name, compute=None if compute is here else compute)


def practice_platform(services: Services, state_path: Path | None, register: PracticeRegister | None = None) -> PracticePlatform:
    """The practice services with their state file. A register file that is searched here is not searched there too."""
    return PracticePlatform(
        partial(load_register, None) if register is None else register,
        state_path=state_path,
        speed=services.speed,
        faults=services.faults,
        failing_per_mille=services.failing_per_mille,
    )


async def register_of(
    stack: contextlib.AsyncExitStack,
    services: Services,
    limits: ServiceLimits,
    client: ServiceClient,
    local: LocalRegister | None,
) -> CompanyRegister:
    """The register file where one is named, else the platform's route; in life also the NZBN where its key is stored."""
    first: CompanyRegister = local or CompaniesOffice(client)
    key = None if is_practice(services.platform_url) else await asyncio.to_thread(stored_key, NZBN)
    if key is None:
        return first
    nzbn = await stack.enter_async_context(nzbn_client(key, limits=limits, share=client.share))
    return SeveralRegisters((NzbnRegister(nzbn), first))
