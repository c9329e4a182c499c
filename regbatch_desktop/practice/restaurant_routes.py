"""Restaurants, extractions, menus and image uploads of the practice platform.

Owns: how long an extraction takes and what it yields.
Never: waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType

from regbatch_desktop.practice.exchange import Refusal
from regbatch_desktop.practice.registration_routes import Answer, Call
from regbatch_desktop.practice.state import State, drawn, image_count, item_count, menu_id

EXTRACTION_S = {"menu": 90.0, "branding": 30.0}
UPLOAD_S = 40.0
SYNCHRONOUS_IMAGES = 10


def _put(state: State, call: Call) -> Answer:
    state.record("restaurant_put", call.restaurant_id, call.restaurant_id, row=dict(call.body))
    return {"success": True}


def _start(kind: str, url_field: str) -> Callable[[State, Call], Answer]:
    def start(state: State, call: Call) -> Answer:
        if not call.body.get(url_field):
            raise Refusal(400, f"{url_field} is required")
        shop = state.shop(call.restaurant_id)
        earlier = sum(job["job_type"] == kind for job in shop.jobs)
        job_id = f"{kind}-{drawn('job', kind, call.restaurant_id, str(earlier)):x}"
        fails = kind == "menu" and earlier == 0 and drawn("fails", call.restaurant_id) % 1000 < state.failing_per_mille
        # A new attempt after a failed one is no duplicate; two that could both succeed are.
        done = sum(job["job_type"] == kind and not job["fails"] for job in shop.jobs)
        key = f"{call.restaurant_id}/{kind}" if done else f"{call.restaurant_id}/{kind}/{earlier}"
        key = f"{call.restaurant_id}/{kind}" if not fails else key
        state.record(
            "extraction_started", call.restaurant_id, key, idempotency_key=call.idempotency_key, job_id=job_id,
            job_type=kind, fails=fails,
        )  # fmt: skip
        return {"success": True, "jobId": job_id}

    return start


def _upload_images(state: State, call: Call) -> Answer:
    shop = state.shop(call.restaurant_id)
    total = image_count(call.restaurant_id)
    if total == 0 or shop.images:
        # Only images that are not there yet are uploaded.
        if shop.images > SYNCHRONOUS_IMAGES:
            return {"success": True, "batchId": f"upload-{call.restaurant_id}"}
        return {"success": True, "uploaded": 0}
    state.record("images_uploaded", call.restaurant_id, call.restaurant_id, idempotency_key=call.idempotency_key, total=total)
    if total <= SYNCHRONOUS_IMAGES:
        return {"success": True, "uploaded": total}
    return {"success": True, "batchId": f"upload-{call.restaurant_id}"}


def _status(state: State, restaurant_id: str, _speed: float) -> Answer:
    shop = state.shop(restaurant_id)
    account = {"email": shop.account_email, "id": shop.account_id, "status": "completed"} if shop.account_id else None
    shop_row = {"id": shop.restaurant_id, "subdomain": shop.subdomain, "status": "completed"} if shop.restaurant_id else None
    return {"success": True, "account": account, "restaurant": shop_row}


def _jobs(state: State, restaurant_id: str, speed: float) -> Answer:
    found = []
    for job in state.shop(restaurant_id).jobs:
        running = time.monotonic() - job["began"] < EXTRACTION_S[job["job_type"]] * speed
        status = "running" if running else "failed" if job["fails"] else "completed"
        result = _branding(restaurant_id) if job["job_type"] == "branding" and status == "completed" else {}
        error = "the delivery page did not load" if status == "failed" else ""
        found.append({"job_id": job["job_id"], "job_type": job["job_type"], "status": status, "error": error, "result": result})
    return {"success": True, "jobs": found}


def _branding(restaurant_id: str) -> dict[str, object]:
    shade = drawn("colour", restaurant_id)
    base = f"https://images.example/{shade:x}"
    return {
        "theme": "dark" if shade % 3 else "light",
        "primary_color": f"#{shade % 0xFFFFFF:06X}",
        "secondary_color": f"#{(shade >> 20) % 0xFFFFFF:06X}",
        "logo_url": f"{base}/logo.png",
        "logo_nobg_url": f"{base}/logo-nobg.png",
        "logo_favicon_url": f"{base}/favicon.png",
        "website_og_image": f"{base}/og.jpg",
    }


def _menus(state: State, restaurant_id: str, speed: float) -> Answer:
    answer = _jobs(state, restaurant_id, speed)["jobs"]
    jobs = answer if isinstance(answer, list) else []
    if not any(job["job_type"] == "menu" and job["status"] == "completed" for job in jobs):
        return {"success": True, "menus": []}
    menu = {"id": menu_id(restaurant_id), "platform": "ubereats", "version": 1, "item_count": item_count(restaurant_id)}
    return {"success": True, "menus": [{**menu, "created_at": "2026-01-01T00:00:00Z"}]}


def _upload(state: State, batch_id: str, speed: float) -> Answer:
    restaurant_id = batch_id.removeprefix("upload-")
    shop = state.shop(restaurant_id)
    if not shop.images:
        raise Refusal(404, "no such upload")
    done = time.monotonic() - shop.upload_started >= UPLOAD_S * speed
    uploaded = shop.images if done else 0
    batch = {"id": batch_id, "status": "completed" if done else "processing", "uploaded": uploaded, "failed": 0}
    return {"success": True, "batch": {**batch, "total": shop.images}}


READS: Mapping[str, Callable[[State, str, float], Answer]] = MappingProxyType(
    {"status": _status, "extraction-jobs": _jobs, "menus": _menus, "upload-batches": _upload}
)
STARTS: Mapping[str, Callable[[State, Call], Answer]] = MappingProxyType(
    {
        "put": _put,
        "menu": _start("menu", "url"),
        "branding": _start("branding", "sourceUrl"),
        "images": _upload_images,
    }
)
