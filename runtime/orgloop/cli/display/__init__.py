"""What `orgloop run` shows while it works: a live picture on a terminal, plain lines elsewhere."""
