"""The rules and the facts: pure functions on bytes and values, with no file, clock, network or git."""
