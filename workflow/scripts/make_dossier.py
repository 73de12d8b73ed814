"""Write the dossier of a finished run: checklists, credibility record, CDISC-style tables and lineage."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from pasi.dossier.cdisc import GRADER, NO_STUDY, Evaluator, write_cdisc
from pasi.dossier.crate import CrateFiles, crate
from pasi.dossier.evidence import TABLES, read_run
from pasi.dossier.run_scores import RunScores, predictor_of, run_assessments, run_responses
from pasi.dossier.write import write_checklists
from pasi.evaluation.openings import head_file
from pasi.jobs.job_log import start_job_log
from pasi.provenance.versions import run_versions
from pasi.run_folder import folder_of_log
from pasi.storage.json_files import write_json

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files, output, person = snakemake.input, snakemake.output, snakemake.params.person
root = Path(output.crate).parent
run = read_run(
    {name: files[name] for name in (*TABLES, "summary", "config", "opening")}, list(map(Path, files.models)), person
)
write_checklists(run, Path(output.page).parent)

observer = Evaluator(person["evaluator"] or GRADER)
own = run.chosen_rows("visits"), run.chosen_rows("learners")
scores = RunScores(run.tables["scores"], *own, observer, predictor_of(run.chosen))
rows = run_assessments(scores, run.index), run_responses(scores, run.index)
write_cdisc(*rows, run.index, person["study"] or NO_STUDY, Path(output.rs).parent)

shutil.copyfile(files.snakefile, output.snakefile)
weights = [Path(file).relative_to(root).as_posix() for file in files.weights]
log = folder_of_log(Path(snakemake.log[0])).openings  # which no rule declares, and somebody may have removed
logged = [file for file in (log, head_file(log)) if file.exists()]
given = [
    Path(file).relative_to(root).as_posix()
    for file in [*files, *logged]
    if file not in {*files.weights, files.snakefile}
]
made = [Path(file).relative_to(root).as_posix() for file in output if file not in {output.crate, output.snakefile}]
workflow = Path(output.snakefile).relative_to(root).as_posix()
config = Path(files.config).relative_to(root).as_posix()
write_json(crate(run, CrateFiles(root, workflow, weights, config, [*given, *made]), run_versions()), output.crate)
