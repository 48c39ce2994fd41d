"""`orgloop fork`: from a template, from elsewhere, and once more."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from orgloop import __version__
from orgloop.bench.python_packages import chosen_packages
from orgloop.cli.foreign import would_run
from orgloop.cli.shown import argument, program, shown
from orgloop.errors import UserError
from orgloop.org import load_lab
from orgloop.org.lab_templates import write_out, write_out_folder
from orgloop.org.origin import ORIGIN, Origin
from orgloop.repo.fetch import fetch_files
from orgloop.repo.fresh import begin_repository
from orgloop.repo.place import find_place
from orgloop.repo.upstream import bring, remember_template, require_copier


def fork_command(name: str, directory: Path, *, org: str | None = None) -> int:
    """Write a template out and make it a repository of its own."""
    template = write_out(name, directory, org=org)
    under = org or (name if name != template.name else None)
    origin = Origin(template=template.name, version=__version__, org=_named(under))
    what = template.name if under is None else f"{template.name} under {Path(under).name}"
    _begin(directory, origin, f"Fork {what} from Orgloop's templates")
    _tell(what, directory)
    return 0


def fork_onto_command(
    name: str, directory: Path, onto: Path | None, *, org: str | None = None
) -> int:
    """Put a template on a clone of a repository that the person names."""
    from orgloop.adopt.upstream import fork_onto, needs_repository

    if onto is None or not needs_repository(name):
        raise UserError(
            f"`{name}` is put on a clone of the upstream repository."
            if onto is None
            else f"`{name}` has code of its own, so `--repo` has no meaning for it.",
            hint=f"`orgloop fork {name} {argument(directory)} --repo CLONE`."
            if onto is None
            else "`orgloop adopt REPO` makes a lab of a repository.",
        )
    lacking = fork_onto(name, directory, onto, org=org)
    _tell(name, directory)
    for sentence in lacking:
        print(f"  missing: {sentence}", file=sys.stderr)
    return 0


def fork_from_command(
    source: str, directory: Path, *, trust: bool = False, org: str | None = None
) -> int:
    """Fork a lab from a git repository or a directory, once the person has seen what it runs."""
    with TemporaryDirectory(prefix="orgloop-fork-") as work:
        fetched = Path(work, "lab")
        commit = fetch_files(source, fetched)
        lab, problems = load_lab(fetched)
        problems.raise_errors()
        assert lab is not None
        print(f"{lab.task.name}, from {source}, would run:", file=sys.stderr)
        print("\n".join(would_run(lab)), file=sys.stderr)
        if not trust:
            raise UserError(
                "Nothing was forked: the lab is not from Orgloop, and you have not said `--trust`.",
                hint="Read the lines above and the code that they name, then add `--trust`.",
            )
        write_out_folder(fetched, directory, org=org)
    place = str(Path(source).expanduser().resolve()) if Path(source).exists() else source
    origin = Origin(template=place, version=commit, org=_named(org), elsewhere=True)
    _begin(directory, origin, f"Fork {lab.task.name} from {source}")
    _tell(lab.task.name, directory)
    return 0


def update_command(directory: Path) -> int:
    """Bring what changed in a fork's template into it."""
    require_copier()
    directory = directory.resolve()
    origin = Origin.read(directory)
    place = find_place(directory)
    with TemporaryDirectory(prefix="orgloop-fork-") as work:
        new = Path(work, "new")
        if origin.elsewhere:
            fetched = Path(work, "fetched")
            version = fetch_files(origin.template, fetched)
            write_out_folder(fetched, new, org=origin.org or None)
        else:
            version = __version__
            write_out(origin.template, new, org=origin.org or None)
        origin.model_copy(update={"version": version}).write(new)
        brought = bring(place, new, ORIGIN)
    changed = [path for path in brought.changed if path != ORIGIN]
    if not changed:
        print(f"Nothing is new in {origin.template}.", file=sys.stderr)
        return 0
    print(f"{origin.template} brought changes to {len(changed)} files:", file=sys.stderr)
    for path in changed:
        mark = "conflict" if path in brought.conflicts else "updated"
        print(f"  {mark:10}{path}", file=sys.stderr)
    if brought.conflicts:
        print(
            "In a conflict both versions stand between `<<<<<<<` and `>>>>>>>`: keep what you "
            "want.",
            file=sys.stderr,
        )
    where = argument(directory)
    print(f"Nothing is committed yet: `git -C {where} diff` shows it.", file=sys.stderr)
    return 1 if brought.conflicts else 0


def _named(org: str | None) -> str:
    """An organization as the record has it: a directory in full, since it is read from anywhere."""
    if org is None:
        return ""
    path = Path(org).expanduser()
    return str(path.resolve()) if (path / "org" / "charter.md").is_file() else org


def _begin(directory: Path, origin: Origin, message: str) -> None:
    origin.write(directory)
    remember_template(directory, begin_repository(directory, message))


def _tell(what: str, directory: Path) -> None:
    """Say what there is now, what to do with it, and what it lacks here."""
    place, orgloop = shown(directory), program()
    steps = [
        (f"{orgloop} run {argument(directory)}", "start it"),
        (f"{orgloop} check {argument(directory)}", "is everything in order"),
        (f"{place}/task.md", "what is being improved"),
        (f"{place}/roles/", "who works on it: edit these, also while it runs"),
    ]
    width = max(len(step) for step, _ in steps)
    print(f"{what} is now yours, in {place}.", file=sys.stderr)
    for step, what in steps:
        print(f"  {step:{width}}  {what}", file=sys.stderr)
    lab, _ = load_lab(directory)
    if lab is not None and lab.task.sandbox.packages is not None:
        try:
            chosen_packages(lab.task.sandbox.packages)
        except UserError as error:
            print(f"Before it runs: {error.message}\n  {error.hint}", file=sys.stderr)
