"""For tests of Orgloop and its plug-ins: a scripted engine, and a suite that any engine can run."""

__all__: list[str] = []
