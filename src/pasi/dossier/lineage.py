"""From each predicted score to the photos that it rests on, as entities of an RO-Crate.

A score is the result of an action whose objects are the composites of the visit and the networks that scored it. A
composite is based on tiles, a tile on a photo, and a photo is named by its SHA-256 alone.
"""

from base64 import urlsafe_b64encode
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from pasi.dossier.evidence import Run
from pasi.run_folder import TrainingPlace, training_of
from pasi.storage.tables import rows_of

Entity = dict[str, Any]
Visit = tuple[str, str]
SOFTWARE = "#one-step-pasi"
TEST = -1  # in place of a fold: the networks of all folds


class Networks(NamedTuple):
    """The weights that a learner rests on: paths in the results folder by training; and its coefficients, if any."""

    weights: Mapping[TrainingPlace, str]
    coefficients: str | None


def local_id(*parts: object) -> str:
    """An identifier within the crate.

    >>> local_id("score", "S 1", "V1")
    '#score/S%201/V1'
    """
    return "#" + "/".join(quote(str(part), safe="") for part in parts)


def photo_id(sha256: str) -> str:
    """The name of a photo by its content (RFC 6920)."""
    digest = urlsafe_b64encode(bytes.fromhex(sha256)).decode("ascii").rstrip("=")
    return f"ni:///sha-256;{digest}"


def references(ids: Sequence[str]) -> list[Entity]:
    """References to entities."""
    return [{"@id": each} for each in ids]


def networks_of(run: Run, weights: Sequence[str]) -> Networks:
    """The networks that the chosen learner rests on, out of the paths of all weights in the results folder.

    A meta-learner rests on all repeats of the networks that it gives weight to, a network on its repeat 0.
    """
    model = run.models.get(run.chosen)
    places = {training_of(Path(path)): path for path in weights}
    if model is None:
        own = {place: path for place, path in places.items() if (place.backbone, place.repeat) == (run.chosen, 0)}
        return Networks(own, None)
    fits = [model["coefficients"], *(fit["coefficients"] for fit in model["folds"])]
    used = {name for name, *values in zip(model["backbones"], *fits, strict=True) if any(values)}
    own = {place: path for place, path in places.items() if place.backbone in used}
    return Networks(own, f"stacking/{run.chosen}.json")


def lineage(run: Run, networks: Networks, scored: str) -> tuple[list[Entity], list[str]]:
    """All entities of the lineage, and the identifiers of those that the root of the crate mentions.

    scored: when the scores were written.
    """
    collections = [*_collections(run, networks)]
    pictures = [*_pictures(run)]
    scores = [*_scores(run, scored)]
    actions = [one["@id"] for one in scores if one["@type"] == "CreateAction"]
    return [*collections, *pictures, *scores], [*(one["@id"] for one in collections), *actions]


def _collections(run: Run, networks: Networks) -> Iterator[Entity]:
    """The files that score the held-out subjects of a fold, and those that score test subjects."""
    extra = [networks.coefficients] if networks.coefficients else []
    folds = sorted({int(fold) for fold in run.chosen_rows("learners")["fold"]})
    for fold in folds:
        own = [path for place, path in networks.weights.items() if fold == TEST or place.fold == fold]
        whose = "test subjects" if fold == TEST else f"the held-out subjects of fold {fold}"
        name = f"{run.chosen}: the files that score {whose}"
        files = [*extra, *own]
        about = {"name": name, "mainEntity": {"@id": files[0]}, "hasPart": references(files)}
        yield {"@id": _networks_id(fold), "@type": "Collection", **about}


def _networks_id(fold: int) -> str:
    return local_id("networks", "test" if fold == TEST else f"fold{fold}")


def _pictures(run: Run) -> Iterator[Entity]:
    """Photos, tiles and composites."""
    composites: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    photos: dict[str, Entity] = {}
    for row in rows_of(run.tables["photos"]):
        key = (row["subject"], row["visit"], row["region"])
        tile = local_id("tile", *key, row["slot"])
        photo = photo_id(row["sha256"])
        name = f"Photo of {row['subject']}, visit {row['visit']}, {row['region']}"
        photos[photo] = {"@id": photo, "@type": "CreativeWork", "name": name, "sha256": row["sha256"]}
        shard = f"tiles/shard-{int(row['shard']):02d}.npy"
        about = {"name": f"Row {int(row['row'])} of {shard}", "position": int(row["row"])}
        links = {"isPartOf": {"@id": shard}, "isBasedOn": {"@id": photo}}
        yield {"@id": tile, "@type": "CreativeWork", **about, **links}
        composites[key].append(tile)
    yield from photos.values()
    for key, tiles in composites.items():
        name = f"Composite of {key[0]}, visit {key[1]}, {key[2]}"
        yield {"@id": _composite_id(key), "@type": "CreativeWork", "name": name, "isBasedOn": references(tiles)}


def _composite_id(key: tuple[str, str, str]) -> str:
    return local_id("composite", *key)


def _scores(run: Run, scored: str) -> Iterator[Entity]:
    """The predicted score of each visit, and the action that made it."""
    regions: dict[Visit, list[str]] = defaultdict(list)
    folds: dict[Visit, int] = {}
    for row in rows_of(run.chosen_rows("learners")):
        visit = (row["subject"], row["visit"])
        regions[visit].append(row["region"])
        folds[visit] = int(row["fold"])
    for row in rows_of(run.chosen_rows("visits")):
        visit = (row["subject"], row["visit"])
        score = local_id("score", *visit)
        used = [_networks_id(folds[visit]), *(_composite_id((*visit, region)) for region in regions[visit])]
        name = f"{run.index.name} of {visit[0]}, visit {visit[1]}, predicted by {run.chosen}"
        value = {"value": float(row["predicted"]), "unitText": run.index.unit}
        yield {"@id": score, "@type": "PropertyValue", "name": name, **value}
        links = {"instrument": {"@id": SOFTWARE}, "object": references(used), "result": {"@id": score}}
        about = {"name": f"Scoring of {visit[0]}, visit {visit[1]}", "description": name, "endTime": scored}
        yield {"@id": local_id("scoring", *visit), "@type": "CreateAction", **about, **links}
