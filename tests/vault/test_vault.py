"""A password is opened by its own workspace, job and field, and by nothing else."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from regbatch_desktop.domain.errors import SecretUnreadable
from regbatch_desktop.domain.secret import Secret
from regbatch_desktop.ports import SaveSecret, SealedValue
from regbatch_desktop.vault.envelope import Vault
from regbatch_desktop.vault.workspace_key import workspace_key

KEY = b"k" * 32


def stored(write: SaveSecret) -> SealedValue:
    return SealedValue(write.id, write.job_id, write.field, write.key_version, write.nonce, write.ciphertext)


def test_what_was_sealed_can_be_opened_and_does_not_show() -> None:
    write = Vault(KEY, workspace_id="w").seal(Secret("Kōwhai789!"), job_id="j", field="account.password")
    assert Vault(KEY, workspace_id="w").open(stored(write)).reveal() == "Kōwhai789!"
    assert "789" not in repr(write)


@pytest.mark.parametrize("change", [{"job_id": "other"}, {"field": "onboarding.user_password"}, {"key_version": 2}])
def test_a_value_moved_to_another_place_does_not_open(change: dict[str, object]) -> None:
    sealed = stored(Vault(KEY, workspace_id="w").seal(Secret("x"), job_id="j", field="account.password"))
    with pytest.raises(SecretUnreadable):
        Vault(KEY, workspace_id="w").open(replace(sealed, **change))  # type: ignore[arg-type]


def test_another_workspace_and_another_key_do_not_open_it() -> None:
    sealed = stored(Vault(KEY, workspace_id="w").seal(Secret("x"), job_id="j", field="f"))
    for other in (Vault(KEY, workspace_id="v"), Vault(b"o" * 32, workspace_id="w")):
        with pytest.raises(SecretUnreadable):
            other.open(sealed)


def test_a_new_key_seals_and_what_older_ones_sealed_stays_readable() -> None:
    old = stored(Vault(KEY, workspace_id="w").seal(Secret("old"), job_id="j", field="f"))
    both = Vault({1: KEY, 2: b"n" * 32}, workspace_id="w")
    new = stored(both.seal(Secret("new"), job_id="j", field="f"))
    assert (old.key_version, new.key_version) == (1, 2)
    assert [both.open(each).reveal() for each in (old, new)] == ["old", "new"]
    with pytest.raises(SecretUnreadable, match="newer key"):
        Vault(KEY, workspace_id="w").open(new)
    with pytest.raises(SecretUnreadable):
        Vault({2: b"n" * 32}, workspace_id="w").open(old)


def test_every_single_bit_that_changes_is_noticed() -> None:
    vault = Vault(KEY, workspace_id="w")
    sealed = stored(vault.seal(Secret("short"), job_id="j", field="f"))
    for bit in range(len(sealed.ciphertext) * 8):
        broken = bytearray(sealed.ciphertext)
        broken[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SecretUnreadable):
            vault.open(replace(sealed, ciphertext=bytes(broken)))


def test_the_key_file_is_private_stable_and_damage_is_said(tmp_path: Path) -> None:
    first = workspace_key("w", data_dir=tmp_path)
    assert workspace_key("w", data_dir=tmp_path).key == first.key
    assert workspace_key("v", data_dir=tmp_path).key != first.key
    assert "***" in repr(first)
    if first.notice:
        path = tmp_path / "keys" / "w.key"
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        path.write_text("not a key")
        with pytest.raises(SecretUnreadable, match="typed again"):
            workspace_key("w", data_dir=tmp_path)
