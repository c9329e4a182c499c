"""The pipeline as a table: which processor runs which step, and under which limit.

Owns: the order (design §1) and the concurrency per step.
Never: runs anything.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from regbatch_desktop.pipeline.outcomes import StepOutcome
from regbatch_desktop.pipeline.step_context import StepContext
from regbatch_desktop.pipeline.steps import (
    s1_extraction,
    s2_company_search,
    s4_company_details,
    s5_menu_gate,
    s6_account_setup,
)

Processor = Callable[[StepContext], Awaitable[StepOutcome]]

# Step 3 has no processor: a person's decision completes it.
PROCESSORS: Mapping[int, Processor] = MappingProxyType(
    {
        1: s1_extraction.process,
        2: s2_company_search.process,
        4: s4_company_details.process,
        5: s5_menu_gate.process,
        6: s6_account_setup.process,
    }
)
# Only Step 6 is limited by the batch's mode; the others run side by side under the limits per host.
LIMITED_STEP = 6
