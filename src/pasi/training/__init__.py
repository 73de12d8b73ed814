"""One network trained on one fold: its data, batches, steps, epochs and checkpoints.

It may import imaging, networks, splits, jobs, severity, provenance and storage, and never pandas, pydantic or learners.
"""
