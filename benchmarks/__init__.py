"""Measurements: never part of the tests, because a busy machine is no bug."""
