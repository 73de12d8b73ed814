"""Digests of code and of photos, by which a plan knows what must run again.

It may import the storage of files, and nothing else of this package.
"""
