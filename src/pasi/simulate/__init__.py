"""The synthetic trial: subjects, their course, and the photos that show it (A7, T1)."""

from pasi.simulate.trial import simulate_trial

__all__ = ["simulate_trial"]
