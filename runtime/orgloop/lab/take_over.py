"""A person's files become a generation: what they changed is put on what stands."""

from __future__ import annotations

from orgloop.graph.context import WalkContext
from orgloop.lab.generations import Generations
from orgloop.lab.probation import Probation
from orgloop.ledger import GenerationRow
from orgloop.org import Org, load_org

PERSON = "a person"
BOTH_CHANGED = (
    "Lines of the organization were changed both by an amendment and by you. Your files are taken "
    "as you saved them."
)
UNFIT = (
    "What you saved does not check together with the amendments that stand, so these are dropped. "
    "`orgloop org back` brings a generation with them back."
)


async def take_over(
    org: Org, reason: str, generations: Generations, probation: Probation, context: WalkContext
) -> GenerationRow:
    """Make what a person saved the generation that stands, and remember their files.

    Amendments that stand stay, as far as they suit. One that is on probation is withdrawn: its
    experiments would compare something else from here on. Returns the generation; what stands
    already is no new one.
    """
    run, ledger, repo = context.run, context.ledger, context.repo
    standing = await context.offload.ledger(lambda: ledger.generations.standing(run))
    if standing is None:
        row = await generations.add(org, author=PERSON, reason=reason)
        await context.offload.git(lambda: repo.note_person(run, org.files))
        generations.current = row.number
        return row
    files, whole = await context.offload.git(
        lambda: repo.merge_generation(run, org.files, standing.commit)
    )
    if not whole:
        await _notice(BOTH_CHANGED, context)
    merged = org
    if files != dict(org.files):
        loaded, _ = load_org(files, context.task)
        if loaded is None:
            await _notice(UNFIT, context)
        else:
            merged = loaded
    before = await generations.org(standing.number)
    if merged.files == before.files:
        await context.offload.git(lambda: repo.note_person(run, org.files))
        return standing
    row = await generations.add(merged, author=PERSON, reason=reason)
    await probation.withdraw("A person's save came in between.")
    await context.offload.git(lambda: repo.note_person(run, org.files))
    if merged.charter.probation.edits:
        await probation.of_an_edit(row, before, merged, against=standing.number)
    else:
        generations.current = row.number
    return row


async def _notice(text: str, context: WalkContext) -> None:
    await context.offload.ledger(
        lambda: context.ledger.problems.notice(text, run=context.run, level="warning")
    )
