"""Step 5 after the person has configured: wait until the selected menu has items, then release by itself (L21).

Owns: the gate.
Never: asks the person to submit again once the menu is there.
"""

from __future__ import annotations

import asyncio

from regbatch_desktop.domain.errors import ServiceError
from regbatch_desktop.pipeline.outcomes import Done, NeedsPerson, RetryLater, Settled, StepOutcome
from regbatch_desktop.pipeline.step_context import StepContext


async def process(context: StepContext) -> StepOutcome:
    """Completed at once without a menu; else when the menu has items; a person is asked after the extraction limit."""
    menu = context.job.execution_config.get("menu")
    menu_id = str(menu.get("selected_menu_id") or "") if isinstance(menu, dict) else ""
    if not menu_id:
        return Done({"config_applied": True})
    limits = context.doors.limits
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + limits.extraction_limit_s
    while True:
        try:
            menus = await context.doors.platform.menus(context.restaurant.id)
        except ServiceError as error:
            return RetryLater(error.code, error.sentence, error.retry_after_s)
        if any(found.menu_id == menu_id and found.item_count > 0 for found in menus):
            return Done({"config_applied": True})
        if loop.time() > give_up_at:
            return NeedsPerson("MENU_NOT_READY", "Menu extraction not complete: the selected menu has no items yet.")
        if not await context.stop.poll(limits.extraction_poll_s, context.wanted):
            return Settled()
