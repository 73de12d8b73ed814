"""Metrics of predicted against observed scores, intervals over subjects, and the tables of evaluation/.

It may import severity, cohort, splits and the layers above these, but neither training nor learners: a metric does not
depend on who made the predictions.
"""
