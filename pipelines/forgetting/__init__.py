"""Taking images out of a finished run, so that nothing of them is left: `gyogwa forget`."""
