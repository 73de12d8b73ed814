"""Which results were made from something else than what is planned now, by the records that lie beside them.

Snakemake compares the params in records of its own. It does not do so under `--rerun-triggers mtime`, and it has no
record where `.snakemake` is gone, or where `results` was spelt in another way; then it takes any result for up to date.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pasi.config.paths import plain_path
from pasi.errors import DamagedFileError, UsageError
from pasi.jobs.params_record import params_digest, record_params
from pasi.planning.plan import Plan
from pasi.planning.planned_jobs import PlannedJob, planned_jobs
from pasi.planning.snakemake_records import keeps_database, read_incomplete, read_records
from pasi.run_folder import RunFolder
from pasi.storage.json_files import read_json, write_json
from pasi.wording import counted, first_names


class Staleness(NamedTuple):
    """Jobs of a plan of which Snakemake would take results for up to date that are not, or may not be.

    stale: their results were made from something else. unknown: there is no record of what they were made from.
    """

    stale: list[PlannedJob]
    unknown: list[PlannedJob]


class _SnakemakeDigests:
    """Digests of the params in Snakemake's own records: by path, and the newest of all spellings of a path."""

    def __init__(self, state: Path):
        self.exact: dict[str, str] = {}
        self.newest: dict[str, str] = {}
        for path, record in sorted(read_records(state).items(), key=lambda item: item[1].started):
            self.exact[path] = self.newest[plain_path(path)] = params_digest(record.params)
        self.elsewhere = keeps_database(state)
        self.incomplete = {plain_path(path) for path in read_incomplete(state)}

    def knows(self, path: str) -> bool:
        """Whether there is a record, or a job that has not ended, or a database that is not read here."""
        return self.elsewhere or plain_path(path) in self.newest.keys() | self.incomplete


def find_stale(plan: Plan, state: Path, *, compares_params: bool) -> Staleness:
    """Jobs of a plan whose results are stale or unknown.

    state: Snakemake's folder, `.snakemake`. compares_params: whether Snakemake compares params in this call; what it
    notices by itself is left to it, because it says which params have changed. Results without a record of ours are
    judged by Snakemake's.
    """
    results = plan.settings.results
    recorded = [(job, _read_record(results, job)) for job in planned_jobs(plan)]
    doubtful = [
        (job, ours) for job, ours in recorded if ours != job.digest and (ours or Path(results, job.output).exists())
    ]
    found = Staleness([], [])
    if not doubtful:  # and so no need to read Snakemake's records
        return found
    theirs = _SnakemakeDigests(state)
    for job, ours in doubtful:
        place = f"{results}/{job.output}"
        made_from = ours or theirs.newest.get(plain_path(place))
        notices = compares_params and theirs.exact.get(place, job.digest) != job.digest
        if made_from and made_from != job.digest and not notices:
            found.stale.append(job)
        elif not made_from and not theirs.knows(place):
            found.unknown.append(job)
    return found


def _read_record(results: str, job: PlannedJob) -> str | None:
    """The digest that a job left; None where it left none that can be read."""
    try:
        digest = read_json(RunFolder(Path(results)).record(job.rule, job.name))["params"]
    except (DamagedFileError, OSError, KeyError, TypeError):
        return None
    return digest if isinstance(digest, str) else None


def stale_text(jobs: Iterable[PlannedJob]) -> str | None:
    """Which rules are made to run although Snakemake would not run them."""
    rules = dict.fromkeys(job.rule for job in jobs)
    if not rules:
        return None
    return (
        "tables, photos, settings or code have changed since these rules made their results, which are made again "
        f"where a target needs them: {first_names(rules, most=6)}. Snakemake alone would not notice: in this call it "
        "compares times only, or its own records are gone or name other paths."
    )


def unknown_text(plan: Plan, jobs: list[PlannedJob]) -> str | None:
    """Why a run is refused whose results have no record of what they were made from, and what to do."""
    if not jobs:
        return None
    results = plan.settings.results
    return (
        f"there is no record of the origin of {counted(len(jobs), 'result')} in {results} ({jobs[0].output} for one), "
        f"neither in {results}/records nor in .snakemake. They may belong to other tables, photos, settings or code. "
        "Delete them, and they are made again. Or, if you know that they belong to what is planned now, run "
        f"pasi adopt --as-they-are {results} once, and give the same command again."
    )


def is_vouched(plan: Plan) -> bool:
    """Whether the user has said that results without a record belong to what is planned."""
    return RunFolder(Path(plan.settings.results)).vouched.exists()


def vouch(results: Path) -> None:
    """Record for the next run that the user vouches for the results; raises UsageError where there are none."""
    if not results.is_dir():
        raise UsageError(f"{results} is no folder of results")
    write_json({"vouched": datetime.now().astimezone().isoformat(timespec="seconds")}, RunFolder(results).vouched)


def record_vouched(plan: Plan, jobs: Iterable[PlannedJob]) -> None:
    """Record that jobs were made from what is planned now, so that a later change makes them run again."""
    run = RunFolder(Path(plan.settings.results))
    for job in jobs:
        record_params(run.log(job.rule, job.name), job.params.values())
    run.vouched.unlink(missing_ok=True)
