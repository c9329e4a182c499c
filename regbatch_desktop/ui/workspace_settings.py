"""What a person set for one workspace: where its services are and how hard they may be used.

Owns: the bounds, and the sentences for what is outside of them.
Never: opens anything; the values count from the next time the workspace is opened.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from urllib.parse import urlsplit

from regbatch_desktop.domain.batch import PARALLEL_CAP
from regbatch_desktop.ports import ServiceLimits
from regbatch_desktop.ui.preferences import Preferences

# Name → (words, lowest, highest).
BOUNDS = {
    "max_in_flight": ("Calls at once per service", 1, 16),
    "account_spacing_s": ("Seconds between two new accounts", 0, 600),
    "max_retries": ("Further tries for a passing problem", 0, 10),
    "parallel_cap": ("Restaurants at once in a parallel batch", 1, PARALLEL_CAP),
}


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """ "" and None stand for what comes with the services. `onboarding_sync`: see bootstrap.services.Services; a team's project knows better."""

    platform_url: str = ""
    register_file: str = ""
    max_in_flight: int | None = None
    account_spacing_s: int | None = None
    max_retries: int | None = None
    parallel_cap: int | None = None
    onboarding_sync: bool | None = None

    def limited(self, limits: ServiceLimits) -> ServiceLimits:
        """The limits with what was set."""
        chosen = {name: value for name in BOUNDS if name != "parallel_cap" and (value := getattr(self, name)) is not None}
        return replace(limits, **chosen)

    def problem(self) -> str:
        """What is wrong with it in a sentence, or ""."""
        if self.platform_url:
            scheme, host = _scheme_and_host(self.platform_url)
            if not host or scheme not in ("https", "http") or (scheme == "http" and host not in ("127.0.0.1", "localhost")):
                return "The platform's address begins with https:// and a name."
        if self.register_file and not Path(self.register_file).is_file():
            return f"There is no file {self.register_file}."
        return ""


def settings_of(preferences: Preferences, path: Path) -> WorkspaceSettings:
    """What was set for this file; values that are out of bounds or of another kind count as not set."""
    kept = preferences.get("workspaces", {}).get(str(path), {})
    found: dict[str, object] = {}
    for field in fields(WorkspaceSettings):
        value = kept.get(field.name) if isinstance(kept, dict) else None
        if field.name in BOUNDS:
            _, low, high = BOUNDS[field.name]
            if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
                found[field.name] = value
        elif isinstance(value, bool if field.name == "onboarding_sync" else str):
            found[field.name] = value
    return WorkspaceSettings(**found)  # type: ignore[arg-type]


def _scheme_and_host(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address)
        return parts.scheme, parts.hostname or ""
    except ValueError:
        return "", ""


def keep_settings(preferences: Preferences, path: Path, settings: WorkspaceSettings) -> None:
    """Remember for the next time the file is opened."""
    every = dict(preferences.get("workspaces", {}))
    every[str(path)] = {name: value for name, value in asdict(settings).items() if value not in ("", None)}
    preferences.put("workspaces", every)
