"""``orgloop org``: the versions of the organization that a run has worked under."""
