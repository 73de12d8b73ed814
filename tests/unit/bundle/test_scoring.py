"""Scores of new visits: which visits get one, from which photos, and the change from the baseline."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from pasi.bundle.learner import RunNetworks, choose_model, refuse_lost_weights
from pasi.bundle.model import Arithmetic, ScoringModel, Weights, restricted, single_fit, weighted_backbones
from pasi.bundle.network_weights import load_network
from pasi.bundle.preprocess import without_augmentation
from pasi.bundle.results import score_table
from pasi.bundle.run_tables import usual_photos
from pasi.bundle.scoring import Scorer, choose_device
from pasi.bundle.visit_photos import ListedPhoto, NewVisit, SeenPhoto, hash_photos, judge_photos, see_photos
from pasi.bundle.visit_scores import score_visits
from pasi.cohort.visit_order import Timeline
from pasi.errors import BundleError, UsageError
from pasi.imaging.settings import CompositeSettings
from pasi.learners.stacking import LinearFit
from pasi.storage.json_files import write_json
from small_bundle import INDEX, NAME, PREPROCESS, make_parts, make_photos

LISTED = (ListedPhoto("front", 0, "V1_front_1.png"), ListedPhoto("front", 1, "V1_front_2.png"))
VISIT = NewVisit("A", "V1", (*LISTED, ListedPhoto("back", 0, "V1_back_1.png")))


@pytest.fixture(scope="module")
def photos(tmp_path_factory) -> Path:
    return make_photos(tmp_path_factory.mktemp("photos")).parent


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    return make_parts(tmp_path_factory.mktemp("weights"))


def scorer_of(parts) -> Scorer:
    files = {weights.file: path for weights, path in parts.weights.items()}
    return Scorer(
        parts.model, parts.preprocess, parts.index, lambda name: files[name].read_bytes(), torch.device("cpu")
    )


def seen(region: str, slot: int, fault: str = "") -> SeenPhoto:
    return SeenPhoto(region, slot, "ab", fault, None)


USUAL = {"front": 2, "back": 1}


@pytest.mark.parametrize(
    ("found", "status", "reasons"),
    [
        ([seen("front", 0), seen("front", 1), seen("back", 0)], "ok", ()),
        ([seen("front", 0), seen("back", 0)], "degraded", ("front: 1 of the usual 2 photos",)),
        (
            [seen("front", 0), seen("front", 1, "is cut"), seen("back", 0)],
            "degraded",
            ("front: photo 2 is cut", "front: 1 of the usual 2 photos"),
        ),
        ([seen("front", 0), seen("front", 1)], "refused", ("back: no photo",)),
        (
            [seen("front", 0, "is cut"), seen("back", 0)],
            "refused",
            ("front: photo 1 is cut", "front: no usable photo"),
        ),
    ],
)
def test_a_visit_is_judged_by_the_photos_of_each_region(found, status, reasons):
    assert judge_photos(found, USUAL, []) == (status, reasons)


def test_a_refused_visit_stays_without_scores_and_its_neighbours_are_what_they_were(parts, photos):
    lacking = NewVisit("A", "V9", LISTED)
    both = score_visits([lacking, VISIT], photos, scorer_of(parts), parts.residuals, parts.checks)
    assert both[0]["scores"] is None
    assert both[0]["used"] == 2
    alone = score_visits([VISIT], photos, scorer_of(parts), parts.residuals, parts.checks)
    assert both[1] == alone[0]


def test_a_score_is_equation_2_of_means_over_networks(parts, photos):
    found = scorer_of(parts).score([see_photos(VISIT, photos, parts.preprocess.tiles)])
    assert found.composites == pytest.approx(found.by_fold.mean(axis=0), abs=1e-12)
    assert np.ptp(found.by_fold, axis=0).min() > 0.01, "the two networks differ"
    (entry,) = score_visits([VISIT], photos, scorer_of(parts), parts.residuals, parts.checks)
    scores = entry["scores"]
    assert scores["score"] == pytest.approx(found.composites.mean(), abs=1e-9)  # both weights are 0.5
    assert scores["spread"] == pytest.approx(np.ptp(found.by_fold.mean(axis=2)) / 2, abs=1e-9)
    assert scores["low"] < scores["score"] < scores["high"]
    wide = replace(parts.residuals, largest=parts.residuals.largest + 100)
    (entry,) = score_visits([VISIT], photos, scorer_of(parts), wide, parts.checks)
    assert (entry["scores"]["low"], entry["scores"]["high"]) == (0, INDEX.maximum), "ends stay on the scale"
    assert scores["labels"] is None


def test_a_visit_scores_the_same_in_any_company(parts, photos):
    other = NewVisit("A", "V2", tuple(photo._replace(path=photo.path.replace("V1", "V2")) for photo in VISIT.photos))
    many = score_visits([other, VISIT, other] * 6, photos, scorer_of(parts), parts.residuals, parts.checks)
    (alone,) = score_visits([VISIT], photos, scorer_of(parts), parts.residuals, parts.checks)
    assert many[1]["scores"]["score"] == pytest.approx(alone["scores"]["score"], abs=1e-4)
    assert many[1]["scores"]["score"] != pytest.approx(many[0]["scores"]["score"], abs=0.01)


def test_pinned_scores_have_the_same_bits_in_any_company(parts, photos):
    other = NewVisit("A", "V2", tuple(photo._replace(path=photo.path.replace("V1", "V2")) for photo in VISIT.photos))
    pinned = replace(parts, model=replace(parts.model, arithmetic=Arithmetic(8, "pinned")))
    many = score_visits([other, VISIT] * 3, photos, scorer_of(pinned), parts.residuals, parts.checks)
    (alone,) = score_visits([VISIT], photos, scorer_of(pinned), parts.residuals, parts.checks)
    assert [entry["scores"] for entry in many[1::2]] == [alone["scores"]] * 3


def test_signs_are_means_over_networks_and_composites_are_not_theirs(tmp_path, photos):
    parts = make_parts(tmp_path, columns=("redness", "area"))
    (entry,) = score_visits([VISIT], photos, scorer_of(parts), parts.residuals, parts.checks)
    labels = entry["scores"]["labels"]["front"]
    assert set(labels) == {"redness", "area"}
    of_means = labels["redness"] * labels["area"]
    assert entry["scores"]["composites"]["front"] != pytest.approx(of_means, abs=1e-6)


def test_a_photo_is_known_by_its_bytes_and_a_lost_one_by_none(photos, tmp_path):
    folder = Path(shutil.copytree(photos, tmp_path / "photos"))
    before = hash_photos(VISIT, folder)
    assert [identity[:2] for identity in before] == [["front", 0], ["front", 1], ["back", 0]]
    assert before == [photo.identity for photo in see_photos(VISIT, folder, PREPROCESS.tiles)]
    (folder / "V1_back_1.png").unlink()
    assert hash_photos(VISIT, folder) == [*before[:2], ["back", 0, ""]]


def test_composites_of_a_bundle_are_drawn_at_random_in_nothing():
    settings = without_augmentation(CompositeSettings())
    assert (settings.augment, settings.rotation, settings.shuffle) == ("none", "none", False)
    assert (settings.brightness, settings.contrast) == (0, 0)
    assert settings.normalize == CompositeSettings().normalize


def entry(visit: str, score: float | None) -> dict:
    scores = None if score is None else {"score": score, "low": None, "high": None, "spread": 0.0}
    scores = scores and {**scores, "composites": {"front": score, "back": score}, "labels": None}
    own = {"status": "refused" if score is None else "ok", "reasons": [], "used": 3, "photos": []}
    return {"subject": "A", "visit": visit, **own, "scores": scores}


def table(scores: dict[str, float | None], baseline: str | None, order: tuple[str, ...]) -> dict:
    line = Timeline((), order, baseline, {})
    return score_table([entry(*row) for row in scores.items()], {"A": line}, INDEX, has_labels=False)


def test_the_change_from_a_named_baseline_and_its_responses():
    found = table(
        {"SCR": 12.0, "BL": 10.0, "W4": 5.0, "W8": 2.0, "W12": 0.2, "W16": 11.0},
        "BL",
        ("SCR", "BL", "W4", "W8", "W12", "W16"),
    )
    assert found["baseline"] == ["BL"] * 6
    np.testing.assert_allclose(found["change"], [np.nan, np.nan, -5, -8, -9.8, 1], atol=1e-12)
    np.testing.assert_array_equal(found["improvement"], [np.nan, np.nan, 50, 80, 100, -10])  # 0.2 is no step of 0.5
    np.testing.assert_array_equal(found["response_50"], [np.nan, np.nan, 1, 1, 1, 0])
    np.testing.assert_array_equal(found["response_75"], [np.nan, np.nan, 0, 1, 1, 0])


@pytest.mark.parametrize(
    ("scores", "baseline", "order"),
    [
        ({"BL": 10.0, "W4": 5.0}, None, ("BL", "W4")),
        ({"BL": 10.0, "W4": 5.0}, "BL", ()),
        ({"BL": None, "W4": 5.0}, "BL", ("BL", "W4")),
        ({"W4": 5.0}, "BL", ("BL", "W4")),
        ({"BL": 10.0, "W4": None}, "BL", ("BL", "W4")),
    ],
)
def test_without_baseline_order_or_score_there_is_no_change(scores, baseline, order):
    found = table(scores, baseline, order)
    assert np.isnan(found["change"]).all()
    assert np.isnan(found["response_50"]).all()


def test_a_clear_baseline_has_a_change_and_no_improvement():
    found = table({"BL": 0.1, "W4": 3.1}, "BL", ("BL", "W4"))
    np.testing.assert_allclose(found["change"], [np.nan, 3.0])
    assert np.isnan(found["improvement"]).all()


def test_a_visit_that_is_refused_has_no_number_but_that_of_its_photos():
    found = table({"V1": None}, None, ("V1",))
    numbers = {
        name: cells
        for name, cells in found.items()
        if name not in ("subject", "visit", "status", "reasons", "baseline")
    }
    assert numbers.pop("photos") == [3]
    assert all(np.isnan(cells).all() for cells in numbers.values())


def test_usual_photos_are_medians_of_the_visits_that_have_one():
    regions = ["front"] * 5 + ["back"]
    tiles = {"subject": ["A"] * 6, "visit": ["1", "1", "2", "2", "3", "1"], "region": regions}
    assert usual_photos({name: np.array(cells) for name, cells in tiles.items()}, INDEX) == {"front": 2, "back": 1}


def networks_of(parts, files: list[Path]) -> RunNetworks:
    model = parts.model
    return RunNetworks(model.head, ("composite",), True, 24.0, model.backbones, files, model.arithmetic)


def fit(*coefficients: float) -> LinearFit:
    return LinearFit(("a", "b", "c"), coefficients, 1.0, None, "linear", 72.0)


def test_backbones_without_weight_are_left_out_and_predictions_stay():
    fits = [fit(0.5, 0.0, 0.0), fit(0.25, 0.0, 2.0)]
    names = weighted_backbones(fits)
    assert names == ["a", "c"]
    values = np.array([[4.0, 7.0, 2.0]])
    assert restricted(fits[1], names).predict(values[:, [0, 2]]) == fits[1].predict(values) == [6.0]
    nothing = restricted(fit(0.0, 0.0, 0.0), [])
    assert nothing.predict(np.zeros((2, 0))).tolist() == [1.0, 1.0]


def test_weights_that_were_not_kept_are_named(tmp_path):
    file = tmp_path / "models" / "vgg11" / "fold0" / "weights.safetensors"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"empty")
    with pytest.raises(UsageError, match=r"mean cannot be bundled: the weights of vgg11 fold0 were not kept"):
        refuse_lost_weights("mean", [file])


def test_the_networks_of_a_backbone_are_those_of_all_its_folds_and_repeats(tmp_path, parts):
    files = []
    for backbone in (NAME, "vgg11"):
        for folder in ("fold0", "fold1", "fold0-repeat1", "fold1-repeat1"):
            file = tmp_path / "models" / backbone / folder / "weights.safetensors"
            file.parent.mkdir(parents=True)
            file.write_bytes(bytes(10_000))
            files.append(file)
    model, weights = choose_model(NAME, networks_of(parts, files), None, honest=True)
    assert {own.backbone for own in weights} == {NAME}
    assert [own[2:] for own in model.networks] == [(0, 0), (1, 0), (0, 1), (1, 1)]
    assert model.folds == [0, 1]
    assert model.oof_repeats == (0, 1)
    assert model.final == single_fit(NAME, 24.0)


@pytest.mark.parametrize(
    ("backbones", "coefficients", "why"),
    [(("vgg11",), (1.0,), r"without vgg11 \(stacking\.allow_missing\)"), ((NAME,), (0.0,), "it weighs no network")],
)
def test_a_learner_without_a_network_is_refused(tmp_path, parts, backbones, coefficients, why):
    own = LinearFit(backbones, coefficients, 0.0, None, "linear", 24.0).to_json()
    write_json({**own, "folds": []}, tmp_path / "nnls.json")
    with pytest.raises(UsageError, match=f"nnls cannot be bundled: .*{why}"):
        choose_model("nnls", networks_of(parts, []), tmp_path / "nnls.json", honest=False)


def test_honest_rows_of_a_fitted_learner_come_from_the_first_repeat(tmp_path, parts):
    files = [tmp_path / "models" / NAME / folder / "weights.safetensors" for folder in ("fold0", "fold0-repeat1")]
    for file in files:
        file.parent.mkdir(parents=True)
        file.write_bytes(bytes(10_000))
    own = LinearFit((NAME,), (0.5,), 0.0, None, "linear", 24.0).to_json()
    changing = {name: own[name] for name in ("coefficients", "intercept", "alpha")}
    for name, repeats in (("nnls", (0,)), ("mean", (0, 1))):
        write_json({**own, "folds": [{"fold": 0, **changing, "coefficients": [0.25]}]}, tmp_path / f"{name}.json")
        model, _ = choose_model(name, networks_of(parts, files), tmp_path / f"{name}.json", honest=True)
        assert model.oof_repeats == repeats
        assert (model.final.coefficients, model.crossed[0].coefficients) == ((0.5,), (0.25,))


def test_a_model_is_what_its_json_says(parts):
    assert ScoringModel.from_json(parts.model.to_json()) == parts.model
    assert all(isinstance(own, Weights) for own in parts.model.networks)


def test_a_network_that_lacks_tensors_is_refused(parts, tmp_path):
    save_file({}, tmp_path / "x", metadata={"training": "{}"})
    with pytest.raises(BundleError, match="lacks tensors of shufflenet_v2_x0_5"):
        load_network(parts.model, parts.model.networks[0], (tmp_path / "x").read_bytes())


def test_a_device_is_chosen_by_name():
    assert choose_device("cpu").type == "cpu"
    assert choose_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")
