"""No box at all: for machines where bubblewrap does not work, and said loudly."""

from __future__ import annotations

from collections.abc import Sequence

from orgloop.bench.protocol import Step


class Plain:
    """Limits are enforced; files, network and secrets on disk are within a run's reach."""

    name = "none"
    sealed = False
    filtered = False

    def __init__(self, why: str = "") -> None:
        self.warning = (
            "Runs are NOT sandboxed here: they can read your files and use the network"
            f"{f' ({why})' if why else ''}. Install bubblewrap and allow user namespaces."
        )

    def in_memory(self, step: Step) -> Sequence[str]:
        """None: they are the machine's."""
        del step
        return ()

    def wrap(self, step: Step, argv: Sequence[str]) -> list[str]:
        """The command itself."""
        del step
        return list(argv)
