"""The 29 networks: what is known of each, their ImageNet weights, and how one becomes a regressor.

It may import errors, wording, storage and severity; a training imports `records` and `build` alone.
"""
