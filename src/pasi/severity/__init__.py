"""The severity index as data, and what follows from its values: courses, response to treatment, counts of grades.

Its modules may import errors, wording and storage.
"""
