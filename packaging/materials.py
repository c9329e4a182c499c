"""What a frozen folder is made of: licence texts of everything inside, and the bill of materials completed with system libraries.

Python packages come from the environment's metadata (CycloneDX); libraries that PyInstaller copied from the system are looked up with dpkg
where there is one. Fails when something inside has no known origin, so that nothing unnamed is shipped.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

_COMMON = Path("/usr/share/common-licenses")
_BUILD_ONLY = {"altgraph", "macholib", "packaging", "pefile", "pyinstaller-hooks-contrib", "setuptools"}


def licence_files(distribution: metadata.Distribution) -> list[Path]:
    """The licence texts that a distribution carries."""
    found = []
    for file in distribution.files or ():
        name = file.name.upper()
        if ".dist-info" in str(file) and name.startswith(("LICEN", "COPYING", "NOTICE", "AUTHORS")):
            found.append(Path(str(distribution.locate_file(file))))
    return found


def write_python_licences(target: Path) -> None:
    """One folder per distribution; where one carries no text, its own words about its licence."""
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if name.lower() in _BUILD_ONLY:
            continue
        folder = target / f"{name}-{distribution.version}"
        folder.mkdir(parents=True)
        for file in licence_files(distribution):
            shutil.copyfile(file, folder / file.name)
        said = distribution.metadata.get("License-Expression") or distribution.metadata.get("License") or ""
        classifiers = [each for each in distribution.metadata.get_all("Classifier") or () if each.startswith("License")]
        (folder / "STATED.txt").write_text("\n".join([name, distribution.version, said, *classifiers]) + "\n", encoding="utf-8")
    for name in ("LGPL-3", "GPL-3"):
        if (_COMMON / name).exists():
            # Qt and PySide6 are used under the LGPL, whose text their wheels do not carry.
            shutil.copyfile(_COMMON / name, target / f"{name}.txt")


def wheel_files() -> set[str]:
    """Names of the files that came with Python packages."""
    return {file.name for each in metadata.distributions() for file in each.files or ()}


def owner(name: str) -> tuple[str, str, str]:
    """(package, version, path) of a system library, by dpkg; ("", "", "") when nobody owns it."""
    folders = ("/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib/python3", "/usr/lib")
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    folders += (f"/usr/lib/python{version}/lib-dynload", f"/usr/lib/python{version}")
    for folder in folders:
        path = Path(folder, name)
        if path.exists():
            for each in (path, path.resolve()):
                said = subprocess.run(["dpkg-query", "-S", str(each)], capture_output=True, text=True, check=False)
                if said.returncode == 0:
                    package = said.stdout.split(":")[0]
                    shown = subprocess.run(
                        ["dpkg-query", "-W", "-f=${Version}", package], capture_output=True, text=True, check=True
                    )
                    return package, shown.stdout, str(path)
    return "", "", ""


def system_components(folder: Path, target: Path) -> tuple[list[dict[str, object]], list[str]]:
    """Components of system libraries, and files of unknown origin."""
    ours = wheel_files()
    packages: dict[str, str] = {}
    unknown = []
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or ".so" not in path.name or path.name in ours:
            continue
        package, version, _ = owner(path.name)
        if package:
            packages[package] = version
        else:
            unknown.append(str(path.relative_to(folder)))
    if sys.platform.startswith("linux"):
        package, version, _ = owner("os.py")
        if package:
            packages[package] = version
    for package in packages:
        text = Path("/usr/share/doc", package, "copyright")
        if text.exists():
            (target / f"system-{package}").mkdir(parents=True)
            shutil.copyfile(text, target / f"system-{package}" / "copyright")
    return [
        {
            "type": "library",
            "name": name,
            "version": version,
            "bom-ref": f"deb:{name}",
            "purl": f"pkg:deb/debian/{name}@{version}",
        }
        for name, version in sorted(packages.items())
    ], unknown


def main() -> None:
    """Complete a frozen folder."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--sbom", type=Path, required=True)
    arguments.add_argument("--site", type=Path, required=True)
    given = arguments.parse_args()
    target = given.folder / "licences"
    write_python_licences(target)
    shutil.copyfile(Path(__file__).parents[1] / "LICENSE", target / "RegBatch-Desktop.txt")
    unknown: list[str] = []
    bill = json.loads(given.sbom.read_text(encoding="utf-8"))
    if shutil.which("dpkg-query"):
        components, unknown = system_components(given.folder, target)
        bill.setdefault("components", []).extend(components)
    if unknown:
        raise SystemExit(f"of unknown origin: {', '.join(unknown)}")
    text = json.dumps(bill, indent=1, sort_keys=True).replace(str(given.site), "").replace(os.getcwd(), "")
    (given.folder / "sbom.cdx.json").write_text(text + "\n", encoding="utf-8")
    print(f"{len(bill['components'])} components in the bill of materials")


if __name__ == "__main__":
    main()
