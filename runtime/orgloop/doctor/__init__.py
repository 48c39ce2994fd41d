"""A preflight: whether a lab can run here, who would think, and what it may cost."""

from orgloop.doctor.examine import examine
from orgloop.doctor.finding import Examination, Finding, State

__all__ = ["Examination", "Finding", "State", "examine"]
