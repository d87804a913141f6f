"""How a pipeline is run and how the program ends: options, local workers, failures, signals."""
