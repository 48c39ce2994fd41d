"""Calls: what each answer of a model cost, counted at the moment at which it came back."""

from __future__ import annotations

from collections.abc import Callable

from orgloop.ledger import codec
from orgloop.ledger.database import Database
from orgloop.ledger.plain import storable
from orgloop.ledger.rows import CallRow

Price = Callable[[CallRow], float | None]
"""Dollars for a call; None where its price is not known."""


class Calls:
    """The ``calls`` table: only ever added to. What was paid stays paid, whatever became of it.

    A call is counted in its step, its experiment and its run as it is recorded, and not when the
    visit ends: a lab that is killed in between has paid for it all the same.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, row: CallRow) -> None:
        """Put a call on record, and add it to the totals in the same transaction."""
        with self._database.transaction():
            self._database.insert(
                f"INSERT INTO calls ({codec.CALL}) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    row.run,
                    row.experiment,
                    row.node,
                    row.visit,
                    row.seat,
                    row.at,
                    row.wall_s,
                    row.engine,
                    row.model,
                    row.input_tokens,
                    row.cached_tokens,
                    row.cache_write_tokens,
                    row.output_tokens,
                    row.cost_usd,
                    row.reported,
                    storable(row.error),
                ),
            )
            tokens, cost, unpriced = row.tokens, row.cost_usd or 0.0, row.unpriced_tokens
            counted = (row.input_tokens, row.cached_tokens, row.output_tokens, cost, unpriced)
            sums = (
                "input_tokens = input_tokens + ?, cached_tokens = cached_tokens + ?, "
                "output_tokens = output_tokens + ?, cost_usd = cost_usd + ?, "
                "unpriced_tokens = unpriced_tokens + ?"
            )
            self._database.write(
                f"UPDATE steps SET {sums} "
                "WHERE run = ? AND experiment = ? AND node = ? AND visit = ?",
                (*counted, row.run, row.experiment, row.node, row.visit),
            )
            self._database.write(f"UPDATE totals SET {sums} WHERE run = ?", (*counted, row.run))
            self._database.write(
                "UPDATE experiments SET tokens = tokens + ?, cost_usd = cost_usd + ?, "
                "unpriced_tokens = unpriced_tokens + ? WHERE run = ? AND number = ?",
                (tokens, cost, unpriced, row.run, codec.experiment_number(row.experiment)),
            )

    def reprice(self, run: str, price: Price) -> int:
        """Price the calls that nobody could price when they were made; how many could be now."""
        done = 0
        with self._database.transaction():
            found = self._database.rows(
                f"SELECT id, {codec.CALL} FROM calls WHERE run = ? AND cost_usd IS NULL", (run,)
            )
            for id, *cells in found:
                row = codec.call_row(tuple(cells))
                cost = price(row)
                if cost is None:
                    continue
                done += 1
                self._database.write("UPDATE calls SET cost_usd = ? WHERE id = ?", (cost, id))
                for table, condition, key in (
                    ("totals", "run = ?", (run,)),
                    (
                        "experiments",
                        "run = ? AND number = ?",
                        (run, codec.experiment_number(row.experiment)),
                    ),
                    (
                        "steps",
                        "run = ? AND experiment = ? AND node = ? AND visit = ?",
                        (run, row.experiment, row.node, row.visit),
                    ),
                ):
                    self._database.write(
                        f"UPDATE {table} SET cost_usd = cost_usd + ?, "
                        f"unpriced_tokens = unpriced_tokens - ? WHERE {condition}",
                        (cost, row.tokens, *key),
                    )
        return done

    def of(self, run: str, experiment: str, node: str, visit: int) -> list[CallRow]:
        """The calls of one visit, in the order in which they came back."""
        return self._all(
            "run = ? AND experiment = ? AND node = ? AND visit = ? ORDER BY id",
            (run, experiment, node, visit),
        )

    def recent(self, run: str, limit: int = 200) -> list[CallRow]:
        """The latest calls of a run, newest first: what the next ones may cost."""
        return self._all("run = ? ORDER BY id DESC LIMIT ?", (run, limit))

    def dearest(self, run: str, limit: int = 5) -> list[CallRow]:
        """The calls that cost most, in dollars and then in tokens: for reports, by a scan."""
        return self._all(
            "run = ? ORDER BY coalesce(cost_usd, 0) DESC, input_tokens + output_tokens DESC, id "
            "LIMIT ?",
            (run, limit),
        )

    def unpriced_models(self, run: str) -> list[str]:
        """Models whose price was not known, sorted."""
        found = self._database.rows(
            "SELECT DISTINCT model FROM calls WHERE run = ? AND cost_usd IS NULL ORDER BY model",
            (run,),
        )
        return [cells[0] for cells in found]

    def _all(self, condition: str, values: tuple[str | int, ...]) -> list[CallRow]:
        found = self._database.rows(f"SELECT {codec.CALL} FROM calls WHERE {condition}", values)
        return [codec.call_row(cells) for cells in found]
