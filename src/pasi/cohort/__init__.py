"""The cohort: photos.csv and scores.csv are read, checked and put in order, and their rows are counted and looked up.

It may import from the layers above it, and of those it needs errors, wording, storage, severity and the photo paths of
imaging; splits, training and everything below them are out of its reach.
"""
