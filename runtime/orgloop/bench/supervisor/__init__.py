"""A process of its own that runs jobs under limits and outlives the lab that asked for them.

``python -I -S .../supervisor JOBS_DIR``, detached, with a socket to the lab as standard input.
One serves a slot, job after job, so that no experiment pays for a Python start. Everything in
this directory uses the standard library alone and stays single-threaded: the death signal that
takes a job down with a killed supervisor is tied to the thread that forked.

The lab sends a line of JSON: ``{"job": {...}}`` (:mod:`orgloop.bench.order` writes it) or
``{"kill": id}``. The answer is ``{"done": id, "result": {...}}``; the same result was renamed into
place as ``JOBS_DIR/<id>/result.json`` by then. When the socket ends, the job in hand is finished
and the supervisor goes. SIGTERM ends the job in hand. With ``--bound`` it does not outlive whoever
started it, as on a node that a scheduler lent.

Limits are enforced here, without the lab, by watching the process tree in ``/proc``. Where there
is no ``/proc`` (macOS), only the time on the clock and the rlimits of each process hold.
"""
