"""The terminal interface of Orgloop. It reads the ledger; it never imports the graph or the lab."""
