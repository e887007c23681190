"""Mutants: the addon with one small change each, which some test should notice."""
