"""Writes a ``task.md`` for a repository that was not made for Orgloop.

:func:`adopt` tries the run command out in a throwaway clone, reads its numbers, and proposes the
rest; an :class:`Asker` has the last word.
"""

from orgloop.adopt.adoption import Adopted, Wishes, adopt
from orgloop.adopt.asking import Asker, Choice

__all__ = ["Adopted", "Asker", "Choice", "Wishes", "adopt"]
