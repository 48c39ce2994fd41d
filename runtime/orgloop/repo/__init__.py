"""Git for the lab: commits without a checkout, refs that keep them, slots to run them in.

:class:`LabRepo` reads and writes commits, refs and generations in the repository that holds the
lab; :class:`WorktreePool` hands out clean checkouts under ``.orgloop/worktrees/``. Neither
touches the person's checkout. Importing this package imports GitPython (0.2 s).
"""

from orgloop.repo.changes import Change
from orgloop.repo.files import CommitFiles
from orgloop.repo.globs import Globs
from orgloop.repo.lab_repo import LabRepo
from orgloop.repo.leavings import Leavings, leavings
from orgloop.repo.merge import Conflict, Merged
from orgloop.repo.paths import PathError
from orgloop.repo.place import Place
from orgloop.repo.pool import WorktreePool
from orgloop.repo.refs import experiment_ref, run_branch
from orgloop.repo.scope import Refusal, out_of_scope
from orgloop.repo.trees import Entry
from orgloop.repo.worktree import Worktree

__all__ = [
    "Change",
    "CommitFiles",
    "Conflict",
    "Entry",
    "Globs",
    "LabRepo",
    "Leavings",
    "Merged",
    "PathError",
    "Place",
    "Refusal",
    "Worktree",
    "WorktreePool",
    "experiment_ref",
    "leavings",
    "out_of_scope",
    "run_branch",
]
