"""The report: Table 1, Table S1 and one self-contained HTML page, from the tables of a finished run."""
