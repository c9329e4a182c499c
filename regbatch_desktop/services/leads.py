"""Leads into restaurants, and restaurants into batches.

Owns: what counts as already known; a batch is created with its jobs, whole or not at all.
Never: reads a file (lead_files/).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from regbatch_desktop.domain.batch import MAX_RESTAURANTS, Batch, ExecutionMode, check_size
from regbatch_desktop.domain.errors import Conflict, NoUsableLeads
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.lead import Lead, as_restaurant, batch_name
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.ports import ChangeSet, Committed, CreateBatch, RemoveRestaurant, SaveRestaurant
from regbatch_desktop.runtime.changes import Change

LOCAL_ORGANISATION = "local"


@dataclass(frozen=True, slots=True)
class Imported:
    """`added` are new; `known` were in the workspace already (the same name, street and city)."""

    added: tuple[Restaurant, ...]
    known: tuple[Restaurant, ...]


async def import_leads(doors: Doors, leads: Sequence[Lead]) -> Imported:
    """Make a restaurant of each lead that the workspace does not know yet, all in one commit."""
    by_key = {restaurant.lead_key: restaurant for restaurant in await doors.store.restaurants()}
    added: list[Restaurant] = []
    known: list[Restaurant] = []
    for lead in leads:
        if (same := by_key.get(lead.key)) is not None:
            known.append(same)
            continue
        restaurant = as_restaurant(lead, restaurant_id=str(uuid4()), organisation_id=LOCAL_ORGANISATION)
        by_key[lead.key] = restaurant
        added.append(restaurant)
    if added:
        await _commit(doors, tuple(SaveRestaurant(None, restaurant) for restaurant in added))
        doors.changes.publish(Change("restaurant", tuple(restaurant.id for restaurant in added)))
    return Imported(tuple(added), tuple(known))


async def undo_import(doors: Doors, imported: Sequence[Restaurant]) -> int:
    """Take the restaurants of an import back, those that are in no batch yet; how many went."""
    gone = 0
    for restaurant in imported:
        answer = await doors.store.commit(ChangeSet(str(uuid4()), (RemoveRestaurant(restaurant.id),)))
        gone += isinstance(answer, Committed)
    doors.changes.publish(Change("restaurant", tuple(restaurant.id for restaurant in imported)))
    return gone


async def create_batch(
    doors: Doors,
    restaurants: Sequence[Restaurant],
    *,
    name: str = "",
    mode: ExecutionMode = ExecutionMode.SEQUENTIAL,
    settings: dict[str, object] | None = None,
) -> Batch:
    """A pending batch. BatchTooLarge above 50, RestaurantAlreadyInBatch, NoUsableLeads for none."""
    if not restaurants:
        raise NoUsableLeads("There is no restaurant to make a batch of.")
    check_size(len(restaurants))
    now = doors.clock.now()
    batch = Batch(
        id=str(uuid4()),
        organisation_id=LOCAL_ORGANISATION,
        name=name or batch_name(now.date(), len(restaurants)),
        execution_mode=mode,
        created_at=now,
        settings=settings or {},
    )
    jobs = tuple(Job(str(uuid4()), batch.id, restaurant.id, LOCAL_ORGANISATION, created_at=now) for restaurant in restaurants)
    await _commit(doors, (CreateBatch(batch, jobs),))
    doors.changes.publish(Change("batch", (batch.id,)))
    return batch


def split(restaurants: Sequence[Restaurant]) -> tuple[Sequence[Restaurant], ...]:
    """Parts of at most 50, in order."""
    return tuple(restaurants[start : start + MAX_RESTAURANTS] for start in range(0, len(restaurants), MAX_RESTAURANTS))


async def _commit(doors: Doors, writes: tuple[SaveRestaurant | CreateBatch, ...]) -> None:
    answer = await doors.store.commit(ChangeSet(str(uuid4()), writes))
    if not isinstance(answer, Committed):
        raise Conflict("The workspace changed at the same time; please try again.", detail=answer.what)
