"""What a run achieved for what it cost."""

from orgloop.report.gather import gather_report
from orgloop.report.markdown import render_report
from orgloop.report.model import RunReport

__all__ = ["RunReport", "gather_report", "render_report"]
