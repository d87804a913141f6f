"""What evaluation sets ask and show, and where training data does the same."""
