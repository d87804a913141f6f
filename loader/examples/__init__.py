"""Training loops on the loader, each short enough to copy: start with `train_tiny`."""
