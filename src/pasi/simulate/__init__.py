"""The synthetic trial: subjects, their course, and the photos that show it (A7, T1)."""
