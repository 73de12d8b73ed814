"""What is fitted after the trainings: the tables of all predictions, meta-learners on them, and two baselines.

It may import severity, cohort, splits, imaging and storage, and never training.
"""
