"""Files on disk: tables, JSON and lists of hashes, written atomically and refused with a clear error when damaged.

It may import errors, wording and run_folder, and nothing else of pasi.
"""
