"""A synthetic trial: subjects, the course of their disease, and photos that show it (docs/paper.md, A7).

Its modules may import errors, wording, storage, provenance and severity.
"""
