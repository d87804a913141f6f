"""What goes wrong when a file of labels isn't quite what it looks like."""

FAULTS = (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError)
"""What goes wrong in a form's hands when a file isn't quite what it looks like."""
