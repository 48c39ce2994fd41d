"""What keeps a step from reaching anything but what its box names."""

from orgloop.bench.sandbox.bwrap import Bubblewrap
from orgloop.bench.sandbox.find import find_sandbox
from orgloop.bench.sandbox.plain import Plain
from orgloop.bench.sandbox.protocol import JOB_VARIABLE, Sandbox

__all__ = ["JOB_VARIABLE", "Bubblewrap", "Plain", "Sandbox", "find_sandbox"]
