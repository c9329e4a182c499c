"""Configuring without a window: drafts, their problems, copying, templates, starting.

Owns: the drafts of this start of the program; what was typed survives every refresh and is saved on request.
Never: imports Qt; shows a password.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from regbatch_desktop.domain.configuration import YoloConfiguration, overlay
from regbatch_desktop.domain.configuration.derivation import copy_to, newest_menu
from regbatch_desktop.domain.errors import RegBatchError, SecretUnreadable, ServiceError
from regbatch_desktop.domain.fate import Fate, FateState
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.restaurant import Restaurant
from regbatch_desktop.domain.steps import StepStatus
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.services import configurations
from regbatch_desktop.services.fates import OF_A_CONFIGURATION, FateReader, state_words, withdrawn
from regbatch_desktop.ui.configuration.differences import typed_values
from regbatch_desktop.ui.configuration.drafts import Board, ConfigurationRow, Draft


class ConfigurationPresenter:
    """The verbs of the configuration pane. `batch_id` "" = all batches."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self.batch_id = ""
        self.drafts: dict[str, Draft] = {}
        self._fates = FateReader(doors)
        # What was typed and is on its way: it comes back into the form when it is taken back, or not taken.
        self._sent: dict[str, YoloConfiguration] = {}
        self._new_menus: set[str] = set()

    async def board(self) -> Board:
        """Everything that waits for its configuration, by batch and name, and what is not taken yet."""
        fates = await self._fates.read()
        shown = {self.batch_id, *fates.batches}
        live = [row for row in await self._doors.store.batch_rows() if row.needs_you or row.key in shown]
        rows: list[ConfigurationRow] = []
        for batch in live:
            if self.batch_id not in ("", batch.key):
                continue
            restaurants = {each.id: each for each in await self._doors.store.batch_restaurants(batch.key)}
            waiting = []
            for job in await self._doors.store.jobs(batch.key):
                fate, restaurant = fates.of(job.id, OF_A_CONFIGURATION), restaurants[job.restaurant_id]
                if fate is not None and fate.state is FateState.TAKEN:
                    self._sent.pop(job.id, None)
                if job.step(5).status is StepStatus.ACTION_REQUIRED:
                    waiting.append(self._waiting(job, restaurant, batch.name, fate))
                elif fates.pending(job.id, OF_A_CONFIGURATION) is not None and fate is not None:
                    rows.append(self._on_its_way(job.id, restaurant.name, batch.name, fate))
            # All forms of a batch at once: the store reads for them together, turn by turn.
            rows += await asyncio.gather(*waiting)
        waits = {row.key for row in rows}
        if not self.batch_id:
            self.drafts = {key: draft for key, draft in self.drafts.items() if key in waits}
        return Board(tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.key))), tuple((r.key, r.name) for r in live))

    def _on_its_way(self, job_id: str, name: str, batch: str, fate: Fate) -> ConfigurationRow:
        if (draft := self.drafts.pop(job_id, None)) is not None:
            self._sent.setdefault(job_id, draft.current)
        return ConfigurationRow(job_id, name, batch, fate.state.value, state_words(fate), False, fate, waits=False)

    async def _waiting(self, job: Job, restaurant: Restaurant, batch: str, fate: Fate | None) -> ConfigurationRow:
        try:
            await self._draft(job, restaurant)
        except (SecretUnreadable, ServiceError) as error:
            # The others have their forms all the same.
            self.drafts.pop(job.id, None)
            return ConfigurationRow(
                job.id, restaurant.name, batch, "action_required", "not here now", False, fate, error.sentence
            )  # fmt: skip
        return self._row(job.id, restaurant.name, batch, fate)

    def _row(self, job_id: str, name: str, batch: str, fate: Fate | None) -> ConfigurationRow:
        draft = self.drafts[job_id]
        words = "ready" if not draft.problems else f"{len(draft.problems)} to fix"
        if draft.is_dirty:
            words += ", not saved"
        key = "action_required" if draft.problems else "completed"
        if fate is not None and fate.state is not FateState.TAKEN:
            key, words = fate.state.value, f"{state_words(fate)} · {words}"
        return ConfigurationRow(job_id, name, batch, key, words, not draft.problems, fate)

    async def _draft(self, job: Job, restaurant: Restaurant) -> None:
        known = self.drafts.get(job.id)
        has_new_menus = restaurant.id in self._new_menus
        self._new_menus.discard(restaurant.id)
        if known is not None and has_new_menus:
            # What is typed outlives a platform that refuses to say.
            with contextlib.suppress(ServiceError):
                known.follow_menus(newest_menu(await self._doors.platform.menus_at_hand(restaurant.id)))
        if known is not None and known.version == job.version:
            return
        kept = await configurations.saved(self._doors, job)
        if known is not None and known.is_dirty:
            # What is being typed wins over a refresh; the pane says that somebody saved meanwhile.
            known.changed_elsewhere = kept != known.kept
            known.kept, known.version = kept, job.version
            return
        proposed, problems = await configurations.proposed(self._doors, restaurant)
        typed = self._sent.pop(job.id) if job.id in self._sent else None
        self.drafts[job.id] = Draft(proposed, typed or kept or proposed, kept, job.version, problems)
        if typed or kept:
            await self._checked(job.id)

    async def _checked(self, job_id: str) -> Draft:
        draft = self.drafts[job_id]
        draft.problems = await configurations.problems(self._doors, job_id, draft.current)
        return draft

    def expect_menus(self, restaurant_ids: Sequence[str]) -> None:
        """Their menus are others now; the next `board` looks at them."""
        self._new_menus.update(restaurant_ids)

    def edit(self, job_id: str, path: str, value: object) -> None:
        """One field, at once: nothing typed waits for a check. InvalidConfiguration for opening hours that cannot be
        read; the draft stays as it was.
        """
        section, name = path.split(".")
        draft = self.drafts[job_id]
        draft.current = overlay(draft.current, {section: {name: value}})

    async def check(self, job_id: str) -> None:
        """What is wrong with a draft now; one that was started meanwhile has no draft."""
        if job_id in self.drafts:
            await self._checked(job_id)

    async def back_to_proposed(self, job_id: str) -> Draft:
        """Forget what was typed."""
        draft = self.drafts[job_id]
        draft.current = draft.proposed
        return await self._checked(job_id)

    async def menus(self, job_id: str) -> tuple[tuple[str, str], ...]:
        """(id, words) of the restaurant's menus as they are now, which its draft follows. ServiceError."""
        job = await self._doors.store.job(job_id)
        found = await self._doors.platform.menus(job.restaurant_id)
        if (draft := self.drafts.get(job_id)) is not None:
            draft.follow_menus(newest_menu(found))
        return tuple((menu.menu_id, f"{menu.platform or 'menu'} v{menu.version}, {menu.item_count} items") for menu in found)

    async def pictures(self, job_id: str) -> Mapping[str, bytes | str]:
        """Source → bytes of each logo and header image that is known, or the sentence that says why there are none."""
        job = await self._doors.store.job(job_id)
        restaurant = await self._doors.store.restaurant(job.restaurant_id)
        known = {key: address for key, address in {**restaurant.logos, **restaurant.header_images}.items() if address}
        return dict(zip(known, await asyncio.gather(*map(self._picture, known.values())), strict=True))

    async def _picture(self, address: str) -> bytes | str:
        if self._doors.pictures is None:
            return "Pictures are not loaded here."
        try:
            return await self._doors.pictures.fetch(address)
        except RegBatchError as error:
            return error.sentence

    async def save(self, job_ids: Sequence[str]) -> str:
        """Keep the drafts; they need not be valid yet."""
        done, problem = 0, ""
        for job_id in job_ids:
            draft = self.drafts[job_id]
            try:
                job = await configurations.save(self._doors, job_id, draft.current)
            except RegBatchError as error:
                problem = f" {error.sentence}"
                continue
            draft.kept, draft.version, draft.changed_elsewhere = draft.current, job.version, False
            done += 1
        return f"{done} saved.{problem}"

    async def start(self, job_ids: Sequence[str]) -> str:
        """Save and start those that are valid; the others are named."""
        done = 0
        left: list[str] = []
        for job_id in job_ids:
            try:
                await configurations.save_and_start(self._doors, job_id, self.drafts[job_id].current)
                draft = self.drafts.pop(job_id)
                if self._doors.outbox is not None:
                    self._sent[job_id] = draft.current
                done += 1
            except RegBatchError as error:
                left.append(error.sentence)
        return f"{done} started." + (f" {len(left)} not: {left[0]}" if left else "")

    async def withdraw(self, fate: Fate) -> str:
        """Take back what was not sent; what it held stands in the form again, not saved."""
        job_id = fate.entity_id
        if not await withdrawn(self._doors, fate):
            return "It was sent a moment ago, so it is with your team now."
        if (draft := self.drafts.pop(job_id, None)) is not None:
            self._sent[job_id] = draft.current
        return "Taken back. What you typed is still in the form, not saved."

    def copied(self, source: str, targets: Sequence[str], *, keep_exceptions: bool = True) -> dict[str, YoloConfiguration]:
        """What copying would make of each target. With `keep_exceptions` fields that a person changed there stay."""
        made = {}
        for key in targets:
            if key == source:
                continue
            draft = self.drafts[key]
            merged = copy_to(self.drafts[source].current, draft.proposed, proposed=self.drafts[source].proposed)
            if keep_exceptions:
                merged = overlay(merged, typed_values(draft.proposed, draft.current))
            made[key] = merged
        return made

    async def apply(self, made: Mapping[str, YoloConfiguration]) -> str:
        """Put the copies into the drafts and save them."""
        for key, configuration in made.items():
            self.drafts[key].current = configuration
            await self._checked(key)
        return await self.save(list(made))

    def as_template(self, job_id: str) -> dict[str, Any]:
        """The settings that are not one restaurant's own, as JSON without secrets."""
        current = self.drafts[job_id].current
        return {
            "menu": {f.name: getattr(current.menu, f.name) for f in fields(current.menu) if f.name != "selected_menu_id"},
            "website": {
                f.name: list(value) if isinstance(value := getattr(current.website, f.name), tuple) else value
                for f in fields(current.website)
                if f.name != "cuisines"
            },
            "payment": {f.name: getattr(current.payment, f.name) for f in fields(current.payment)},
            "account": {"register_new_user": current.account.register_new_user},
        }

    async def use_template(self, job_id: str, template: Mapping[str, object]) -> Draft:
        """A template on top of one draft. InvalidConfiguration when it is of another version."""
        draft = self.drafts[job_id]
        draft.current = overlay(draft.current, template)
        return await self._checked(job_id)
