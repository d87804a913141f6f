"""What evaluation sets ask and show, kept out of training."""
