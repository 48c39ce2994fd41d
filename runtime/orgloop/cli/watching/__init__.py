"""``orgloop watch``: what the terminal interface is lent, and how it is started."""
