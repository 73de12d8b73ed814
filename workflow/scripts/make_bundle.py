"""Write the bundle of a learner, from the tables and the weights of a finished run."""

from pathlib import Path
from typing import TYPE_CHECKING

from pasi.bundle.card import CardTables, card_text
from pasi.bundle.learn_checks import learn_checks, read_training_photos
from pasi.bundle.learner import CHEAPEST, CHOSEN, RunNetworks, choose_model, learner_costs
from pasi.bundle.model import Arithmetic, Backbone
from pasi.bundle.preprocess import Preprocess, without_augmentation
from pasi.bundle.run_tables import learner_residuals, photos_digest, training_folds, usual_photos
from pasi.bundle.run_verdict import RunVerdict
from pasi.bundle.write import BundleParts, write_bundle
from pasi.evaluation.cheapest import cheapest_learner
from pasi.evaluation.selection import best_learner
from pasi.imaging.settings import CompositeSettings, TileSettings
from pasi.imaging.tile_store import TileStore
from pasi.jobs.job_log import start_job_log
from pasi.networks.records import Network
from pasi.networks.settings import HeadSettings
from pasi.severity.index import SeverityIndex
from pasi.storage.hashing import file_sha256, value_digest
from pasi.storage.json_files import read_json
from pasi.storage.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

start_job_log(snakemake.log[0], snakemake.params)
files, params = snakemake.input, snakemake.params
index = SeverityIndex.from_config(params.index)
tables = {name: read_table(files[name]) for name in CardTables._fields}
networks = RunNetworks(
    HeadSettings(**params.head),
    tuple(params.columns),
    params.has_area,
    index.composite_maximum,
    {name: Backbone(Network(**own["network"]), own["pretrained"]) for name, own in params.networks.items()},
    [Path(file) for file in files.weights],
    Arithmetic(**params.arithmetic),
)
metas, visits, learner = [Path(file) for file in files.models], read_table(files.visits), params.learner
if learner == CHOSEN:
    learner = best_learner(tables["metrics"], params.primary)
elif learner == CHEAPEST:
    costs = learner_costs(networks, metas, params.seconds)
    learner = cheapest_learner(tables["metrics"], visits, costs, params.primary, ddof=params.ccc_ddof)
meta = next((file for file in metas if file.stem == learner), None)
model, chosen = choose_model(learner, networks, meta, honest=bool(params.honest))
preprocess = Preprocess(
    TileSettings(**params.tiles),
    without_augmentation(CompositeSettings(**params.composites)),
    params.grid,
    usual_photos(tables["tiles"], index),
    params.extra_photos,
)
residuals = learner_residuals(visits, learner, tables["subjects"])
store = TileStore.open(files.tiles, files.shards)
photos = read_training_photos(store, training_folds(tables["subjects"]), index.region_names, preprocess.tiles.fit)
checks = learn_checks(photos, len(index.regions))
origin = {
    "config": value_digest(params.config),
    "code": value_digest(params.codes),
    "labels": file_sha256(Path(files.cohort)),
    "split": file_sha256(Path(files.subjects)),
    "photos": photos_digest(tables["tiles"]),
    "out-of-fold visits": file_sha256(Path(files.visits)),
}
verdict = RunVerdict.from_summary(read_json(Path(files.summary)))
about = {"leaking": params.leaking, "alarms": checks.alarms, "synthetic": params.synthetic, "verdict": verdict}
card = card_text(model, index, residuals, CardTables(**tables), **about)
made = (chosen, card, origin, verdict, params.weights, params.synthetic)
parts = BundleParts(model, preprocess, index, residuals, checks, *made)
write_bundle(parts, Path(snakemake.output.manifest).parent)
print(f"{learner}: {len(chosen)} networks, {len(residuals.largest)} subjects with residuals")
