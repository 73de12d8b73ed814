"""Score some of the new visits with the bundle of this run."""

from pathlib import Path
from typing import TYPE_CHECKING

from pasi.training.instructions import restart_pinned

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

restart_pinned(snakemake.config["training"]["instructions"])  # before anything loads numpy or torch

import torch

from pasi.bundle.load import load_bundle
from pasi.bundle.part_names import visits_of_part
from pasi.bundle.photo_table import Reading, read_new_visits
from pasi.bundle.score_parts import score_part
from pasi.bundle.setting_names import SECTION
from pasi.cohort.visit_order import VisitNames
from pasi.jobs.gpu_lease import lease_folder, lease_gpu
from pasi.jobs.job_log import start_job_log
from pasi.storage.json_files import write_json

start_job_log(snakemake.log[0], snakemake.params)
files, output = snakemake.input, Path(snakemake.output.entries)
scoring, training = snakemake.config["scoring"], snakemake.config["training"]  # no params: they change no score
torch.set_num_threads(snakemake.threads)
places = 0 if training["device"] == "cpu" else training["jobs_per_gpu"]
with lease_gpu(places, lease_folder()):
    bundle = load_bundle(Path(files.manifest).parent, device=training["device"])
    names = VisitNames(tuple(scoring["visit_order"]), scoring["baseline"])
    # Whether each photo is there was looked at when the run was planned.
    reading = Reading(Path(files.root) if files.root else None, names, without_photos=True, settings=SECTION)
    found = read_new_visits(files.photos, bundle.index, bundle.scorer.preprocess.extra_photos, reading)
    own = visits_of_part(found.visits, snakemake.wildcards.part, scoring["visits_per_job"])
    entries, new = score_part(bundle, own, found.root, output.with_name("scores.csv"))
write_json({"bundle": bundle.digest, "visits": entries}, output)
print(f"{len(entries)} visits, {new} scored now, by bundle {bundle.digest}; {bundle.differing or 'no version differs'}")
