"""What must hold for a frozen folder: size, no test code, no foreign library path, no secret, no dangling link, no path of the builder."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

LIMIT_MB = 140
_SECRET = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]|eyJhbGciOi[\w-]{10,}\.eyJ")
_TESTS = re.compile(r"(^|/)(tests?|conftest|pytest|_pytest|hypothesis)(/|\.|$)")


def size_mb(folder: Path) -> float:
    """Megabytes (10^6) of the files, links not counted."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6


def run_paths(path: Path) -> list[str]:
    """RPATH and RUNPATH entries of an ELF file that lead outside its own folder."""
    out = subprocess.run(["readelf", "-d", str(path)], capture_output=True, text=True, check=False).stdout
    entries = [each for line in re.findall(r"\((?:RPATH|RUNPATH)\).*\[(.*)\]", out) for each in line.split(":")]
    return [each for each in entries if each and not each.startswith("$ORIGIN")]


def problems(folder: Path) -> list[str]:
    """Everything that is wrong, as sentences."""
    found = []
    size = size_mb(folder)
    if size > LIMIT_MB:
        found.append(f"{size:.0f} MB, more than {LIMIT_MB}")
    here = str(Path(__file__).resolve().parents[1]).encode()
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            if not path.exists():
                found.append(f"{name} is a dangling link")
            continue
        if not path.is_file():
            continue
        if _TESTS.search(name):
            found.append(f"{name} is test code")
        if sys.platform.startswith("linux") and ".so" in path.name and (foreign := run_paths(path)):
            found.append(f"{name} looks for libraries in {', '.join(foreign)}")
        data = path.read_bytes()
        if here in data:
            found.append(f"{name} holds the builder's path")
        if _SECRET.search(data) and not path.name.endswith((".so", ".pyd")):
            found.append(f"{name} looks as if it held a secret")
    for needed in ("sbom.cdx.json", "licences"):
        if not (folder / needed).exists():
            found.append(f"{needed} is missing")
    return found


if __name__ == "__main__":
    target = Path(sys.argv[1])
    wrong = problems(target)
    print(f"{size_mb(target):.1f} MB in {sum(1 for path in target.rglob('*') if path.is_file())} files")
    if wrong:
        raise SystemExit("\n".join(wrong))
