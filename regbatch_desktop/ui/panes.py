"""The panes of one workspace, made one after the other so that the window goes on meanwhile.

Owns: which panes there are, and in which order they are made.
Never: wires them (workbench.py) or loads anything.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from regbatch_desktop.ui.command_keys import SHORTCUTS
from regbatch_desktop.ui.desk import Desk
from regbatch_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from regbatch_desktop.ui.activity.pane import ActivityPane
    from regbatch_desktop.ui.batch.pane import BatchPane
    from regbatch_desktop.ui.batches.pane import BatchesPane
    from regbatch_desktop.ui.configuration.pane import ConfigurationPane
    from regbatch_desktop.ui.leads.pane import LeadsPane
    from regbatch_desktop.ui.outbox.pane import OutboxPane
    from regbatch_desktop.ui.selection.pane import SelectionPane
    from regbatch_desktop.ui.settings.pane import SettingsPane

_CLASSES = {
    "leads": "LeadsPane", "batches": "BatchesPane", "batch": "BatchPane", "selection": "SelectionPane",
    "configuration": "ConfigurationPane", "activity": "ActivityPane", "settings": "SettingsPane", "outbox": "OutboxPane",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Panes:
    """`outbox` only where decisions go to a team."""

    leads: LeadsPane
    batches: BatchesPane
    batch: BatchPane
    selection: SelectionPane
    configuration: ConfigurationPane
    activity: ActivityPane
    settings: SettingsPane
    outbox: OutboxPane | None = None

    @property
    def by_name(self) -> Mapping[str, QWidget]:
        """Those that there are."""
        return {name: pane for name in _CLASSES if (pane := getattr(self, name)) is not None}


async def made_panes(window: MainWindow, desk: Desk, log_path: Path) -> Panes:
    """In the window and not to be seen yet. Loading a pane's module, making it and styling it have a turn of the loop each: together
    they take as long as a dozen frames.
    """
    more: dict[str, tuple[Any, ...]] = {"activity": (log_path,), "settings": (SHORTCUTS,)}
    made: dict[str, Any] = {}
    try:
        for name in _CLASSES:
            if name == "outbox" and desk.doors.outbox is None:
                continue
            make = await _turn(partial(_class_of, name))
            made[name] = await _turn(partial(make, desk, *more.get(name, ())))
            await _turn(partial(window.house, made[name]))
    except BaseException:
        for pane in made.values():
            pane.deleteLater()
        raise
    return Panes(**made)


def _class_of(name: str) -> Any:
    return getattr(importlib.import_module(f"regbatch_desktop.ui.{name}.pane"), _CLASSES[name])


async def _turn(work: Callable[[], Any]) -> Any:
    done = work()
    await asyncio.sleep(0)
    return done
