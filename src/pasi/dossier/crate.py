"""The results folder as a Workflow Run RO-Crate: ro-crate-metadata.json, which describes files and copies none.

Plain JSON-LD, written by hand: it needs no library and has no random identifier, so that the same run gives the same
bytes. Profiles: Workflow Run Crate 0.5 and what it extends (https://w3id.org/ro/wfrun/workflow/0.5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pasi.dossier.evidence import Run
from pasi.dossier.lineage import SOFTWARE, Entity, lineage, networks_of, references
from pasi.storage.hashing import file_sha256

METADATA = "ro-crate-metadata.json"
CONTEXT = ["https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context"]
CRATE = "https://w3id.org/ro/crate/1.1"
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
LANGUAGE = "https://w3id.org/workflowhub/workflow-ro-crate#snakemake"
RUN, ORGANISATION = "#run", "#organisation"
KINDS = {
    ".csv": "text/csv", ".json": "application/json", ".html": "text/html", ".svg": "image/svg+xml",
    ".png": "image/png", ".parquet": "application/vnd.apache.parquet", ".npy": "application/octet-stream",
    ".safetensors": "application/octet-stream", "": "text/plain", ".jsonl": "application/x-ndjson",
}  # fmt: skip
ROLES = {
    "evaluation/plan.json": "The plan of the test: primary measure, rule of the choice, limits of acceptance",
    "evaluation/chosen.json": "The learner that the rule of the plan chose by its results out of fold",
    "evaluation/opening.json": "The plans and the openings of the test part, in words",
    "openings.jsonl": "The log of plans and openings of the test part: lines chained by hashes, never emptied",
    "openings.head.json": "The hash of the last line of that log, by which a line removed at its end shows",
}
NOT_STATED = "The owner of the data decides: no licence is stated."


@dataclass(frozen=True)
class CrateFiles:
    """Paths in the results folder, relative to it. workflow: the Snakefile; weights: those of all trainings; config:
    what the run was given, as the report shows it; results: everything else that is described."""

    root: Path
    workflow: str
    weights: Sequence[str]
    config: str
    results: Sequence[str]


def crate(run: Run, files: CrateFiles, versions: Mapping[str, str]) -> dict[str, Any]:
    """The content of ro-crate-metadata.json. The run ended when the summary of its report was written."""
    ended = _time(files.root / "report" / "summary.json")
    networks = networks_of(run, files.weights)
    traced, mentioned = lineage(run, networks, _time(files.root / "evaluation" / "visits.parquet"))
    photos = [one["@id"] for one in traced if one["@id"].startswith("ni:")]
    used = [*networks.weights.values(), *([networks.coefficients] if networks.coefficients else [])]
    described = list(dict.fromkeys([files.config, *files.results, *used]))
    results = [path for path in described if path != files.config]
    graph = [
        _descriptor(),
        _root(run, [files.workflow, *described], [RUN, *mentioned], ended),
        *({"@id": each, "@type": "CreativeWork", "name": name, "version": v} for each, (name, v) in PROFILES.items()),
        _workflow(files, versions),
        {"@id": LANGUAGE, "@type": "ComputerLanguage", "name": "Snakemake", "url": "https://snakemake.github.io"}
        | {"identifier": "https://doi.org/10.1093/bioinformatics/bts480", "version": versions["snakemake"]},
        _software(versions),
        {"@id": RUN, "@type": "CreateAction", "name": f"Run of {run.summary['title']}", "endTime": ended}
        | {"description": "Training, evaluation and report by Snakemake", "instrument": {"@id": files.workflow}}
        | {"object": references([files.config, *photos]), "result": references(results), **_by(run, "agent")},
        *_organisation(run),
        *(_file(files.root, path) for path in described),
        *traced,
    ]
    return {"@context": CONTEXT, "@graph": graph}


def _time(path: Path) -> str:
    """When a file was written."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat("T", "seconds")


def _descriptor() -> Entity:
    conforms = references([CRATE, "https://w3id.org/workflowhub/workflow-ro-crate/1.0"])
    return {"@id": METADATA, "@type": "CreativeWork", "about": {"@id": "./"}, "conformsTo": conforms}


def _root(run: Run, parts: Sequence[str], mentioned: Sequence[str], date: str) -> Entity:
    about = f"Results of a run of One-Step PASI: {run.index.name} predicted from photos by {run.chosen}."
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": run.summary["title"],
        "description": f"{about} Simulated subjects." if run.synthetic else about,
        "datePublished": date,
        "license": run.person.get("licence") or NOT_STATED,
        **_by(run, "author", "publisher"),
        "conformsTo": references(list(PROFILES)),
        "mainEntity": {"@id": parts[0]},
        "hasPart": references(parts),
        "mentions": references(mentioned),
    }


def _organisation(run: Run) -> list[Entity]:
    name = run.person.get("organisation")
    return [{"@id": ORGANISATION, "@type": "Organization", "name": name}] if name else []


def _by(run: Run, *roles: str) -> Entity:
    """References to the organisation of the config in these roles; none where none is named."""
    return {role: {"@id": ORGANISATION} for role in roles} if run.person.get("organisation") else {}


def _workflow(files: CrateFiles, versions: Mapping[str, str]) -> Entity:
    return {
        **_file(files.root, files.workflow),
        "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
        "name": "One-Step PASI",
        "programmingLanguage": {"@id": LANGUAGE},
        "version": versions["one-step-pasi"],
        "license": "https://spdx.org/licenses/Apache-2.0",
    }


def _software(versions: Mapping[str, str]) -> Entity:
    others = ", ".join(f"{name} {version}" for name, version in versions.items() if name != "one-step-pasi")
    return {
        "@id": SOFTWARE,
        "@type": "SoftwareApplication",
        "name": "One-Step PASI",
        "softwareVersion": versions["one-step-pasi"],
        "softwareRequirements": others,
    }


def _file(root: Path, path: str) -> Entity:
    place = root / path
    entity = {"@id": path, "@type": "File", "name": path, "sha256": file_sha256(place)}
    entity["contentSize"] = str(place.stat().st_size)
    known = {"encodingFormat": KINDS.get(place.suffix), "description": ROLES.get(path)}
    return entity | {name: value for name, value in known.items() if value}
