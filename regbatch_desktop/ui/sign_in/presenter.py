"""Signing in without a window: the project, the person, the organisation, and signing out.

Owns: what is remembered between starts: the project and the e-mail in the preferences, the refresh token in the keychain.
Never: imports Qt; keeps a password.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

from regbatch_desktop.domain.errors import MissingSelections, SignInNeeded
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.remote.supabase.connection import Connection
from regbatch_desktop.remote.supabase.project import Project, ProjectRefused, project, read_project
from regbatch_desktop.remote.supabase.session import Tokens
from regbatch_desktop.remote.supabase.sign_in import Organisation, organisations, renew, sign_in, sign_out, signed_in
from regbatch_desktop.surroundings import data_dir
from regbatch_desktop.ui.preferences import Preferences
from regbatch_desktop.vault.kept_session import KeptSessions


class SignInPresenter:
    """The verbs of the pane."""

    def __init__(self, preferences: Preferences, kept: KeptSessions) -> None:
        self._preferences = preferences
        self._kept = kept
        self.tokens: Tokens | None = None

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
        async with Connection(self._project()) as nobody:
            self._signed_in(await sign_in(nobody, email, password))
        return await self._organisations()

    async def resume(self) -> tuple[Organisation, ...]:
        """With the kept session. SignInNeeded when there is none or it ended."""
        chosen = self._project()
        token = await asyncio.to_thread(self._kept.find, chosen.url, self.email) if self.email else None
        if token is None:
            raise SignInNeeded("Please sign in.")
        try:
            async with Connection(chosen) as nobody:
                self._signed_in(await renew(nobody, token.reveal()))
        except SignInNeeded:
            self._kept.forget(chosen.url, self.email)
            raise
        return await self._organisations()

    async def sign_out(self) -> None:
        """End the session at the project and wipe what of the team lies on this machine."""
        chosen, tokens, email = self.project, self.tokens, self.email
        if chosen is not None and tokens is not None:
            async with Connection(chosen) as nobody:
                await sign_out(nobody, tokens)
        if chosen is not None and email:
            await asyncio.to_thread(self._kept.forget, chosen.url, email)
        self.tokens = None
        self._preferences.put("team.email", "")
        await asyncio.to_thread(shutil.rmtree, data_dir() / "team", ignore_errors=True)

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
        self.keep(tokens)
        self._preferences.put("team.email", tokens.email)

    async def _organisations(self) -> tuple[Organisation, ...]:
        if self.tokens is None:
            raise SignInNeeded("Please sign in.")
        connection, _ = signed_in(self._project(), self.tokens, keep=self.keep)
        async with connection:
            return await organisations(connection, self.tokens.user_id)
