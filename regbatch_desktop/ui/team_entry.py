"""The way into a team's workspace: the sign-in pane, then the same panes as for a file.

Owns: the sessions that no keychain keeps (they last as long as the program), which organisation is open.
Never: contains a pane's logic.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from regbatch_desktop.bootstrap.services import Services, limits_for
from regbatch_desktop.bootstrap.team_desk import TeamDesk, opened_team_desk
from regbatch_desktop.domain.errors import InvalidConfiguration, SignInNeeded
from regbatch_desktop.domain.fate import OutboxSummary
from regbatch_desktop.domain.freshness import FeedState, Freshness
from regbatch_desktop.remote.supabase.sign_in import Organisation
from regbatch_desktop.runtime.changes import Change
from regbatch_desktop.services.team_runs import TeamRuns
from regbatch_desktop.ui.desk import Desk
from regbatch_desktop.ui.kit.async_action import AsyncAction
from regbatch_desktop.ui.kit.garbage import put_aside
from regbatch_desktop.ui.reachability import Reachability
from regbatch_desktop.ui.sign_in.pane import SignInPane
from regbatch_desktop.ui.sign_in.presenter import SignInPresenter
from regbatch_desktop.ui.workspace_settings import settings_of
from regbatch_desktop.vault.kept_session import KeptSessions

if TYPE_CHECKING:
    from regbatch_desktop.ui.application import Application


# What a project that answered a moment ago is given to bring the newest rows before the panes are shown.
REACHED_S = 0.5


def freshness_words(team: TeamDesk) -> str:
    """live, polling, or since when nothing is heard: whoever noticed it first, the one who asks or the one who sends."""
    if team.puller.shut_out:
        return "no access"
    if not team.connectivity.is_online:
        return Freshness(FeedState.OFFLINE, team.connectivity.since).words
    return team.puller.freshness.words if team.puller.freshness.state is not FeedState.OFFLINE else FeedState.POLLING.value


def is_sending(summary: OutboxSummary) -> bool:
    """Something is on its way that will not stay here for another reason."""
    return summary.waiting > summary.parked and not summary.stalled


class TeamEntry:
    """One per program."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._presenter = SignInPresenter(application.preferences, KeptSessions())
        self._open_one: Organisation | None = None
        self.opening = AsyncAction(application.scope, self._open, name="open-team")
        application.first_page.tells_of(self.opening)
        # The session ended: back to the door, with everything that waits kept here.
        self.again = AsyncAction(application.scope, self._sign_in_again, name="sign-in-again")

    def sign_in(self) -> None:
        """Show the pane; a kept session is taken up by itself."""
        window = self._application.window
        pane = SignInPane(self._presenter, self._application.scope)
        pane.open_wanted.connect(self.opening.trigger)
        pane.back_wanted.connect(self._back)
        pane.stop_wanted.connect(self.opening.cancel)
        window.detach()
        window.attach({"sign-in": pane}, "")
        window.show_pane("sign-in")

    async def _sign_in_again(self) -> None:
        await self._application.close_workspace()
        self.sign_in()

    def is_at(self, path: Path) -> bool:
        """This path is the open organisation's."""
        return self._open_one is not None and path == self._path(self._open_one)

    async def open_again(self) -> None:
        """With what was set meanwhile."""
        if self._open_one is not None:
            await self._open(self._open_one)

    def _back(self) -> None:
        self.opening.cancel()
        self._application.window.detach()
        self._application.welcome()

    def _on_loading(self, here: int, total: int) -> None:
        pane = self._application.window.panes.get("sign-in")
        if isinstance(pane, SignInPane):
            pane.loading.show_rows(here, total)

    def _path(self, organisation: Organisation) -> Path:
        # Stands for the workspace where a file would; settings are remembered under it.
        return self._application.data_dir / "team" / organisation.id / organisation.name.replace("/", " ")

    async def _open(self, organisation: Organisation) -> None:
        project, tokens = self._presenter.project, self._presenter.tokens
        if project is None or tokens is None:
            raise SignInNeeded("Please sign in.")
        application, path = self._application, self._path(organisation)
        chosen = settings_of(application.preferences, path)
        if problem := chosen.problem():
            raise InvalidConfiguration(problem)
        register = Path(chosen.register_file) if chosen.register_file else None
        services = Services(
            chosen.platform_url,
            register,
            onboarding_sync=chosen.onboarding_sync,
            indexing=application.say_indexing,
            beside_window=True,
            **application.practice,
        )
        limits = chosen.limited(limits_for(services))
        stack = AsyncExitStack()
        patience_s = REACHED_S if self._presenter.reached else 0.0
        opening = opened_team_desk(
            project,
            tokens,
            organisation,
            services,
            keep=self._presenter.keep,
            limits=limits,
            patience_s=patience_s,
            loading=self._on_loading,
        )
        try:
            team = await stack.enter_async_context(opening)
        except BaseException:
            await stack.aclose()
            raise
        await application.close_workspace()
        self._open_one = organisation

        def prepare(desk: Desk) -> None:
            desk.connectivity, desk.look = team.connectivity, team.puller.poke
            if isinstance(desk.runs, TeamRuns):
                desk.runs.is_away = lambda: not team.connectivity.is_online
                desk.runs.is_sending = lambda: is_sending(team.outbox.summary)
            desk.has_register = team.is_practice or register is not None

        desk = await application.show_workspace(
            stack,
            team.doors,
            path,
            team.is_practice,
            team.notices,
            engine=team.engine,
            queue=team.authority,
            person=self._presenter.email,
            prepare=prepare,
        )
        application.workbench.outbox.sign_in_wanted.connect(self.again.trigger)

        def say() -> None:
            practice = " (practice services)" if team.is_practice else ""
            application.window.say_aside(f"{organisation.name}: {freshness_words(team)}{practice}")

        def on_connection() -> None:
            say()
            team.doors.changes.publish(Change("connection", ()))

        team.puller.on_freshness = lambda _freshness: say()
        team.connectivity.listeners.append(on_connection)
        stack.callback(team.doors.changes.subscribe(lambda change: say() if change.kind == "fate" else None))
        application.workbench.reachability = Reachability(team.connectivity, team.puller.poke, application.workbench)
        say()
        desk.scope.spawn(team.run(), name="sync")
        await desk.runs.begin()
        put_aside()
        application.window.show_pane(application.preferences.get("window.pane", "leads"))
