"""A person at the desk: every act that the services offer, on one restaurant."""

from __future__ import annotations

from hypothesis import strategies as st

from regbatch_desktop.domain.decision import ManualEntry
from regbatch_desktop.domain.job import Job
from regbatch_desktop.domain.steps import StepStatus
from regbatch_desktop.domain.sub_steps import SubStepKey, SubStepStatus
from regbatch_desktop.pipeline.doors import Doors
from regbatch_desktop.services import batches, configurations, decisions, sub_step_edits
from tests.pipeline.proving_ground import ProvingGround

ENTRY = ManualEntry(contact_name="Aroha Sample", company_name="Kea Limited")
# Often what moves a restaurant on, seldom what ends or changes it.
ACTS = st.sampled_from(
    ("choose", "configure") * 2 + ("retry", "set", "answer") * 3
    + ("none of these", "manual", "take back", "retry from a step", "reset", "cancel")
)  # fmt: skip
_HAPPENED = {
    SubStepKey.CLOUDWAITRESS_ACCOUNT: "account_created",
    SubStepKey.CREATE_ONBOARDING_USER: "onboarding_user_created",
    SubStepKey.RESTAURANT_REGISTRATION: "restaurant_created",
    SubStepKey.MENU_IMPORT: "menu_imported",
    SubStepKey.OPTION_SETS: "option_sets_created",
    SubStepKey.ITEM_TAGS: "item_tags_created",
}


async def act(doors: Doors, ground: ProvingGround, job: Job, what: str, *, key: SubStepKey, status: SubStepStatus) -> None:
    """Do it; RegBatchError when it is not possible now. `key` and `status` count for "set", `key` picks a step too."""
    match what:
        case "choose":
            search = await doors.store.candidates(job.id)
            first = search.candidates[0].hit.company_number if search and search.candidates else None
            await decisions.choose_company(doors, job.id, first, decided_by="person")
        case "none of these":
            await decisions.choose_company(doors, job.id, None, decided_by="person")
        case "manual":
            await decisions.enter_manually(doors, job.id, ENTRY, decided_by="person")
        case "take back":
            await decisions.take_back(doors, job.id)
        case "configure":
            await configurations.save_and_start(doors, job.id, await configurations.propose(doors, job.id))
        case "retry":
            await batches.retry_job(doors, job.id)
        case "retry from a step":
            await batches.retry_job(doors, job.id, from_step=1 + list(SubStepKey).index(key) // 2)
        case "reset":
            await batches.retry_job(doors, job.id, reset_config=True)
        case "set":
            await sub_step_edits.set_status(doors, job.id, key, status, decided_by="person")
        case "answer":
            await _answer(doors, ground, job)
        case "cancel":
            await batches.cancel_batch(doors, job.batch_id)
        case _:
            raise ValueError(what)


async def decide_what_waits(doors: Doors, ground: ProvingGround, job: Job) -> None:
    """The company, the configuration, or what became of a call: whichever this restaurant waits for."""
    if job.current_step == 6:
        await _answer(doors, ground, job)
    elif job.step(job.current_step).status is StepStatus.ACTION_REQUIRED:
        what = "configure" if job.current_step == 5 else "choose"
        await act(doors, ground, job, what, key=SubStepKey.CODE_GENERATION, status=SubStepStatus.PENDING)


async def _answer(doors: Doors, ground: ProvingGround, job: Job) -> None:
    """Look at the platform, then say what is true."""
    for key, sub in job.sub_steps.items():
        if sub.status is SubStepStatus.UNKNOWN:
            happened = any(event["restaurant_id"] == job.restaurant_id for event in ground.events(_HAPPENED.get(key, "")))
            await sub_step_edits.answer_unknown(doors, job.id, key, happened=happened, decided_by="person")
