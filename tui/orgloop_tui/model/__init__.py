"""What there is to see of a run, as plain values; nothing here knows of a terminal."""
