"""The figures of the report: each function takes columns and returns a matplotlib Figure (object API, no pyplot)."""

from pasi.figures.courses import Course, courses_of, figure_4
from pasi.figures.curves import best_epoch, learning_curves, read_histories
from pasi.figures.distributions import figure_2, grade_counts, grade_edges, has_grades, record_parts
from pasi.figures.geometry import figure_s1
from pasi.figures.scatter import figure_3, learner_rows, scale_name
from pasi.figures.style import save_figure

__all__ = [
    "Course",
    "best_epoch",
    "courses_of",
    "figure_2",
    "figure_3",
    "figure_4",
    "figure_s1",
    "grade_counts",
    "grade_edges",
    "has_grades",
    "learner_rows",
    "learning_curves",
    "read_histories",
    "record_parts",
    "save_figure",
    "scale_name",
]
