"""Digests of code and of photos, by which a plan knows what must run again.

It may import storage, and the errors and wording above it.
"""
