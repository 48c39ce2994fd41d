"""The terminal user interface: watches a lab through its ledger, in whatever process it runs."""
