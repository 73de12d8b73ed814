"""The figures of the report: each function takes columns and returns a matplotlib Figure (object API, no pyplot).

It may import evaluation and the layers above it; nothing but scripts, tests and commands imports it.
"""
