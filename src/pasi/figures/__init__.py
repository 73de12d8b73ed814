"""The figures of the report: each function takes columns and returns a matplotlib Figure (object API, no pyplot)."""
