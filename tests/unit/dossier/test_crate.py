"""The results folder as a Workflow Run RO-Crate: what the profiles require, and the way from a score to its photos."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pasi.dossier.crate import PROFILES, ROLES, RUN, CrateFiles, crate
from pasi.dossier.lineage import networks_of, photo_id
from pasi.storage.hashing import file_sha256
from pasi.storage.json_files import write_json
from small_dossier import make_run, with_person, with_summary

WEIGHTS = [f"models/{name}/fold{fold}/weights.safetensors" for name in ("resnet34", "vgg11") for fold in (0, 1)]
RESULTS = ["report/summary.json", "evaluation/visits.parquet", "tiles/shard-00.npy", *ROLES]
VERSIONS = {"one-step-pasi": "0.2.0", "snakemake": "9.27", "torch": "2.0"}


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> CrateFiles:
    root = tmp_path_factory.mktemp("results")
    for name in (*WEIGHTS, *RESULTS, "report/config.json", "stacking/mean.json", "dossier/Snakefile"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return CrateFiles(root, "dossier/Snakefile", WEIGHTS, "report/config.json", RESULTS)


@pytest.fixture(scope="module")
def run():
    return make_run()


@pytest.fixture(scope="module")
def made(run, files) -> dict:
    return crate(run, files, VERSIONS)


@pytest.fixture(scope="module")
def entities(made) -> dict:
    return {one["@id"]: one for one in made["@graph"]}


def linked(entity: dict, name: str) -> list[str]:
    found = entity.get(name, [])
    return [one["@id"] for one in (found if isinstance(found, list) else [found])]


def test_identifiers_are_unique_and_every_reference_leads_to_an_entity(made, entities):
    assert len(entities) == len(made["@graph"])
    links = [link for one in made["@graph"] for name in one for link in _links(one[name])]
    outside = {"https://w3id.org/ro/crate/1.1"}
    assert set(links) - outside <= set(entities)


def _links(value: object) -> list[str]:
    return [one["@id"] for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def test_what_the_profiles_require(entities):
    """Workflow Run Crate 0.5, Process Run Crate 0.5, Workflow RO-Crate 1.0, RO-Crate 1.1."""
    descriptor, root = entities["ro-crate-metadata.json"], entities["./"]
    assert descriptor["@type"] == "CreativeWork"
    assert linked(descriptor, "about") == ["./"]
    assert "https://w3id.org/ro/crate/1.1" in linked(descriptor, "conformsTo")
    assert set(linked(root, "conformsTo")) == set(PROFILES)
    assert all(root[name] for name in ("name", "description", "datePublished", "license"))
    (workflow,) = linked(root, "mainEntity")
    assert entities[workflow]["@type"] == ["File", "SoftwareSourceCode", "ComputationalWorkflow"]
    assert entities[workflow]["name"]
    (language,) = linked(entities[workflow], "programmingLanguage")
    assert entities[language]["@type"] == "ComputerLanguage"
    assert linked(entities[RUN], "instrument") == [workflow]
    actions = {name for name, one in entities.items() if one["@type"] == "CreateAction"}
    assert actions <= set(linked(root, "mentions"))
    assert all(linked(entities[name], "instrument") for name in actions)
    parts = {name for name, one in entities.items() if "File" in one["@type"]}
    assert parts == set(linked(root, "hasPart"))


def test_each_file_has_its_digest_and_its_size(entities, files):
    described = [one for one in entities.values() if "File" in one["@type"]]
    assert len(described) == 8 + 1 + 2 + 1, "eight results, config, two weights of the chosen network, the Snakefile"
    for one in described:
        assert one["sha256"] == file_sha256(files.root / one["@id"])
        assert one["contentSize"] == str(len(one["@id"]))
        assert one["encodingFormat"]
    of_the_test = ("evaluation/plan.json", "evaluation/chosen.json", "evaluation/opening.json", "openings.jsonl")
    assert [name for name in of_the_test if not entities[name]["description"]] == []


def test_a_score_leads_to_the_digests_of_its_photos(entities):
    """A V0: three photos of two regions."""
    (action,) = (one for one in entities.values() if linked(one, "result") == ["#score/A/V0"])
    composites = [each for each in linked(action, "object") if each.startswith("#composite")]
    assert composites == ["#composite/A/V0/upper", "#composite/A/V0/lower"]
    tiles = [tile for each in composites for tile in linked(entities[each], "isBasedOn")]
    photos = [photo for tile in tiles for photo in linked(entities[tile], "isBasedOn")]
    texts = ["AV0upper0", "AV0upper1", "AV0lower0"]
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    assert [entities[photo]["sha256"] for photo in photos] == digests
    assert [linked(entities[tile], "isPartOf") for tile in tiles] == [["tiles/shard-00.npy"]] * 3
    assert entities["#score/A/V0"]["value"] == 21.0


@pytest.mark.parametrize(("subject", "networks"), [("A", "test"), ("D", "fold0"), ("F", "fold1")])
def test_a_score_leads_to_the_networks_that_made_it(entities, subject, networks):
    action = entities[f"#scoring/{subject}/V0"]
    (collection,) = (each for each in linked(action, "object") if each.startswith("#networks"))
    assert collection == f"#networks/{networks}"
    folds = {"test": (0, 1), "fold0": (0,), "fold1": (1,)}[networks]
    assert linked(entities[collection], "hasPart") == [
        f"models/resnet34/fold{each}/weights.safetensors" for each in folds
    ]


def test_a_meta_learner_rests_on_the_networks_that_it_gives_weight_to(run, files):
    fold = {"coefficients": [0.0, 1.0]}
    model = {"backbones": ["resnet34", "vgg11"], "coefficients": [0.0, 0.5], "folds": [fold]}
    meta = replace(with_summary(run, learner="mean"), models={"mean": model})
    found = networks_of(meta, [*WEIGHTS, "models/vgg11/fold0-repeat1/weights.safetensors"])
    assert {place.backbone for place in found.weights} == {"vgg11"}
    assert sorted(place.repeat for place in found.weights) == [0, 0, 1]
    assert found.coefficients == "stacking/mean.json"
    entities = {one["@id"]: one for one in crate(meta, files, VERSIONS)["@graph"]}
    assert "stacking/mean.json" in linked(entities["#networks/fold0"], "hasPart")


def test_a_single_network_rests_on_its_first_repeat_alone(run):
    found = networks_of(run, [*WEIGHTS, "models/resnet34/fold0-repeat1/weights.safetensors"])
    assert sorted(found.weights.values()) == WEIGHTS[:2]
    assert found.coefficients is None


def test_photos_are_named_by_their_content_alone(made, files, entities):
    text = json.dumps(made)
    assert str(files.root) not in text
    assert not {one for one in entities if one.endswith((".jpg", ".png"))}
    name = photo_id(hashlib.sha256(b"Hello World!").hexdigest())
    assert name == "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk", "the example of RFC 6920"


def test_one_photo_at_two_places_is_one_entity(run, files):
    photos = run.tables["photos"]
    same = dict(photos) | {"sha256": np.full(len(photos["subject"]), "ab" * 32, object)}
    found = crate(replace(run, tables=dict(run.tables) | {"photos": same}), files, VERSIONS)
    assert sum(one["@id"].startswith("ni:") for one in found["@graph"]) == 1


def test_names_that_are_no_part_of_a_url_are_quoted(run, files):
    renamed = {}
    for table in ("visits", "learners", "photos"):
        own = dict(run.tables[table])
        own["subject"] = np.array([f"{each} /ä" for each in own["subject"]], object)
        renamed[table] = own
    found = crate(replace(run, tables=dict(run.tables) | renamed), files, VERSIONS)
    assert "#score/A%20%2F%C3%A4/V0" in {one["@id"] for one in found["@graph"]}


def test_who_made_the_run_is_named_where_a_person_says_so(run, files, entities):
    assert "author" not in entities["./"]
    found = {one["@id"]: one for one in crate(with_person(run, organisation="ACME"), files, VERSIONS)["@graph"]}
    assert found["#organisation"]["name"] == "ACME"
    assert linked(found["./"], "author") == linked(found[RUN], "agent") == ["#organisation"]


def test_the_library_for_crates_reads_it(made, files):
    rocrate = pytest.importorskip("rocrate.rocrate")
    write_json(made, files.root / "ro-crate-metadata.json")
    found = rocrate.ROCrate(Path(files.root))
    assert found.mainEntity.id == "dossier/Snakefile"
    score = found.dereference("#scoring/D/V0")
    composite = next(one for one in score["object"] if one.id == "#composite/D/V0/lower")
    (tile,) = composite["isBasedOn"]
    assert tile["isBasedOn"]["sha256"] == hashlib.sha256(b"DV0lower0").hexdigest()
