"""No screen is needed: Qt paints into memory."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from regbatch_desktop.ui.kit.garbage import garbage_collected_here
from tests.ui.qt_bench import application, settle, thrown


@pytest.fixture(scope="session")
def qt() -> QApplication:
    """The one application of this process."""
    return application()


@pytest.fixture(autouse=True)
def _quiet(qt: QApplication) -> Iterator[None]:
    """What a slot raises is lost in Qt; here it fails the test. No window outlives its test."""
    with garbage_collected_here(), thrown() as errors:
        yield
        for widget in qt.topLevelWidgets():
            widget.close()
            widget.deleteLater()
        settle()
    assert not errors, errors
