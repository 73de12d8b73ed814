"""What a published table of MAE, MSE, r and CCC implies, and where it contradicts itself.

It may import evaluation and cohort (the reader of CSV) with what they import, and nothing of training, learners,
config, planning or report: a table of another group has no run behind it.
"""
