"""The networks: what is known of each, their ImageNet weights, and how one becomes a regressor.

It may import errors, storage, provenance and severity; of its modules a training imports `records`, `settings` and
`build` alone.
"""
