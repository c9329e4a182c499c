"""What a call's outcome means for its sub-step: complete, try again, failed, or not known.

Owns: the retry limit per sub-step and the reading of "already exists" (L31, L32).
Never: calls anything; time comes in as an argument.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from regbatch_desktop.domain.effects import CallOutcome, EffectClass, OutcomeKind, may_repeat
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import SUB_STEP_TRANSITIONS, SubStepEvent
from regbatch_desktop.domain.sub_steps import SUB_STEPS, SubStepKey
from regbatch_desktop.domain.transitions import apply_sub_step
from regbatch_desktop.pipeline.backoff import delay_s
from regbatch_desktop.ports import ServiceLimits

# The reply fields worth keeping (§4.6 "Used from reply"); everything else is noise or too big for a row.
KEPT_REPLY = (
    "codeInjectionId", "generatedAt", "filePaths", "success", "alreadyExists", "accountId", "userId", "restaurantId",
    "pumpdRestaurantId", "subdomain", "url", "fullUrl", "batchId", "uploaded", "summary", "imported", "stripeConnectUrl",
    "tagged", "message",
)  # fmt: skip


def kept(reply: Mapping[str, object]) -> dict[str, object]:
    """The part of a reply that is stored."""
    return {name: reply[name] for name in KEPT_REPLY if name in reply}


def _try(job: Job, key: SubStepKey, event: SubStepEvent, now: datetime, **changes: object) -> Job:
    """The transition if the table has it; a truth that arrives after a person's word changes nothing."""
    if (job.sub_steps[key].status, event) not in SUB_STEP_TRANSITIONS:
        return job
    return apply_sub_step(job, key, event, now=now, **changes)


def after_call(
    job: Job,
    key: SubStepKey,
    outcome: CallOutcome,
    *,
    limits: ServiceLimits,
    now: datetime,
    draw: random.Random,
) -> Job:
    """The job after one call of sub-step `key`."""
    definition = SUB_STEPS[key]
    sub = job.sub_steps[key]
    # §4.6: an account that exists already is as good as one just made.
    exists = outcome.already_exists and key is SubStepKey.CLOUDWAITRESS_ACCOUNT
    if outcome.kind is OutcomeKind.SUCCEEDED or exists:
        result = kept(outcome.reply) | ({"alreadyExists": True} if exists else {})
        if key is SubStepKey.UPLOAD_IMAGES and "batchId" in result:
            # L35: accepted is not uploaded; the sub-step stays in progress until the upload has ended.
            return job
        return _try(job, key, SubStepEvent.COMPLETE, now, result=result)
    problem = {"error": outcome.message[:1000], "error_code": outcome.code}
    # A keyed call whose body changed since it was sent is no repeat any more: the key would name another effect.
    if may_repeat(outcome, definition.effect_class) and outcome.code != "REQUEST_CHANGED":
        if sub.attempt <= limits.max_retries:
            wait = delay_s(sub.attempt, limits=limits, retry_after_s=outcome.retry_after_s, draw=draw)
            return _try(job, key, SubStepEvent.RETRY_LATER, now, next_attempt_at=now + timedelta(seconds=wait), **problem)
        tried = f"{outcome.message or 'no answer'} (tried {sub.attempt} times)"
        return _try(job, key, SubStepEvent.FAIL, now, error=tried[:1000], error_code=outcome.code)
    if outcome.kind is OutcomeKind.UNKNOWN:
        reason = "Sent, but the outcome is not known"
        if definition.effect_class is EffectClass.BLIND:
            reason += "; the platform cannot be asked, please look and decide"
        return _try(job, key, SubStepEvent.LOSE, now, reason=reason, **problem)
    return _try(job, key, SubStepEvent.FAIL, now, **problem)
