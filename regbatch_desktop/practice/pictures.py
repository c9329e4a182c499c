"""Logos and header images of the practice restaurants: small PNGs, the same for the same address.

Owns: their look.
Never: reads a file.
"""

from __future__ import annotations

import struct
import zlib

from regbatch_desktop.practice.state import drawn

_NAMES = {"logo.png": (96, 48), "logo-nobg.png": (96, 48), "favicon.png": (32, 32), "og.jpg": (192, 100)}


def picture_at(path: str) -> bytes | None:
    """The PNG at `/<shade>/<name>`, or None when nothing is there."""
    shade, _, name = path.strip("/").partition("/")
    if name not in _NAMES or not shade:
        return None
    width, height = _NAMES[name]
    number = drawn("picture", shade)
    ink = bytes((number >> at) & 0xFF for at in (0, 8, 16)) + b"\xff"
    paper = b"\x00\x00\x00\x00" if name == "logo-nobg.png" else bytes(255 - value // 3 for value in ink[:3]) + b"\xff"
    period = 8 + number % 9
    rows = [
        b"\x00"
        + b"".join(
            ink if (x - width // 2) ** 2 + (y - height // 2) ** 2 < (height // 3) ** 2 or (x + y) % period == 0 else paper
            for x in range(width)
        )
        for y in range(height)
    ]
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
