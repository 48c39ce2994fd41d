"""From what an audit measured to what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from orgloop.audit.estimate import Estimate, Values, corrected, estimate, is_deterministic, shown
from orgloop.audit.plan import BASELINE, Arm, KeepPlan, MissPlan, Plan
from orgloop.audit.report import ArmFinding, Gain, KeepFinding, MissFinding
from orgloop.audit.stack import Kept
from orgloop.audit.wording import amount
from orgloop.ledger import ExperimentRow, MeasurementRow
from orgloop.ledger.audits import KEEPS
from orgloop.task import Task

SURVIVED, UNCLEAR, FAILED, GONE = KEEPS
BETTER, NO_BETTER, UNTESTED = "better", "no better", "untested"

Rows = Mapping[str, Sequence[MeasurementRow]]
"""Finished measurements by arm."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Compares the arms of one audit, all by the same rule."""

    task: Task
    rows: Rows

    @property
    def deterministic(self) -> bool:
        """Whether repeats gave identical numbers throughout."""
        return is_deterministic([self.values(name) for name in self.rows])

    def values(self, arm: str) -> Values:
        """An arm's values by seed."""
        return {row.seed: row.value for row in self.rows.get(arm, ()) if row.value is not None}

    def crashed(self, arm: str) -> bool:
        """Whether it was run and never gave a value."""
        return bool(self.rows.get(arm)) and not self.values(arm)

    def compare(self, better: str, worse: str) -> Estimate:
        """The gain of one arm over another."""
        return estimate(
            self.values(better),
            self.values(worse),
            goal=self.task.goal,
            min_delta=self.task.min_delta,
            deterministic=self.deterministic,
        )

    def is_shown(self, found: Estimate, p: float | None) -> bool:
        """Whether that gain counts as real."""
        return shown(found.gain, p, self.task.min_delta, deterministic=self.deterministic)

    def keeps(self, plan: Plan, kept: Sequence[Kept]) -> tuple[KeepFinding, ...]:
        """Each kept experiment's finding, corrected for their number."""
        whole = self.compare(plan.best, BASELINE)
        stands = self.is_shown(whole, whole.p)
        plans = {one.experiment: one for one in plan.keeps}
        tested = [one for one in kept if plans[one.experiment].how != "gone"]
        found = [
            self.compare(plans[one.experiment].better, plans[one.experiment].worse)
            for one in tested
        ]
        by_id = {
            one.experiment: (estimated, p)
            for one, estimated, p in zip(tested, found, corrected(found), strict=True)
        }
        nothing = (Estimate(None, None, None, None, None, 0), None)
        findings = []
        for one in kept:
            estimated, p = by_id.get(one.experiment, nothing)
            findings.append(self._keep(one, plans[one.experiment], estimated, p, stands))
        return tuple(findings)

    def _keep(
        self, kept: Kept, plan: KeepPlan, found: Estimate, p: float | None, stands: bool
    ) -> KeepFinding:
        verdict, why = self._verdict(plan, found, p, stands)
        return KeepFinding(
            experiment=kept.experiment,
            title=kept.title,
            verdict=verdict,
            how=plan.how,
            claimed=kept.claimed,
            claimed_stderr=kept.claimed_stderr,
            overruled=kept.overruled,
            verified=gain_of(found, p),
            why=why,
        )

    def _verdict(
        self, plan: KeepPlan, found: Estimate, p: float | None, stands: bool
    ) -> tuple[str, str]:
        if plan.how == "gone":
            return GONE, "A later keep undid it: nothing of it is left in the best."
        if found.gain is None:
            if self.crashed(plan.worse) and self.values(plan.better):
                word = "stands" if stands else "falls"
                return (
                    SURVIVED if stands else UNCLEAR,
                    f"Without it the best does not run, so it {word} with the whole.",
                )
            return FAILED, "No two runs of the commits to compare came to an end."
        worth = amount(gain_of(found, p))
        if plan.how == "taken out":
            why = f"Taken out of the best and measured again, it is worth {worth}."
        else:
            files = ", ".join(f"`{path}`" for path in plan.conflict)
            why = (
                f"In its place, over the commit before it, it is worth {worth}. It cannot be taken "
                f"out of the best, since later keeps changed its lines of {files}."
            )
        if self.is_shown(found, p):
            return SURVIVED, why
        return (UNCLEAR if found.gain > self.task.min_delta else FAILED), why

    def misses(self, plan: Plan, rows: Mapping[str, ExperimentRow]) -> tuple[MissFinding, ...]:
        """Each near miss's finding, corrected for their number."""
        tested = [one for one in plan.misses if one.arm is not None]
        found = [self.compare(one.arm or "", plan.best) for one in tested]
        by_id = {
            one.experiment: (estimated, p)
            for one, estimated, p in zip(tested, found, corrected(found), strict=True)
        }
        return tuple(
            self._miss(one, rows[one.experiment], *by_id.get(one.experiment, (None, None)))
            for one in plan.misses
        )

    def _miss(
        self, plan: MissPlan, row: ExperimentRow, found: Estimate | None, p: float | None
    ) -> MissFinding:
        if found is None or found.gain is None:
            why = plan.why or "it does not run on top of the best"
            verdict, verified = UNTESTED, Gain(gain=None)
        else:
            verdict = BETTER if self.is_shown(found, p) else NO_BETTER
            why = f"on top of the best it gains {amount(gain_of(found, p))}"
            verified = gain_of(found, p)
        return MissFinding(
            experiment=row.id,
            title=row.title or row.id,
            verdict=verdict,
            verified=verified,
            why=f"{why[0].upper()}{why[1:]}.",
        )

    def arms(self, arms: Sequence[Arm], *, holdout: bool = False) -> tuple[ArmFinding, ...]:
        """What was measured of each."""
        return tuple(self._arm(arm, holdout) for arm in arms)

    def _arm(self, arm: Arm, holdout: bool) -> ArmFinding:
        rows = self.rows.get(arm.name, ())
        values = [row.value for row in rows if row.value is not None]
        crashes = [row.crash for row in rows if row.crash is not None]
        mean = sum(values) / len(values) if values else None
        stderr = None
        if mean is not None and len(values) > 1:
            squares = sum((value - mean) ** 2 for value in values)
            stderr = sqrt(squares / (len(values) - 1) / len(values))
        return ArmFinding(
            name=arm.name,
            commit=arm.commit,
            holdout=holdout,
            values=tuple(values),
            mean=mean,
            stderr=stderr,
            crashed=len(crashes),
            crash=f"{crashes[-1]['kind']}: {crashes[-1]['message']}" if crashes else "",
        )


def gain_of(found: Estimate, p: float | None) -> Gain:
    """An estimate as the report has it."""
    return Gain(gain=found.gain, low=found.low, high=found.high, p=p, pairs=found.pairs)
