"""Organizations under test: trials on equal budgets, and what can be concluded from them.

A trial is one run of one organization on a copy of one task's lab. What it brought is measured
again where nothing was selected, so that organizations can be compared, by `orgloop compare`, and
improved.
"""
