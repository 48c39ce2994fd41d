"""From what an engine answered to the arrow that the walk takes."""

from __future__ import annotations

from orgloop.charter import Flow
from orgloop.engines.protocol import Answer, Outcome
from orgloop.errors import EngineError
from orgloop.problems import did_you_mean


def arrow_of(flow: Flow, node: str, answer: Answer) -> str | None:
    """The label that ``answer`` takes out of ``node``; None for a single unlabelled arrow.

    Raises :class:`~orgloop.errors.EngineError` for a decision that is no arrow of the node.
    """
    labels = flow.labels(node)
    if not labels:
        return None
    if answer.decision is not None:
        if answer.decision in labels:
            return answer.decision
        raise EngineError(
            f"`{node}` decided `{answer.decision}`, which is no arrow of its.",
            hint=did_you_mean(answer.decision, labels),
        )
    if answer.outcome is not None:
        return arrow_for(flow, node, answer.outcome)
    raise EngineError(
        f"`{node}` gave no decision.", hint=f"It must choose one of: {', '.join(labels)}."
    )


def arrow_for(flow: Flow, node: str, outcome: Outcome) -> str:
    """The label that stands for ``outcome`` at ``node``, by where the arrows lead.

    Pass is the arrow whose target is nearest to ``keep``; fail the one to ``discard``; revise one
    that leads no nearer to ``keep`` than here. Where the chart has no such arrow the next milder
    one is taken (revise, then fail, for fail and revise alike), and at last the first.
    """
    here = flow.distance_to_keep(node)
    forward: list[tuple[int, str]] = []
    back: list[str] = []
    out: list[str] = []
    for label in flow.labels(node):
        target = flow.target(node, label)
        distance = flow.distance_to_keep(target)
        if target == "discard" or distance is None:
            out.append(label)
        elif here is not None and distance < here:
            forward.append((distance, label))
        else:
            back.append(label)
    nearest = [label for _, label in sorted(forward, key=lambda pair: pair[0])]
    preference = {
        Outcome.PASS: (*nearest, *back, *out),
        Outcome.REVISE: (*back, *out, *nearest),
        Outcome.FAIL: (*out, *back, *nearest),
    }
    return preference[outcome][0]
