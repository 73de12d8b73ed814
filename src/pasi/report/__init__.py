"""The report: Table 1, Table S1 and one self-contained HTML page, from the tables of a finished run.

It may import evaluation and the layers above it, and never figures: a changed figure must not write the tables again.
"""
