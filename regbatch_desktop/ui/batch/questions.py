"""What the detail pane asks before it changes something, and what comes of it in a sentence ("" = the person thought better of it).

Owns: the words of the questions.
Never: changes anything itself (presenter.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from regbatch_desktop.read_models import BatchBoard, JobRow
from regbatch_desktop.ui.batch.presenter import BatchPresenter
from regbatch_desktop.ui.batch.retry_dialog import RetryDialog
from regbatch_desktop.ui.kit.form_dialog import EntryDialog
from regbatch_desktop.ui.kit.questions import answered, ask
from regbatch_desktop.ui.kit.words import plural


class BatchQuestions:
    """`person`: who decides."""

    def __init__(self, pane: QWidget, presenter: BatchPresenter, person: str) -> None:
        self._pane = pane
        self._presenter = presenter
        self._person = person

    async def cancel(self, board: BatchBoard | None) -> str:
        """Everything that is cancelled with it is listed."""
        text = "This is for good. Nothing new starts; calls under way finish and are recorded. What was created stays at the platform."
        live = (
            [f"{row.name}: {row.status}" for row in board.jobs if row.status_key not in ("completed", "cancelled")]
            if board
            else []
        )
        if not await ask(self._pane, "Cancel this batch?", text, rows=live, yes="Cancel the batch", no="Keep"):
            return ""
        return await self._presenter.cancel()

    async def retry_all(self, rows: Sequence[JobRow]) -> str:
        """Several that failed, from where they stand; each is listed with its reason."""
        text = "Each goes on from its first open step. What succeeded at the platform is not done again."
        listed = [f"{row.name}: {row.error or 'some sub-steps failed'}" for row in rows]
        if not rows or not await ask(self._pane, f"Retry {plural(len(rows), 'restaurant')}?", text, rows=listed, yes="Retry"):
            return ""
        return await self._presenter.retry(rows, None, False)

    async def skip(self, row: JobRow | None) -> str:
        """The step at which it failed, with the reason."""
        if row is None or not row.can_skip:
            return ""
        text = f"Step {row.step}, {row.step_name}, is left out for this restaurant and it goes on without. Retrying from it stays possible."
        if not await ask(
            self._pane, f"Skip for {row.name}?", text, rows=[row.error or "no reason was given"], yes="Skip the step"
        ):
            return ""
        return await self._presenter.skip(row)

    async def enter(self, row: JobRow | None) -> str:
        """The contact and the company, typed."""
        if row is None or not row.can_enter:
            return ""
        email, phone = await self._presenter.contact(row.restaurant_id)
        dialog = EntryDialog(self._pane, row.name, email=email, phone=phone)
        if not await answered(dialog):
            return ""
        return await self._presenter.enter(row, dialog.entry, self._person)

    async def retry_from(self, chosen: Sequence[JobRow]) -> str:
        """Those that can go on again, from a step."""
        rows = [row for row in chosen if row.can_retry or row.needs_you]
        if not rows:
            return ""
        dialog = RetryDialog(self._pane, rows)
        if not await answered(dialog):
            return ""
        return await self._presenter.retry(rows, dialog.from_step, dialog.reset_config)

    async def change_sub_step(self, row: JobRow, verb: str, key: str) -> str:
        """A sub-step: evidence first, consequences stated. `verb` as in restaurant_view.py."""
        if verb == "check":
            return await self._presenter.check_again(row.key)
        if verb in ("happened", "not_happened"):
            evidence = (await self._presenter.evidence(row.key, key)).splitlines()
            happened = verb == "happened"
            text = (
                "It counts as done and is not sent again."
                if happened
                else "The call is made once more. Look at the platform first: if it did happen, it would happen twice."
            )
            if not await ask(self._pane, "It happened?" if happened else "It did not happen?", text, rows=evidence, yes="Yes"):
                return ""
            return await self._presenter.answer_unknown(row.key, key, happened, self._person)
        if verb == "again":
            text = "A new call is made at the platform, although an earlier one may have succeeded. These are done again as well:"
            if not await ask(
                self._pane, "Do it again?", text, rows=self._presenter.consequences(key) or ["nothing else"], yes="Do it again"
            ):
                return ""
            return await self._presenter.do_again(row.key, key)
        text = "Nothing is sent to the platform; the batch goes on as if this were true. Waiting for it:"
        if not await ask(
            self._pane, f"Set to {verb}?", text, rows=self._presenter.consequences(key) or ["nothing else"], yes="Set it"
        ):
            return ""
        return await self._presenter.set_status(row.key, key, verb, self._person)
