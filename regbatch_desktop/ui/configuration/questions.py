"""What the configuration pane asks before it changes several restaurants; what came of it in a sentence ("" = nothing).

Owns: the words of the questions.
Never: changes anything itself (presenter.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from regbatch_desktop.ui.configuration.differences import differences
from regbatch_desktop.ui.configuration.drafts import ConfigurationRow
from regbatch_desktop.ui.configuration.presenter import ConfigurationPresenter
from regbatch_desktop.ui.kit.questions import ask, ask_text
from regbatch_desktop.ui.kit.words import plural
from regbatch_desktop.ui.preferences import Preferences


class ConfigurationQuestions:
    """`source`: the job whose configuration is shown."""

    def __init__(self, pane: QWidget, presenter: ConfigurationPresenter, preferences: Preferences) -> None:
        self._pane = pane
        self._presenter = presenter
        self._preferences = preferences

    async def keep_template(self, source: str) -> str:
        """Under a name; an earlier template of that name is replaced only when the person says so."""
        if not source:
            return ""
        values = self._presenter.as_template(source)
        found = await ask_text(
            self._pane, "Keep as a template", "Website, menu and payment settings; nothing of this restaurant itself."
        )
        name = (found or "").strip()
        if not name:
            return ""
        templates = dict(self._preferences.get("configuration.templates", {}))
        if name in templates and not await ask(
            self._pane, "Replace the template?", f"There is a template “{name}” already.", yes="Replace it"
        ):
            return ""
        templates[name] = values
        self._preferences.put("configuration.templates", templates)
        return f"Kept as “{name}”."

    async def copy(self, source: str, targets: Sequence[ConfigurationRow]) -> str:
        """To every restaurant, or to the selected ones; the differences are shown first."""
        if not source:
            return ""
        made = self._presenter.copied(source, [row.key for row in targets])
        names = {row.key: row.name for row in targets}
        changed = {key: found for key, c in made.items() if (found := differences(self._presenter.drafts[key].current, c))}
        if not changed:
            return "The others have these settings already."
        rows = [f"{names[key]}: {'; '.join(found)}" for key, found in changed.items()]
        text = (
            "Their own contacts, name, address, subdomain, hours and menu stay; so do their colours, theme, cuisines and logos "
            "where you did not change these here, and whatever was changed for one alone. "
            "To copy to some only, select them in the list first."
        )
        if not await ask(self._pane, f"Copy to {plural(len(rows), 'restaurant')}?", text, rows=rows, yes="Copy and save"):
            return ""
        return await self._presenter.apply({key: made[key] for key in changed})

    async def start(self, rows: Sequence[ConfigurationRow]) -> str:
        """Save and start; several are listed first."""
        if not rows:
            return ""
        text = "Accounts and shops are created at the platform for:"
        if len(rows) > 1 and not await ask(
            self._pane, f"Start {plural(len(rows), 'restaurant')}?", text, rows=[row.name for row in rows], yes="Start them"
        ):
            return ""
        return await self._presenter.start([row.key for row in rows])
