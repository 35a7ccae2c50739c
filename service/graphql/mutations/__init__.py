"""What can be entered, changed and taken back, a noun a file."""
