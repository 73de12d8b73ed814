"""The split: subjects are divided into test set, folds and monitored subjects, and each stage gets their roles.

It may import from the layers above it, and of those it needs errors, wording, storage and the CSV reader of cohort;
training, learners and everything below them are out of its reach.
"""
