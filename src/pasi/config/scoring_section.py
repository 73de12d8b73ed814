"""The `scoring` section of the config: the new visits that `snakemake score` scores."""

from pasi.config.keys import FILE, FOLDER, Section, Text, key


class ScoringSection(Section):
    """The new visits that `snakemake score` scores with the bundle of the run (docs/scoring.md)."""

    photos: Text | None = key(
        "Table of photos of the new visits, with the columns subject, visit, region and photo, and week, date and "
        "baseline where they are known; `null`: no visits are to be scored",
        default=None,
        path=FILE,
    )
    photos_root: Text | None = key(
        "Folder under which the paths of these photos lie; `null`: the folder of their table",
        default=None,
        path=FOLDER,
    )
    visit_order: tuple[Text, ...] = key(
        "Names of all new visits in the order of time, where their table has neither weeks nor dates",
        default=(),
        unique=True,
    )
    baseline: Text | None = key(
        "Name of the visit from which the change of a score is measured; `null`: the visit that the column baseline "
        "marks, or else the last visit at week 0 or before",
        default=None,
    )
    visits_per_job: int = key(
        "Visits that one job scores, in the order of the table; more jobs can run at once, and each checks the bundle",
        default=256,
        unit="visits",
        ge=1,
    )
