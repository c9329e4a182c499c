"""Which keys are refused by name, where the refresh token lies, and that two desktops never overwrite each other."""

from __future__ import annotations

import json

import jwt
import keyring
import pytest
from keyring.backend import KeyringBackend

from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.remote.supabase.project import Project, ProjectRefused, project, read_project, written
from regbatch_desktop.vault.kept_session import KeptSessions

URL = "https://abcdefgh.supabase.co"
SIGNING = "x" * 40


@pytest.mark.parametrize(
    ("url", "key", "words"),
    [
        (URL, "sb_secret_abc", "secret key"),
        (URL, jwt.encode({"role": "service_role"}, SIGNING, "HS256"), "service_role key"),
        (URL, jwt.encode({"role": "authenticated"}, SIGNING, "HS256"), "not a publishable key"),
        (URL, "a.b.c", "not a publishable key"),
        (URL, "password", "not a publishable key"),
        (URL, "", "missing"),
        ("http://abcdefgh.supabase.co", "sb_publishable_a", "https://"),
        ("https://abcdefgh.supabase.co/rest/v1", "sb_publishable_a", "looks like"),
        ("postgresql://postgres:secret@db.abcdefgh.supabase.co", "sb_publishable_a", "looks like"),
        ("", "sb_publishable_a", "looks like"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(url: str, key: str, words: str) -> None:
    with pytest.raises(ProjectRefused, match=words) as refused:
        project(url, key)
    assert not key or key not in refused.value.sentence


def test_a_project_file_is_read_as_it_was_written() -> None:
    for key in ("sb_publishable_abc", jwt.encode({"role": "anon"}, SIGNING, "HS256")):
        assert read_project(written(project(f" {URL}/ ", f" {key}\n"))) == Project(URL, key)
    for text in ("", "[]", "{}", "null", '{"url": 1}', "\x00"):
        with pytest.raises(ProjectRefused):
            read_project(text)
    with pytest.raises(ProjectRefused, match="secret key"):
        read_project(json.dumps({"url": URL, "publishable_key": "sb_secret_x"}))


class _PlainFile(KeyringBackend):
    """A back end that nobody promised to encrypt."""

    priority = 1

    def __init__(self) -> None:
        self.stored: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.stored[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.stored.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        del self.stored[service, username]


class _SystemKeychain(_PlainFile):
    """Stands where an operating system's keychain would."""


_SystemKeychain.__module__ = "keyring.backends.SecretService.tests"


def test_only_a_known_keychain_keeps_the_session_and_the_person_is_told() -> None:
    before = keyring.get_keyring()
    try:
        plain, system = _PlainFile(), _SystemKeychain()
        keyring.set_keyring(plain)
        kept = KeptSessions()
        kept.keep(URL, "a@b.example", Secret("token-1"))
        assert plain.stored == {}
        assert "this run only" in kept.notice
        found = kept.find(URL, "a@b.example")
        assert found is not None
        assert found.reveal() == "token-1"
        assert KeptSessions().find(URL, "a@b.example") is None

        keyring.set_keyring(system)
        kept = KeptSessions()
        assert kept.notice == ""
        kept.keep(URL, "a@b.example", Secret("token-2"))
        other_start = KeptSessions().find(URL, "a@b.example")
        assert other_start is not None
        assert other_start.reveal() == "token-2"
        kept.forget(URL, "a@b.example")
        assert system.stored == {}
        assert kept.find(URL, "a@b.example") is None
    finally:
        keyring.set_keyring(before)
