"""Checkpoints of walks, in a SQLite file of their own beside the ledger.

They let LangGraph resume a thread where it stood (and are what its interrupts need). They are not
the record: a walk whose checkpoint is missing starts at its first node, and every node that the
ledger has on record returns its result again. So the file is written without fsync.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)
from langgraph.checkpoint.sqlite import SqliteSaver


class WalkSaver(SqliteSaver):
    """The SQLite saver, called directly from the event loop.

    Its writes take some tens of microseconds, less than handing them to a thread; LangGraph's own
    asynchronous saver spends 10 ms a walk on that.
    """

    @classmethod
    def open(cls, path: Path) -> WalkSaver:
        """Open or create the file; one that SQLite cannot read is set aside and begun anew."""
        try:
            return cls._connect(path)
        except sqlite3.Error:
            for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                path.with_name(name).unlink(missing_ok=True)
        try:
            return cls._connect(path)
        except sqlite3.Error:
            return cls._connect(None)  # no disk for it: in memory it serves as well

    @classmethod
    def _connect(cls, path: Path | None) -> WalkSaver:
        connection = sqlite3.connect(path or ":memory:", check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
        saver = cls(connection)
        saver.setup()
        return saver

    def close(self) -> None:
        """Close the file."""
        self.conn.close()

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """See :meth:`get_tuple`; what cannot be read is as good as not there."""
        with contextlib.suppress(sqlite3.Error):
            return self.get_tuple(config)
        return None

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, object] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """See :meth:`list`."""
        for found in self.list(config, filter=filter, before=before, limit=limit):
            yield found

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """See :meth:`put`; on a full disk the walk is taken up from the ledger alone."""
        with contextlib.suppress(sqlite3.Error):
            return self.put(config, checkpoint, metadata, new_versions)
        return config

    async def aput_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, object]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        """See :meth:`put_writes`."""
        with contextlib.suppress(sqlite3.Error):
            self.put_writes(config, writes, task_id, task_path)

    def forget(self, thread_id: str) -> None:
        """Delete a walk that is over; one that cannot be deleted does no harm."""
        with contextlib.suppress(sqlite3.Error):
            self.delete_thread(thread_id)

    async def adelete_thread(self, thread_id: str) -> None:
        """See :meth:`delete_thread`."""
        self.delete_thread(thread_id)
