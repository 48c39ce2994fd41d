"""An organization that is poor on purpose: timid, and with a reviewer who draws lots."""

from __future__ import annotations

from orgloop.markdown.rewrite import with_keys
from orgloop.org.files import CHARTER, bundled_files
from orgloop.tune.contender import Contender

BOLDNESS = 0.05
"""A tenth of the usual: what is proposed drowns in the noise."""
_CHARTER = """\
---
name: poor
description: Timid proposals, a reviewer who rejects at random, and a meeting for its own sake.
model: embedded
accept: significant
budget: {experiments: 24}
---
# Charter

```mermaid
flowchart LR
    pi --> experimenter --> reviewer
    reviewer -- approve --> bench
    reviewer -- reject --> discard
    bench -- measured --> critic
    bench -- crashed --> discard
    bench -- stale --> experimenter
    critic -- replicate --> bench
    critic -- keep --> keep
    critic -- discard --> discard
```

Nobody here has asked whether any of this helps.
"""
_MEETING = """\
---
name: meeting
description: Meets because it is time to.
tools: Read
model: inherit
org: {embedded: agenda, every: 3 experiments}
---
You are the meeting of {{ task.name }}. Resolve something.
"""


def poor() -> Contender:
    """The bundled organization, spoiled in four places."""
    files = dict(bundled_files())
    files[CHARTER] = _CHARTER.encode()
    files["roles/meeting.md"] = _MEETING.encode()
    for path, key, value in (
        ("roles/pi.md", "boldness", BOLDNESS),
        ("roles/experimenter.md", "boldness", BOLDNESS),
        ("roles/reviewer.md", "embedded", "lot"),
    ):
        changed = with_keys(files[path], {("org", key): value})
        assert changed is not None, "a bundled role can be rewritten"
        files[path] = changed
    return Contender("poor", files)
