"""The durable points at which the engine is killed: around every commit that matters, and while bytes are under way."""

from __future__ import annotations

from dataclasses import dataclass

from regbatch_desktop.domain.sub_steps import SubStepKey

WHEN = ("before_intent", "after_intent", "in_flight", "answer_received", "recorded")
STEP_WHEN = ("before_start", "after_start", "before_end", "after_end")


@dataclass(frozen=True, slots=True)
class Point:
    """`what`: a sub-step's key, an extraction, `step:N`, `import` or `batch`; `when`: see above."""

    what: str
    when: str

    @property
    def name(self) -> str:
        return f"{self.what}-{self.when}"

    @classmethod
    def parse(cls, name: str) -> Point:
        what, _, when = name.rpartition("-")
        return cls(what, when)


def all_points() -> list[Point]:
    """12 sub-steps × 5, both extractions × 5, the write points of steps 1 to 6, import and batch creation."""
    points = [Point(key.value, when) for key in SubStepKey for when in WHEN]
    points += [Point(f"{kind}Extraction", when) for kind in ("menu", "branding") for when in WHEN]
    points += [Point(f"step:{n}", when) for n in (1, 2, 4, 6) for when in STEP_WHEN]
    points += [Point(f"step:{n}", when) for n in (3, 5) for when in ("before_end", "after_end")]
    points += [Point(what, when) for what in ("import", "batch") for when in ("before_commit", "after_commit")]
    return points
