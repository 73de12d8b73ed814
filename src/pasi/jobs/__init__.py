"""What a job needs around its work: its log, locks and leases, checkpoints and GPU, and the record of a failure.

It may import from the layers above it, and of those it needs errors, run_folder and storage; photos and networks are
out of its reach.
"""
