"""``orgloop org back`` and ``org take``: a generation's files into the lab's directory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from orgloop.cli.generations.pick import pick_generation
from orgloop.cli.reading import open_ledger, pick_run, say
from orgloop.cli.running import is_running
from orgloop.errors import UserError
from orgloop.ledger import GenerationRow, Ledger, RunRow
from orgloop.org import load_lab, load_org
from orgloop.org.files import CHARTER, own_files, read_org_files
from orgloop.problems import Problems

if TYPE_CHECKING:
    from orgloop.repo import LabRepo


def bring_command(lab: Path, named: str | None, *, run: str | None = None) -> int:
    """Bring a generation's files, and say what was written; see :func:`bring`."""
    say(bring(lab, named, run=run))
    return 0


def bring(lab: Path, named: str | None, *, run: str | None = None) -> str:
    """Make the lab's ``org/`` and ``roles/`` those of a generation; None names what stands.

    Only files that differ are touched, and none whose content is on no record: neither in a
    commit of HEAD nor in a generation of the run. Says what was written; raises OrgloopError, and
    :class:`~orgloop.problems.ProblemsFound` where the generation does not suit ``task.md`` now.
    """
    from orgloop.repo import LabRepo  # git takes a while to import

    ledger = open_ledger(lab)
    row = None if ledger is None else pick_run(ledger, run)
    if ledger is None or row is None:
        raise UserError("This lab has no generations yet.", hint="`orgloop run` makes the first.")
    with ledger, LabRepo.open(lab) as repo:
        standing = ledger.generations.standing(row.id)
        generation = standing if named is None else pick_generation(ledger, row, named)
        if generation is None or standing is None:
            raise UserError(
                f"Run {row.id} has no generation yet.", hint="`orgloop run` makes the first."
            )
        wanted = repo.read_generation(generation.commit)
        _still_checks(lab, wanted)
        written, removed = _differences(lab, wanted)
        stands = standing.tree == generation.tree
        trial = _on_trial(ledger, row)
        if not written and not removed and stands and trial is None:
            return f"`org/` and `roles/` are those of generation {generation.number} already."
        _refuse_to_lose(lab, [*written, *removed], repo, ledger, row)
        if not stands or trial is not None:
            # Amendments that stand or are tried are not in the lab's files, and are to go as well.
            gone = trial if trial is not None and stands else standing
            repo.count_as_saved(row.id, gone.commit)
            written = written or {CHARTER: wanted[CHARTER]}  # so that a lab that watches looks
    for path, content in written.items():
        write(lab / path, content)
    for path in removed:
        (lab / path).unlink()
    return (
        f"The organization is that of generation {generation.number}: "
        f"{_listed('wrote', list(written))}{_listed('removed', removed)}"
        + ("the lab takes it over now." if is_running(lab) else "`orgloop run` goes on with it.")
    )


def _on_trial(ledger: Ledger, run: RunRow) -> GenerationRow | None:
    """The generation that is on probation."""
    row = ledger.amendments.on_probation(run.id)
    if row is None or row.generation is None:
        return None
    return ledger.generations.get(run.id, row.generation)


def _still_checks(lab: Path, files: Mapping[str, bytes]) -> None:
    loaded, _ = load_lab(lab)
    if loaded is None:
        return  # what is broken now is what a person goes back for; `check` tells of task.md
    _, problems = load_org(files, loaded.task)
    problems.raise_errors()


def _differences(lab: Path, wanted: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """What to write and what to remove, so that the lab is read as ``wanted``."""
    ignored = Problems()  # a file that cannot be read is one to be replaced
    own, whole = own_files(lab, ignored), read_org_files(lab, ignored)
    removed = sorted(path for path in own if path not in wanted)
    written = {path: content for path, content in wanted.items() if whole.get(path) != content}
    return dict(sorted(written.items())), removed


def _refuse_to_lose(
    lab: Path, paths: list[str], repo: LabRepo, ledger: Ledger, run: RunRow
) -> None:
    known = [repo.read_generation(row.commit) for row in ledger.generations.all(run.id)]
    head = repo.head()
    for path in paths:
        place = lab / path
        if not place.is_file():
            continue
        content = place.read_bytes()
        if any(files.get(path) == content for files in known):
            continue
        try:
            kept = repo.read(head, path) == content
        except KeyError:
            kept = False
        if not kept:
            raise UserError(
                f"`{path}` holds edits that are in no commit and no generation; nothing was done.",
                hint="Commit it, or move it away, and try again.",
            )


def write(path: Path, content: bytes) -> None:
    """Replace a file in one step, so that a lab that watches never reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix="~")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(draft).chmod(0o644)
    Path(draft).replace(path)


def _listed(verb: str, paths: list[str]) -> str:
    return f"{verb} {', '.join(paths)}; " if paths else ""
