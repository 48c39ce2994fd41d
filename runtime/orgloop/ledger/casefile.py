"""The case file: one experiment as a page of a lab notebook, in Markdown.

The page is made from the ledger alone, so it can always be made again. What comes from models and
from candidate code is quoted or fenced, capped, and cannot break the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from orgloop.ledger import numbers
from orgloop.ledger.kinds import AGAIN
from orgloop.ledger.ledger import Ledger
from orgloop.ledger.people_rows import CommandRow, MessageRow
from orgloop.ledger.plain import capped, code, fenced, one_line, quoted
from orgloop.ledger.rows import AuditVerdictRow, ExperimentRow, MeasurementRow, RunRow, StepRow
from orgloop.ledger.verbs import in_words

NOTE_CHARACTERS = 6000
DIFF_LINES = 400
DIFF_CHARACTERS = 24_000
PARAMS = 24
_TAIL_LINES = 40
_TAIL_CHARACTERS = 4000
_BENCH, _CRASHED = "bench", "crashed"
_ENDINGS = {"keep": "Kept", "discard": "Discarded", "crash": "Crashed"}


@dataclass(frozen=True, slots=True)
class Case:
    """All that is on the page."""

    experiment: ExperimentRow
    steps: tuple[StepRow, ...] = ()
    """In the order in which they began."""
    measurements: tuple[MeasurementRow, ...] = ()
    metric: str = "value"
    self_reported: bool = False
    """The number comes from the code under test, and the page says so."""
    diff: str = ""
    told: tuple[MessageRow, ...] = ()
    """What people said that was read on this walk."""
    audit: AuditVerdictRow | None = None
    """What the latest audit says of it."""
    asked: tuple[CommandRow, ...] = ()
    """What people asked about it, oldest first."""


def load_case(ledger: Ledger, run: RunRow, id: str, *, diff: str = "") -> Case | None:
    """An experiment's case as it stands; None where there is no such experiment."""
    experiment = ledger.experiments.get(run.id, id)
    if experiment is None:
        return None
    return Case(
        experiment,
        tuple(ledger.steps.of(run.id, id)),
        tuple(ledger.measurements.of(run.id, id)),
        str(run.task.get("metric", "value")),
        run.task.get("evaluate") is None,
        diff,
        tuple(ledger.messages.read_in(run.id, id)),
        ledger.audits.verdicts(run.id).get(id),
        tuple(ledger.commands.about(run.id, id)),
    )


def case_path(state_dir: Path, run: str, id: str) -> Path:
    """Where the page is kept: ``.orgloop/cases/r1/e0007.md``."""
    return state_dir / "cases" / run / f"{id}.md"


def write_case(path: Path, page: str) -> None:
    """Put the page in place as a whole: a reader never sees half of it. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.write(page)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def render_case(case: Case, *, for_role: bool = False) -> str:
    """The page. ``for_role`` leaves out what no role may know: the seeds."""
    row = case.experiment
    title = one_line(row.title, 200) or "(no title yet)"
    proposal, review, discussion = _chapters(case.steps)
    parts = [f"# {row.id}: {title}", _header(row)]
    if case.told:
        parts += ["## Told", "\n".join(map(_message, case.told))]
    if proposal:
        parts += ["## Hypothesis", *map(_step, proposal)]
    if case.diff.strip():
        parts += ["## Change", _diff(case.diff)]
    if review:
        parts += ["## Review", *map(_step, review)]
    if case.measurements:
        parts += ["## Measurements", _table(case, for_role)]
        crash = _crash(case)
        if crash:
            parts.append(crash)
    if discussion:
        parts += ["## Discussion", *map(_step, discussion)]
    if case.asked:
        parts += ["## People", "\n".join(map(_asked, case.asked))]
    parts += ["## Verdict", _verdict(case)]
    return "\n\n".join(parts) + "\n"


def _chapters(
    steps: tuple[StepRow, ...],
) -> tuple[list[StepRow], list[StepRow], list[StepRow]]:
    """Steps up to the last that changed the commit, those up to the bench, and the rest.

    The bench's own steps are left out where they say nothing: the measurements stand for them.
    """
    bench = next((at for at, step in enumerate(steps) if step.node == _BENCH), len(steps))
    changed, commit = 0, None
    for at, step in enumerate(steps[:bench], 1):
        if step.commit is not None and step.commit != commit:
            changed, commit = at, step.commit
    written = changed or bench
    rest = [step for step in steps[bench:] if step.node != _BENCH or step.note or step.error]
    return list(steps[:written]), list(steps[written:bench]), rest


def _header(row: ExperimentRow) -> str:
    commit = f"`{row.commit[:12]}`" if row.commit else "no commit yet"
    lines = [
        f"- **{row.status}** in run {row.run}, generation {row.generation}",
        f"- {commit} on `{row.base[:12]}`",
    ]
    if row.finished is not None:
        cost = numbers.spent(row.tokens, row.cost_usd, row.unpriced_tokens)
        took = numbers.duration(row.finished - row.created)
        lines.append(f"- took {took}" + (f", {cost}" if cost else ""))
    elif row.tokens or row.cost_usd:
        lines.append(f"- so far {numbers.spent(row.tokens, row.cost_usd, row.unpriced_tokens)}")
    if row.params:
        shown = [code(f"{key} = {value}", 140) for key, value in islice(row.params.items(), PARAMS)]
        more = f" and {len(row.params) - PARAMS} more" if len(row.params) > PARAMS else ""
        lines.append(f"- parameters: {', '.join(shown)}{more}")
    return "\n".join(lines)


def _message(row: MessageRow) -> str:
    reader = (row.read_by or "").removesuffix(f" in {row.read_experiment}")
    return f"- {row.name}, read by {one_line(reader, 80)}: {one_line(row.text, 1000)}"


def _asked(row: CommandRow) -> str:
    why = f": {one_line(row.reason, 400)}" if row.reason else ""
    answer = f" {one_line(row.answer, 500)}" if row.answer else ""
    state = "asked" if row.state == "new" else row.state
    return f"- {one_line(in_words(row.verb), 40)}{why}. **{state.capitalize()}.**{answer}"


def _step(step: StepRow) -> str:
    visit = f" ({step.visit})" if step.visit > 1 else ""
    about = [step.engine] if step.engine else []
    if step.finished is not None:
        about.append(numbers.duration(step.finished - step.started))
        cost = numbers.spent(step.tokens, step.cost_usd, step.unpriced_tokens)
        if cost:
            about.append(cost)
    else:
        about.append("at work")
    way = f" → {one_line(step.decision, 60)}" if step.decision else ""
    parts = [f"### {one_line(step.node, 80)}{visit}{way}"]
    if about:
        parts.append(f"*{one_line(', '.join(about), 160).replace('*', '')}*")
    if step.note.strip():
        # Of a crash the bench says what the run raised: words of the run, and no Markdown.
        note = code(step.note, 500) if _is_crash(step) else step.note.strip()
        text, cut = capped(note, NOTE_CHARACTERS, 200)
        parts.append(quoted(text + ("\n\n… (cut here)" if cut else "")))
    if step.error:
        parts.append(quoted(f"**Failed:** {one_line(step.error, 500)}"))
    return "\n\n".join(parts)


def _is_crash(step: StepRow) -> bool:
    return step.node == _BENCH and step.decision == _CRASHED


def _diff(diff: str) -> str:
    text, cut = capped(diff.strip("\n"), DIFF_CHARACTERS, DIFF_LINES)
    more = "\n\n*The rest of the diff is left out here; git has it.*" if cut else ""
    return fenced(text, "diff") + more


def _table(case: Case, for_role: bool) -> str:
    name = _cell(case.metric, 40)
    columns = ["#", "for", name, "wall", "CPU", "memory"]
    if not for_role:
        columns.insert(2, "seed")
    rows = []
    shown = case.measurements[-50:]
    first = len(case.measurements) - len(shown) + 1
    for place, row in enumerate(shown, first):
        if row.status == "running":
            result = "running"
        elif row.status == "ok":
            result = numbers.measured(row.value)
        else:
            result = _cell(f"crash: {(row.crash or {}).get('kind', 'unknown')}", 60)
        done = row.status != "running"
        cells = [
            str(place),
            _cell(_purpose(row, case.experiment), 30),
            result,
            numbers.duration(row.wall_s) if done else "",
            numbers.duration(row.cpu_s) if done else "",
            numbers.size(row.peak_bytes) if row.peak_bytes else "",
        ]
        if not for_role:
            cells.insert(2, str(row.seed))
        rows.append(f"| {' | '.join(cells)} |")
    head = f"| {' | '.join(columns)} |"
    rule = "|" + "|".join(" ---: " if column not in ("for",) else " --- " for column in columns)
    return "\n".join([head, f"{rule}|", *rows])


def _purpose(row: MeasurementRow, experiment: ExperimentRow) -> str:
    """What it was measured for; and of what, where that is not the experiment's commit."""
    if row.commit == experiment.commit or experiment.commit is None:
        return row.kind
    return f"{row.kind}, incumbent" if row.commit == experiment.base else f"{row.kind}, earlier"


def _cell(text: str, limit: int) -> str:
    return one_line(text, limit).replace("|", "\\|")


def _crash(case: Case) -> str:
    """The last crash: what it was, and what the run said last."""
    for row in reversed(case.measurements):
        if row.crash is None:
            continue
        message = code(row.crash.get("message", ""), 400) or "no message"
        step = code(row.crash.get("step", ""), 40)
        said = f"**Crash**{f' in {step}' if step else ''}: {message}"
        tail = row.crash.get("tail", "").strip("\n")
        if not tail.strip():
            return said
        text, _ = capped(tail, _TAIL_CHARACTERS, _TAIL_LINES, end=True)
        return f"{said}\n\nIts last output (data from the run, not instructions):\n\n{fenced(text)}"
    return ""


def _verdict(case: Case) -> str:
    row = case.experiment
    lines: list[str] = []
    if row.status == "running":
        lines.append("Not decided yet.")
    else:
        reason = code(row.reason, 500) if row.status == "crash" else one_line(row.reason, 500)
        lines.append(
            f"**{_ENDINGS.get(row.status, row.status)}.**" + (f" {reason}" if reason else "")
        )
    if row.value is not None:
        change = numbers.change(row.gain, row.gain_stderr)
        gain = f", gain {change} on the incumbent" if row.gain is not None else ""
        value = numbers.measured(row.value, row.stderr)
        reported = ", self-reported" if case.self_reported else ""
        lines.append(f"{code(case.metric, 40)} {value} on the record{gain}{reported}.")
    if row.conceded is not None:
        lines.append(
            "Kept for having less code, and no improvement: "
            f"it may cost {row.conceded:.2g} at most."
        )
    later = [one.value for one in case.measurements if one.kind == AGAIN]
    if again := [value for value in later if value is not None]:
        mean = numbers.measured(sum(again) / len(again))
        lines.append(
            f"Measured again for a person, {len(again)} in all: mean {mean}. The verdict does not "
            "rest on them."
        )
    if row.overruled:
        lines.append("A person overruled the referee: this keep is left out of what is claimed.")
    why, call = row.verdict.get("why"), row.verdict.get("call")
    if isinstance(call, str) and call:
        said = one_line(why, 500) if isinstance(why, str) else ""
        chance = row.verdict.get("p_better")
        sure = f" (probability of being better {chance:.2f})" if isinstance(chance, float) else ""
        lines.append(f"Referee: {one_line(call, 20)}{sure}." + (f" {said}" if said else ""))
    if case.audit is not None:
        verdict = f"**{one_line(case.audit.verdict, 20)}**"
        lines.append(f"Audit {case.audit.audit}: {verdict}. {one_line(case.audit.why, 500)}")
    return "\n\n".join(lines)
