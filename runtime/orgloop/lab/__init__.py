"""The lab: one run of an organization on a task, from the baseline to the summary."""
