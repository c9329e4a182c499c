"""Pictures come over https or from the address itself; everything else is a sentence."""

from __future__ import annotations

import base64

import httpx
import pytest

from regbatch_desktop.domain.errors import RegBatchError, ServiceRefused, ServiceUnavailable
from regbatch_desktop.practice.pictures import picture_at
from regbatch_desktop.remote.pictures import MAX_BYTES, HttpPictures

PICTURE = picture_at("/abc/logo.png") or b""


class Host(httpx.AsyncBaseTransport):
    """Answers by path and counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        answers = {
            "/logo.png": httpx.Response(200, content=PICTURE, headers={"Content-Type": "image/png"}),
            "/page": httpx.Response(200, text="<html></html>", headers={"Content-Type": "text/html"}),
            "/huge": httpx.Response(200, content=b"x" * (MAX_BYTES + 1), headers={"Content-Type": "image/png"}),
            "/away": httpx.Response(302, headers={"Location": "http://plain.example/logo.png"}),
            "/moved": httpx.Response(302, headers={"Location": "https://other.example/logo.png"}),
        }
        if request.url.path == "/cut":
            raise httpx.ReadError("", request=request)
        return answers.get(request.url.path, httpx.Response(404))


@pytest.mark.parametrize("path", ["logo.png", "moved"])
async def test_a_picture_is_read_once(path: str) -> None:
    host = Host()
    async with HttpPictures(transport=host) as pictures:
        for _ in range(2):
            assert await pictures.fetch(f"https://images.example/{path}") == PICTURE
    assert len(host.asked) == (1 if path == "logo.png" else 2)


async def test_a_picture_inside_the_address_needs_no_network() -> None:
    host = Host()
    async with HttpPictures(transport=host) as pictures:
        assert await pictures.fetch("data:image/png;base64," + base64.b64encode(PICTURE).decode()) == PICTURE
    assert host.asked == []


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("https://images.example/page", ServiceRefused),
        ("https://images.example/huge", ServiceRefused),
        ("https://images.example/gone", ServiceRefused),
        ("https://images.example/cut", ServiceUnavailable),
        ("https://images.example/away", ServiceRefused),
        ("http://images.example/logo.png", ServiceRefused),
        ("file:///etc/hostname", ServiceRefused),
        ("", ServiceRefused),
        ("https://[", ServiceRefused),
        ("data:image/png;base64", ServiceRefused),
        ("data:image/png;base64," + "A" * (MAX_BYTES * 2), ServiceRefused),
    ],
)
async def test_everything_else_is_a_sentence(address: str, error: type[RegBatchError]) -> None:
    host = Host()
    async with HttpPictures(transport=host) as pictures:
        with pytest.raises(error) as raised:
            await pictures.fetch(address)
    assert raised.value.sentence.endswith(".")
    assert all(asked.startswith("https://") for asked in host.asked)
