"""The state machine: an organization compiled to LangGraph, and what happens at its nodes.

Only this package knows LangGraph, and only `checkpoints`, `compile` and `walk` import it: that
takes two seconds, so whoever needs one of those imports it when it is needed.
"""
