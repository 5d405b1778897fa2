"""Bytes that nobody meant: every reader of docctl against whatever may come. See README.md."""
