"""A trained learner as one folder that can be carried: written from a finished run, checked, and used to score visits.

It may import networks, imaging, learners, evaluation, cohort, jobs, simulate and what is above them; never training: a
network is built anew, and what turns its outputs into points stands in the metadata of its weights.
"""
