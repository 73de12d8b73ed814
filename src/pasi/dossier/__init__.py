"""The dossier of a finished run for a regulator or an auditor: checklists, credibility, lineage, CDISC-style tables.

Every answer is a function of the files of the run; what only a person knows is marked as such (docs/dossier.md).
"""
