"""Write the report, one HTML page, from the tables of a finished run, and summary and data beside it."""

import platform
from pathlib import Path
from typing import TYPE_CHECKING

from pasi.jobs.job_log import start_job_log
from pasi.provenance.versions import run_versions
from pasi.report.content import Sources, load_content
from pasi.report.render import write_beside, write_report
from pasi.run_folder import folder_of_log
from pasi.storage.json_files import write_json

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files, params = snakemake.input, snakemake.params
tables = {name: files[name] for name in Sources.__dataclass_fields__ if name not in ("figures", "openings")}
provenance = {
    "Versions": {"python": platform.python_version(), **run_versions()},
    "Code": {"training": params.training_code, "report": params.code},
}
log = folder_of_log(Path(snakemake.log[0])).openings  # which no rule declares
sources = Sources(**tables, figures=Path(files.figures[0]).parent, openings=log)
content = load_content(sources, params.config, provenance, left_out=params.left_out, changed=params.changed)
write_report(content, snakemake.output.report)
write_beside(content, Path(snakemake.output.report).parent)
write_json(params.config, snakemake.output.config)
