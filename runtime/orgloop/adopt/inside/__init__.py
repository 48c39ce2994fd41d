"""What runs inside the sandbox of a trial, on its interpreter: the standard library alone."""
