"""What a run will take: time, core hours, bytes and money, from rates that were measured."""
