"""What every pane is built from: plain texts, questions that let the rest go on, states, memory."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QListWidget, QPushButton, QWidget

from regbatch_desktop.domain.errors import RegBatchError, ServiceUnavailable
from regbatch_desktop.runtime.tasks import TaskScope
from regbatch_desktop.ui.kit.plain_text import LONGEST_TOOLTIP, ElidedLabel, Label, plain_tooltip
from regbatch_desktop.ui.kit.questions import ask, ask_text
from regbatch_desktop.ui.kit.states import Notice, States
from regbatch_desktop.ui.kit.theme import Look
from regbatch_desktop.ui.main_window import MainWindow
from regbatch_desktop.ui.preferences import Preferences
from tests.ui.qt_bench import logged, on_qt, other_tasks, settle, until

MARKUP = "<b>Kea</b> <img src='http://kea.example/x.png'> &amp; <script>x</script>"
pytestmark = pytest.mark.usefixtures("qt")


def test_labels_show_markup_as_it_was_written() -> None:
    label = Label(MARKUP)
    assert (label.text(), label.textFormat()) == (MARKUP, Qt.TextFormat.PlainText)
    plain = Label("Kea Kitchen")
    markup = Label("<b>Kea Kitchen</b>")
    assert markup.sizeHint().width() > plain.sizeHint().width()


def test_an_elided_label_ends_in_dots_and_its_tooltip_has_it_all_as_text(qt: QApplication) -> None:
    label = ElidedLabel(MARKUP)
    label.resize(80, 20)
    label.show()
    qt.processEvents()
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text().endswith("…")
    assert label.accessibleName() == MARKUP
    assert label.toolTip() == plain_tooltip(MARKUP)
    assert "<b>" not in label.toolTip()
    label.resize(2_000, 20)
    qt.processEvents()
    assert (label.text(), label.toolTip()) == (MARKUP, "")


def test_a_tooltip_is_never_endless() -> None:
    assert len(plain_tooltip("x" * 100_000)) == LONGEST_TOOLTIP + len("<qt></qt>")


def _open_dialog(window: QWidget) -> QDialog | None:
    return next((each for each in window.findChildren(QDialog) if each.isVisible()), None)


@pytest.mark.parametrize(("press", "expected"), [("Do it", True), ("Rather not", False), ("Escape", False)])
def test_a_question_lets_everything_else_go_on_and_is_answered(press: str, expected: bool) -> None:
    @on_qt
    async def go() -> None:
        window, ticks = QWidget(), 0
        window.show()
        asked = asyncio.ensure_future(ask(window, "Sure?", MARKUP, rows=["one", "two"], yes="Do it", no="Rather not"))
        await until(lambda: _open_dialog(window))
        dialog = _open_dialog(window)
        assert dialog is not None
        assert dialog.windowModality() == Qt.WindowModality.WindowModal
        for _ in range(50):
            await asyncio.sleep(0)
            ticks += 1
        assert (ticks, asked.done()) == (50, False)
        (listed,) = dialog.findChildren(QListWidget)
        assert [listed.item(number).text() for number in range(listed.count())] == ["one", "two"]
        if press == "Escape":
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
        else:
            next(each for each in dialog.findChildren(QPushButton) if each.text() == press).click()
        assert await asked is expected
        await until(lambda: not window.findChildren(QDialog), "the dialog is still there")

    go()


@on_qt
async def test_a_line_of_text_is_asked_for() -> None:
    window = QWidget()
    window.show()
    asked = asyncio.ensure_future(ask_text(window, "Rename", "A new name", "old"))
    await until(lambda: _open_dialog(window))
    (line,) = window.findChildren(QLineEdit)
    assert (line.text(), line.selectedText(), line.accessibleName()) == ("old", "old", "Rename")
    line.setText("new")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert await asked == "new"


@pytest.mark.parametrize("pane_goes_first", [True, False])
def test_a_question_left_open_when_the_workspace_closes_ends_quietly(pane_goes_first: bool) -> None:
    @on_qt
    async def go() -> None:
        window, scope = QWidget(), TaskScope("test")
        window.show()
        scope.spawn(ask(window, "Sure?", "Nobody answers."), name="ask")
        await until(lambda: _open_dialog(window))
        with logged("regbatch_desktop.runtime.tasks") as records:
            if pane_goes_first:
                window.deleteLater()
                settle()
            assert await scope.aclose() == ()
        assert (records, other_tasks()) == ([], [])

    go()


def _states() -> States:
    return States(Label("content"), empty_title="Nothing", empty_text="Do this next.", action="Do it")


def test_states_go_from_loading_to_content_empty_and_failed() -> None:
    states, told = _states(), []
    states.retried.connect(lambda: told.append("retried"))
    states.acted.connect(lambda: told.append("acted"))
    assert states.state == "loading"
    states.show_failure(ServiceUnavailable("The disk is full."))
    assert states.state == "failed"
    assert "The disk is full." in [label.text() for label in states.findChildren(Label)]
    states.show_empty("Still nothing", "Look elsewhere.")
    assert states.state == "empty"
    for each in states.findChildren(QPushButton):
        if each.text() in ("Retry", "Do it"):
            each.click()
    assert sorted(told) == ["acted", "retried", "retried"]
    states.show_content()
    assert states.state == "content"


def test_an_error_keeps_old_content_says_so_and_goes_away_with_the_next_load() -> None:
    states = _states()
    states.show_content()
    states.show_failure(KeyError("secret detail"))
    assert states.state == "content"
    assert states.notice.isVisibleTo(states)
    assert "Showing what was there at " in states.notice.text
    assert "secret detail" not in states.notice.text
    states.show_content()
    assert not states.notice.isVisibleTo(states)


def test_a_load_does_not_take_away_what_was_said() -> None:
    states = _states()
    states.notice.say("3 restaurants imported.", undo=True)
    states.show_content()
    assert states.notice.isVisibleTo(states)
    states.show_failure(ServiceUnavailable("Not now."))
    states.notice.say("Renamed.")
    states.show_content()
    assert (states.notice.isVisibleTo(states), states.notice.text) == (True, "Renamed.")


def test_a_notice_offers_what_helps() -> None:
    class Final(RegBatchError):
        retry_helps = False

    notice = Notice()

    def offers() -> list[str]:
        return [each.text() for each in notice.findChildren(QPushButton) if each.isVisibleTo(notice)]

    assert notice.isHidden()
    for error, expected in (
        (Final(MARKUP), ["Dismiss"]),
        (ServiceUnavailable("x"), ["Retry", "Dismiss"]),
        (KeyError("x"), ["Retry", "Dismiss"]),
    ):
        notice.fail(error)
        assert offers() == expected
    notice.say("Done.", undo=True)
    assert offers() == ["Undo", "Dismiss"]


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe\x00", b"[1, 2]", b"null", b"[" * 100_000])
def test_damaged_preferences_are_set_aside_and_written_anew(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "p.json"
    path.write_bytes(damage)
    preferences = Preferences(path)
    assert preferences.get("look", "system") == "system"
    preferences.put("look", "dark")
    assert Preferences(path).get("look") == "dark"
    assert (tmp_path / "p.damaged").read_bytes() == damage


def test_a_value_of_another_kind_counts_as_none_and_the_window_opens(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    values: dict[str, Any] = {"window.geometry": 5, "shortcuts": [1], "recent": "x", "look": "purple", "selection.min_score": "x"}
    path.write_text(json.dumps(values | {"size": 1}))
    preferences = Preferences(path)
    assert [preferences.get(name, default) for name, default in (("recent", []), ("size", 0.5), ("look", ""))] == [
        [],
        1,
        "purple",
    ]
    MainWindow(preferences).furnish()
    assert Look(preferences.get("look", "system")) is Look.SYSTEM


def test_preferences_keep_a_path_that_is_no_text_and_bear_a_disk_that_refuses(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "p.json"
    odd = b"/tmp/\xff.db".decode("utf-8", "surrogateescape")
    Preferences(path).put("recent", [odd])
    assert Preferences(path).get("recent") == [odd]
    (tmp_path / "file").write_text("in the way")
    refused = Preferences(tmp_path / "file" / "p.json")
    refused.put("look", "dark")
    assert refused.get("look") == "dark"


def test_what_is_remembered_for_later_is_there_at_once_and_written_with_the_next_or_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "preferences.json"
    kept = Preferences(file)
    kept.put("window.pane", "batches", later=True)
    assert kept.get("window.pane") == "batches"
    assert not file.exists()
    kept.put("look", "dark")
    assert Preferences(file).values() == {"window.pane": "batches", "look": "dark"}
    kept.put("window.pane", "leads", later=True)
    kept.flush()
    assert Preferences(file).get("window.pane") == "leads"
    file.unlink()
    kept.flush()
    assert not file.exists()
