"""One-Step PASI: from clinical photos to a severity score, with 29 networks x 5 folds, stacked and judged."""
