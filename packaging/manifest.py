"""The signed news of a version: `packaging/manifest.py sign VERSION PAGE NOTES > news.json`, or `… new-key` for a first key pair.

The private key (base64 of 32 bytes) comes from the environment variable REGBATCH_SIGNING_KEY, never from a command line or a file here.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

VALID = timedelta(days=120)


def signed(key: Ed25519PrivateKey, version: str, page: str, notes: str, *, now: datetime) -> str:
    """The envelope as it is published."""
    manifest = json.dumps(
        {"version": version, "page": page, "notes": notes, "expires_at": (now + VALID).isoformat()}, sort_keys=True
    ).encode()
    parts = {"manifest": manifest, "signature": key.sign(manifest)}
    return json.dumps({name: base64.b64encode(value).decode() for name, value in parts.items()})


def main(arguments: list[str]) -> None:
    """See above."""
    if arguments == ["new-key"]:
        key = Ed25519PrivateKey.generate()
        print("REGBATCH_SIGNING_KEY (a secret of the release workflow):", base64.b64encode(key.private_bytes_raw()).decode())
        print("REGBATCH_NEWS_KEY (goes into builds):", base64.b64encode(key.public_key().public_bytes_raw()).decode())
    elif len(arguments) == 4 and arguments[0] == "sign":
        key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(os.environ["REGBATCH_SIGNING_KEY"]))
        print(signed(key, *arguments[1:], now=datetime.now(UTC)))
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
