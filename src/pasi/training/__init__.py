"""One network trained on one fold: its data, batches, steps, epochs and checkpoints.

It may import imaging, networks, jobs, splits and the layers above them, and neither pandas nor pydantic.
"""
