"""What a run is worth, and bringing it home: `orgloop audit` and `orgloop apply`.

An audit measures a run's result again on seeds that nothing has seen, takes the kept commits away
one at a time, and puts what it finds beside what was claimed. It works beside the lab, on the same
bench, and knows nothing of roles or of LangGraph.
"""
