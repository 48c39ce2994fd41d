"""A real Ray of one node, which outlives the labs on it."""

from __future__ import annotations

import pytest

from orgloop.testing.executor_suite import ExecutorSuite


@pytest.mark.slow
@pytest.mark.usefixtures("ray")
class TestRay(ExecutorSuite):
    address = "orgloop.testing.executors:ray"
