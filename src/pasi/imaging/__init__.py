"""Photos: checks of their files, one tile per photo, and composites of the tiles of a region at a visit.

Its modules may import errors, wording, run_folder, storage, provenance and severity.
"""
