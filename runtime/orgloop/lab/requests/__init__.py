"""What a person asks of a running lab about one experiment, or about the budget."""
