"""What is fitted after the trainings: the tables of all predictions, meta-learners on them, and two baselines.

It may import splits and the layers above it, and never training.
"""
