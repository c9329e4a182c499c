"""The version resource of the Windows programs, for PyInstaller, on standard output."""

from __future__ import annotations

import re
from pathlib import Path

from PyInstaller.utils.win32.versioninfo import (
    FixedFileInfo,
    StringFileInfo,
    StringStruct,
    StringTable,
    VarFileInfo,
    VarStruct,
    VSVersionInfo,
)

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Print it."""
    found = re.search(r'"([\d.]+)"', (ROOT / "regbatch_desktop" / "__init__.py").read_text(encoding="utf-8"))
    if found is None:
        raise SystemExit("no version in regbatch_desktop/__init__.py")
    numbers = tuple([*map(int, found[1].split(".")), 0, 0, 0, 0][:4])
    words = {
        "CompanyName": "RegBatch contributors", "FileDescription": "RegBatch", "FileVersion": found[1], "LegalCopyright": "MIT License",
        "ProductName": "RegBatch", "ProductVersion": found[1],
    }  # fmt: skip
    table = StringTable("040904B0", [StringStruct(name, value) for name, value in words.items()])
    print(
        VSVersionInfo(
            ffi=FixedFileInfo(filevers=numbers, prodvers=numbers),
            kids=[StringFileInfo([table]), VarFileInfo([VarStruct("Translation", [1033, 1200])])],
        )
    )


if __name__ == "__main__":
    main()
