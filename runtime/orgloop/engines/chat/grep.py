"""Searching files for a regular expression, in a process that can be ended.

The pattern is a model's and the text is candidate code's: an expression that backtracks for hours
must not stand still the lab.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from orgloop.engines.chat.files import Refused

SECONDS = 10.0
MATCHES = 100
LINE = 300
"""Characters of a line that are shown."""

_SEARCH = """\
import json, re, sys
given = json.load(sys.stdin)
try:
    wanted = re.compile(given["pattern"])
except (re.error, RecursionError, OverflowError) as error:
    print(json.dumps({"fault": str(error)})); sys.exit()
found, more = [], 0
for path in given["paths"]:
    try:
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                line = line.rstrip("\\r\\n")
                if wanted.search(line):
                    if len(found) < given["matches"]:
                        found.append(f"{path}:{number}: {line[:given['line']]}")
                    else:
                        more += 1
    except (OSError, UnicodeDecodeError):
        continue
print(json.dumps({"found": found, "more": more}))
"""


async def grep(pattern: str, lab: Path, paths: Sequence[str]) -> str:
    """Lines of ``paths`` that match, as ``path:line: text``; raises :class:`Refused`."""
    given = {"pattern": pattern, "paths": list(paths), "matches": MATCHES, "line": LINE}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", "-c", _SEARCH,
        cwd=lab, env={}, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(SECONDS):
            out, _ = await process.communicate(json.dumps(given).encode())
    except TimeoutError as error:
        raise Refused(f"That search took more than {SECONDS:g} s: use a simpler one.") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    result = json.loads(out or b'{"fault": "the search failed"}')
    if "fault" in result:
        raise Refused(f"`{pattern}` is no regular expression: {result['fault']}.")
    lines = list(result["found"])
    if result["more"]:
        lines.append(f"[{result['more']} more lines match; narrow it down]")
    return "\n".join(lines) or "Nothing matches."
