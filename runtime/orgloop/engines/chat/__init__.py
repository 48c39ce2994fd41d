"""Chat models as minds, through LangChain.

::

    engine.py     the Engine: one visit of one role
    names.py      `provider@endpoint:model, ...` as a person writes it
    available.py  whether it can be had here, found out without importing LangChain
    models.py     from a name to LangChain's client
    agent.py      the agent that answers, and what bounds it
    answer.py     the form of an answer, and back to Orgloop's
    prompts/      what a model is told beside its brief
    files.py      what a role may read and change at its desk
    tools.py      those, as tools for a model
    failures.py   from a client's errors to Orgloop's
"""
