"""Join what was found of all parts of the new visits to the table of scores, and continue its audit trail."""

from pathlib import Path
from typing import TYPE_CHECKING

from pasi.bundle.missing_changes import changes_text
from pasi.bundle.photo_table import Reading
from pasi.bundle.score_parts import ScoredTable, join_parts
from pasi.bundle.setting_names import SECTION
from pasi.bundle.visit_photos import statuses_text
from pasi.cohort.visit_order import VisitNames
from pasi.jobs.job_log import start_job_log

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files, visits = snakemake.input, snakemake.params.visits
names = VisitNames(tuple(visits["order"]), visits["baseline"])
reading = Reading(Path(files.root) if files.root else None, names, without_photos=True, settings=SECTION)
table = ScoredTable(Path(files.manifest), Path(files.photos), Path(snakemake.output.table))
found = join_parts(table, list(map(Path, files.parts)), reading)
print(f"{statuses_text(found.statuses)}; {found.scored_now} scored now")
if missing := changes_text(found.missing_changes, visits["baseline"]):
    print(missing)
