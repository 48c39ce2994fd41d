"""Engines that need no model: Optuna, static rules and statistics, labelled as what they are.

``scout`` plans, ``tpe`` proposes values, ``rules`` reviews a commit, ``referee`` reads the verdict
and ``pass`` stands where nobody thinks. Import them from their modules: numpy and Optuna are
loaded only by what uses them (:mod:`orgloop.engines.embedded.warm` loads them ahead of time).
"""

__all__: list[str] = []
