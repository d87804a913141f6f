"""Review: a sample drawn for a person to look at, and what his marks say of the whole."""
