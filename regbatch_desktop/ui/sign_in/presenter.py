"""Signing in without a window: the project, the person, the organisation, and signing out.

Owns: what is remembered between starts: the project and the e-mail in the preferences, the refresh token in the keychain.
Never: imports Qt; keeps a password.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Sequence
from pathlib import Path

from regbatch_desktop.bootstrap import team_folders
from regbatch_desktop.bootstrap.kept_work import KeptWork, kept_work
from regbatch_desktop.domain.errors import MissingSelections, Offline, SignInNeeded, UnsentWork, WorkspaceUnusable
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.remote.supabase.connection import Connection, is_reachable
from regbatch_desktop.remote.supabase.project import Project, ProjectRefused, project, read_project
from regbatch_desktop.remote.supabase.session import Tokens
from regbatch_desktop.remote.supabase.sign_in import Organisation, organisations, renew, sign_in, sign_out, signed_in
from regbatch_desktop.remote.tls import clients_loaded
from regbatch_desktop.services.fates import by_kind
from regbatch_desktop.ui.preferences import Preferences
from regbatch_desktop.vault.kept_session import KeptSessions

# What the project is given to hear of it; the session ends here in any case.
SIGN_OUT_S = 5.0


class SignInPresenter:
    """The verbs of the pane."""

    def __init__(self, preferences: Preferences, kept: KeptSessions) -> None:
        self._preferences = preferences
        self._kept = kept
        self.tokens: Tokens | None = None
        # The project answered the last time it was asked: what is opened may wait for it.
        self.reached = False

    @property
    def notice(self) -> str:
        """Where the session is kept, when that needs saying."""
        return self._kept.notice

    @property
    def project(self) -> Project | None:
        """The remembered project."""
        stored = self._preferences.get("team.project", {})
        try:
            return project(str(stored["url"]), str(stored["publishable_key"])) if stored else None
        except (ProjectRefused, KeyError):
            return None

    @property
    def email(self) -> str:
        """Who signed in last."""
        return str(self._preferences.get("team.email", ""))

    def use_project(self, url: str, key: str) -> Project:
        """Remember a project. ProjectRefused says what is wrong with it."""
        chosen = project(url, key)
        self._preferences.put("team.project", {"url": chosen.url, "publishable_key": chosen.publishable_key})
        return chosen

    async def use_file(self, path: Path) -> Project:
        """Remember the project of an administrator's file."""
        try:
            text = await asyncio.to_thread(path.read_text, encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ProjectRefused("The project file cannot be read.") from error
        chosen = read_project(text)
        return self.use_project(chosen.url, chosen.publishable_key)

    async def sign_in(self, email: str, password: Secret) -> tuple[Organisation, ...]:
        """The organisations to choose from. SignInRefused, MembershipMissing, MembershipRevoked, Offline."""
        await clients_loaded()
        async with Connection(self._project()) as nobody:
            self._signed_in(await sign_in(nobody, email, password))
        return await self._organisations()

    async def resume(self) -> tuple[Organisation, ...]:
        """With the kept session. SignInNeeded when there is none or it ended. Without a network: what was known last, so that
        the workspace opens on what is here; the session is renewed by the first call that gets through.
        """
        chosen = self._project()
        # Until it answers; whoever does not wait for that opens what is here.
        self.reached = False
        token = await asyncio.to_thread(self._kept.find, chosen.url, self.email) if self.email else None
        if token is None:
            raise SignInNeeded("Please sign in.")
        user_id, known = self._user_id, self._known_organisations()
        try:
            if user_id and known and not await is_reachable(chosen):
                raise Offline("The team's project cannot be reached.")
            await clients_loaded()
            async with Connection(chosen) as nobody:
                self._signed_in(await renew(nobody, token.reveal()))
            return await self._organisations()
        except SignInNeeded:
            self._kept.forget(chosen.url, self.email)
            raise
        except Offline:
            if not user_id or not known:
                raise
            return await self.kept()

    async def kept(self) -> tuple[Organisation, ...]:
        """The organisations that can be opened with the kept session alone, without asking the project; () for none."""
        user_id, known = self._user_id, self._known_organisations()
        token = await asyncio.to_thread(self._kept.find, self.project.url, self.email) if self.project and self.email else None
        if token is None or not user_id or not known:
            return ()
        if self.tokens is None:
            # Due at once: it is renewed by the first call that gets through.
            self.tokens = Tokens("", token.reveal(), 0.0, user_id, self.email)
        return known

    async def unsent(self) -> tuple[KeptWork, ...]:
        """What this account decided here and its teams have not taken. WorkspaceLocked while it is open elsewhere."""
        return await kept_work(self._project().url, self._user_id) if self._user_id else ()

    def named(self, work: Sequence[KeptWork]) -> list[str]:
        """Number and kinds, per organisation."""
        names = {each.id: each.name for each in self._known_organisations()}
        return [f"{names.get(each.organisation_id, 'An organisation')}: {kind}" for each in work for kind in by_kind(each.fates)]

    async def export(self, work: Sequence[KeptWork], path: str) -> None:
        """All of it as one file that only its owner reads. WorkspaceUnusable."""
        text = json.dumps({each.organisation_id: json.loads(each.exported) for each in work}, indent=2, ensure_ascii=False)

        def write() -> None:
            Path(path).touch(mode=0o600)
            Path(path).write_text(text, encoding="utf-8")

        try:
            await asyncio.to_thread(write)
        except OSError as error:
            raise WorkspaceUnusable(f"{path} cannot be written: {error.strerror}.") from error

    async def sign_out(self, *, unsent: str = "name") -> None:
        """End the session at the project and wipe what of this account lies on this machine.

        `unsent`: what becomes of decisions that the team has not taken: "name" raises UnsentWork and does nothing, "keep" leaves
        them for the next sign-in of this account, "discard" wipes them as well.
        """
        chosen, tokens, email, user_id = self.project, self.tokens, self.email, self._user_id
        if chosen is not None and user_id and unsent == "name":
            count = sum((await asyncio.to_thread(team_folders.unsent, chosen.url, user_id)).values())
            if count:
                raise UnsentWork(
                    f"{count} decision{'s' if count != 1 else ''} of yours {'have' if count != 1 else 'has'} not reached your team; "
                    "say whether to keep them for your next sign-in or to discard them.",
                    count=count,
                )
        if chosen is not None and tokens is not None and tokens.access:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SIGN_OUT_S), Connection(chosen) as nobody:
                    await sign_out(nobody, tokens)
        if chosen is not None and email:
            await asyncio.to_thread(self._kept.forget, chosen.url, email)
        if chosen is not None and user_id:
            await asyncio.to_thread(team_folders.wipe, chosen.url, user_id, keep_unsent=unsent == "keep")
        self.tokens = None
        for name in ("team.email", "team.user_id"):
            self._preferences.put(name, "")
        self._preferences.put("team.organisations", [])

    @property
    def _user_id(self) -> str:
        return self.tokens.user_id if self.tokens is not None else str(self._preferences.get("team.user_id", ""))

    def _known_organisations(self) -> tuple[Organisation, ...]:
        kept = self._preferences.get("team.organisations", [])
        try:
            return tuple(Organisation(str(each["id"]), str(each["name"]), str(each["role"])) for each in kept)
        except (TypeError, KeyError):
            return ()

    def keep(self, tokens: Tokens) -> None:
        """The session was renewed: the old refresh token is worth nothing any more."""
        self.tokens = tokens
        self._kept.keep(self._project().url, tokens.email, Secret(tokens.refresh))

    def preferred(self, found: Sequence[Organisation]) -> Organisation | None:
        """The only one, or the one that was open last."""
        if len(found) == 1:
            return found[0]
        last = self._preferences.get("team.organisation", "")
        return next((each for each in found if each.id == last), None)

    def chosen(self, organisation: Organisation) -> None:
        """Remember it for the next start."""
        self._preferences.put("team.organisation", organisation.id)

    def _project(self) -> Project:
        if self.project is None:
            raise MissingSelections("Say first which project your team works in: open the project file of your administrator.")
        return self.project

    def _signed_in(self, tokens: Tokens) -> None:
        self.reached = True
        self.keep(tokens)
        if tokens.user_id != self._preferences.get("team.user_id", ""):
            # Another account: what was known of the one before is not shown to it.
            self._preferences.put("team.organisations", [])
        self._preferences.put("team.user_id", tokens.user_id)
        self._preferences.put("team.email", tokens.email)

    async def _organisations(self) -> tuple[Organisation, ...]:
        if self.tokens is None:
            raise SignInNeeded("Please sign in.")
        connection, _ = signed_in(self._project(), self.tokens, keep=self.keep)
        async with connection:
            found = await organisations(connection, self.tokens.user_id)
        listed = [{"id": each.id, "name": each.name, "role": each.role} for each in found]
        self._preferences.put("team.organisations", listed)
        return found
