"""What is done: runs of the diagnosis."""
