"""`regbatch thresholds | labels`: what people decided, for choosing the threshold and for learning.

Owns: the table in the terminal.
Never: changes a decision; it reads beside a running program.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from regbatch_desktop.bootstrap import opened_for_reading
from regbatch_desktop.commands.exit_codes import Exit
from regbatch_desktop.commands.options import FilePath, json_option, workspace_option, workspace_path
from regbatch_desktop.commands.screen import Screen
from regbatch_desktop.domain.errors import InputError
from regbatch_desktop.domain.matching import DEFAULT_MIN_SCORE
from regbatch_desktop.domain.matching.simulation import min_score_on, simulate
from regbatch_desktop.services.past_decisions import judged, past_decisions, write_labelled


@click.command()
@click.option(
    "--precision", type=click.FloatRange(0.5, 0.999), default=0.99, show_default=True, help="At least this share right."
)
@workspace_option
@json_option
def thresholds(precision: float, workspace: Path | None, as_json: bool) -> int:
    """Show what accepting by itself would have done on the decisions that people made in this workspace."""
    screen = Screen(as_json=as_json)

    async def work() -> Exit:
        with opened_for_reading(workspace_path(workspace)) as store:
            past = judged(await past_decisions(store))
        screen.line(f"{len(past)} decisions were made one by one by a person.")
        if past:
            screen.line("  from   accepted   wrong   right, at least (95 %)")
        for row in simulate(past):
            share = f"{row.accepted / row.decided:.0%}" if row.decided else ""
            sure = f"{row.precision:.1%}, {row.lower_bound:.1%}" if row.accepted else "nothing accepted"
            if past:
                screen.line(f"  {row.min_score:.2f}   {row.accepted:4} {share:>4}   {row.wrong:5}   {sure}")
            screen.event(
                event="threshold", min_score=row.min_score, decided=row.decided, accepted=row.accepted, wrong=row.wrong,
                precision=row.precision, lower_bound=row.lower_bound,
            )  # fmt: skip
        found = min_score_on(past, precision)
        if found is None:
            screen.line(
                f"Too few decisions to promise {precision:.1%} from them alone; {DEFAULT_MIN_SCORE:.2f} comes from public registers."
            )
        else:
            screen.line(f"From {found:.2f} on, at least {precision:.1%} were right. Use it with --min-score {found:.2f}.")
        screen.result({"precision": precision, "min_score": found, "default": DEFAULT_MIN_SCORE, "decided": len(past)})
        return Exit.OK

    return asyncio.run(work())


@click.command()
@click.argument("out", type=FilePath)
@workspace_option
def labels(out: Path, workspace: Path | None) -> int:
    """Write people's decisions as labelled candidates to OUT (CSV)."""

    async def work() -> Exit:
        with opened_for_reading(workspace_path(workspace)) as store:
            past = await past_decisions(store)
        try:
            count = write_labelled(out, past)
        except OSError as error:
            raise InputError(f"{out} cannot be written: {error.strerror}.") from error
        Screen().line(f"{out}: {count} candidates of {sum(each.is_by_itself for each in past)} decisions.")
        return Exit.OK

    return asyncio.run(work())
