import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from pasi.errors import StaleResultError
from pasi.evaluation.metrics import ccc
from pasi.imaging.tile_store import TileStore
from pasi.learners.baselines import FITTERS, fit_baseline
from pasi.learners.colour_histograms import region_visit_histograms, tile_histograms
from pasi.learners.histogram_ridge import ALPHAS
from pasi.learners.settings import BASELINES, GIVEN_A_SCORE, PHOTO_BASELINES
from pasi.storage.json_files import write_json
from pasi.storage.tables import write_table

SCORES = {
    "subject": np.array(["a", "a", "b", "b", "c", "t"], dtype=object),
    "visit": np.array(["1"] * 6, dtype=object),
    "region": np.array(["upper", "lower", "upper", "lower", "upper", "upper"], dtype=object),
    "composite": np.array([10.0, 1.0, 20.0, 3.0, 60.0, 5.0]),
    "week": np.full(6, np.nan),
    "baseline": np.array([""] * 6, dtype=object),
}
SPLIT = {
    "subject": np.array(["a", "b", "c", "t"], dtype=object),
    "part": np.array(["train", "train", "train", "test"], dtype=object),
    "fold": np.array([0, 1, 2, -1]),
}


def tile(colour, size=4):
    return np.full((size, size, 3), colour, dtype=np.uint8)


def letterboxed(colour):
    """A tile of a photo twice as wide as high; its bars are white, which no photo here is, and not black."""
    image = tile((255, 255, 255))
    image[1:3] = colour
    return image


def store(keys, tiles, shards=("one",), sizes=(4, 2)) -> TileStore:
    """A store in memory; tile i lies in shard i modulo the number of shards."""
    number = np.arange(len(tiles))
    columns = {
        **dict(zip(("subject", "visit", "region"), np.array(keys, dtype=object).T, strict=True)),
        "width": np.full(len(tiles), sizes[0]),
        "height": np.full(len(tiles), sizes[1]),
        "row": number // len(shards),
        "shard_sha256": np.array([shards[i % len(shards)] for i in number], dtype=object),
    }
    arrays = {name: np.stack(tiles[at :: len(shards)]) for at, name in enumerate(shards)}
    return TileStore(columns, 4, arrays)


def test_a_histogram_counts_photo_pixels_only():
    image = tile((0, 0, 0))
    image[1, :] = (255, 31, 32)  # bin 7, 0, 1
    image[2, :] = (96, 0, 0)  # bin 3, 0, 0
    image[2, 0] = (255, 0, 63)  # bin 7, 0, 1
    (own,), (whole,) = (tile_histograms(image[None], np.array([box])) for box in [(1, 0, 2, 4), (0, 0, 4, 4)])
    assert own.shape == (512,)
    assert own[64 * 7 + 1] == 5 / 8
    assert own[64 * 3] == 3 / 8
    assert own.sum() == 1
    assert whole[0] == 8 / 16  # the two black rows beside the photo


def test_samples_are_roots_of_the_mean_over_photos_in_any_number_of_shards():
    keys = [("a", "1", "upper"), ("a", "1", "upper"), ("b", "1", "upper"), ("z", "1", "upper")]
    tiles = [letterboxed(colour) for colour in [(0, 0, 0), (0, 0, 255), (0, 0, 255), (255, 0, 0)]]
    rows = {"subject": ["b", "a"], "visit": ["1", "1"], "region": ["upper", "upper"]}
    for shards in (("one",), ("one", "two")):
        features = region_visit_histograms(store(keys, tiles, shards), rows, "letterbox")
        assert features.shape == (2, 512)
        assert features[0, 7] == 1
        np.testing.assert_allclose(features[1, [0, 7]], np.sqrt([0.5, 0.5]))
        np.testing.assert_allclose(np.square(features).sum(axis=1), 1)


def test_a_row_without_a_tile_is_named():
    rows = {"subject": ["a", "b"], "visit": ["1", "1"], "region": ["upper", "lower"]}
    with pytest.raises(StaleResultError, match=r"no tile of b/1/lower \(1 in all\): run the rule tiles"):
        region_visit_histograms(store([("a", "1", "upper")], [tile(0)]), rows, "squash")


def test_the_mean_of_a_region_without_the_fold():
    summary, rows = fit_baseline("baseline_mean", None, SCORES, SPLIT)
    assert list(rows) == ["learner", "part", "fold", "subject", "visit", "region", "observed", "predicted"]
    assert rows["part"].tolist() == ["oof"] * 5 + ["test"]
    assert rows["fold"].tolist() == [0, 0, 1, 1, 2, -1]
    # upper without a: (20 + 60) / 2, without b: 35, without c: 15; lower without a: 3, without b: 1
    assert rows["predicted"].tolist() == [40, 3, 35, 1, 15, pytest.approx((40 + 35 + 15) / 3)]
    assert summary["name"] == "baseline_mean"
    assert summary["folds"][0] == {"fold": 0, "rows": 3, "means": {"upper": 40.0, "lower": 3.0}}


def test_the_median_of_a_region_without_the_fold():
    scores = {name: np.concatenate([values, values[:1]]) for name, values in SCORES.items()}
    scores["subject"][-1], scores["composite"][-1] = "b", 90.0  # a second visit of b: 20, 90 and 60 without a
    summary, rows = fit_baseline("baseline_median", None, scores, SPLIT)
    assert rows["predicted"][0] == 60
    assert summary["folds"][0]["medians"] == {"upper": 60.0, "lower": 3.0}


def test_a_region_that_the_other_folds_lack_gets_their_mean():
    scores = SCORES | {"region": np.array(["upper", "head", "upper", "upper", "upper", "upper"], dtype=object)}
    _, rows = fit_baseline("baseline_mean", None, scores, SPLIT)
    assert rows["predicted"][1] == pytest.approx((20 + 3 + 60) / 3)


def cohort(subjects: int = 25, seed: int = 0):
    """Five folds and a test set; the first colour reveals the composite."""
    rng = np.random.default_rng(seed)
    names = [f"s{number:02d}" for number in range(subjects)]
    scores = {
        "subject": np.repeat(np.array(names, dtype=object), 6),
        "visit": np.tile(np.array(["1", "2"], dtype=object).repeat(3), subjects),
        "region": np.tile(np.array(["upper", "trunk", "lower"], dtype=object), 2 * subjects),
        "composite": rng.uniform(0, 72, 6 * subjects),
        "week": np.tile([0.0, 0.0, 0.0, 4.0, 4.0, 4.0], subjects),
        "baseline": np.full(6 * subjects, "1", dtype=object),
        "arm": np.repeat(np.array(["active", "placebo"], dtype=object)[np.arange(subjects) % 2], 6),
    }
    features = rng.uniform(0, 0.1, (6 * subjects, 512))
    features[:, 0] = scores["composite"] / 72
    fold = np.arange(subjects) % 6 - 1
    part = np.where(fold < 0, "test", "train").astype(object)
    return features, scores, {"subject": np.array(names, dtype=object), "part": part, "fold": fold}


def test_ridge_on_histograms_finds_the_colour_and_is_the_mean_of_folds_on_the_test_set():
    features, scores, split = cohort()
    summary, rows = fit_baseline("baseline_histogram_ridge", features, scores, split)
    for part in ("oof", "test"):
        assert ccc(*rows.loc[rows["part"] == part, ["observed", "predicted"]].to_numpy().T) > 0.9
    fold = np.repeat(split["fold"], 6)
    unseen = np.zeros(len(features[fold < 0]))
    for number, fit in enumerate(summary["folds"]):
        fitted = (fold >= 0) & (fold != number)
        reference = Ridge(alpha=fit["alpha"]).fit(features[fitted], scores["composite"][fitted])
        own = reference.predict(features[fold == number])
        np.testing.assert_allclose(rows.loc[rows["fold"] == number, "predicted"], own, rtol=1e-6)
        unseen += reference.predict(features[fold < 0]) / 5
        np.testing.assert_allclose(fit["coefficients"], reference.coef_, atol=1e-6)
    np.testing.assert_allclose(rows.loc[rows["part"] == "test", "predicted"], unseen, rtol=1e-6)


@pytest.mark.parametrize("name", BASELINES)
def test_the_rows_of_a_fold_owe_nothing_to_its_observations(name):
    """One exception: a baseline that is given the score of the baseline visit keeps to that one score."""
    features, scores, split = cohort()
    hidden = np.repeat(split["fold"], 6) == 2
    if name in GIVEN_A_SCORE:
        hidden &= scores["visit"] != "1"
    changed = scores | {"composite": np.where(hidden, 0.0, scores["composite"])}
    one, two = (fit_baseline(name, features, table, split)[1] for table in (scores, changed))
    np.testing.assert_array_equal(*(table.loc[table["fold"] == 2, "predicted"] for table in (one, two)))


def test_only_the_baseline_that_is_said_to_be_given_a_score_uses_one():
    features, scores, split = cohort()
    given = np.repeat(split["fold"], 6) == 2
    changed = scores | {"composite": np.where(given, 0.0, scores["composite"])}
    for name in BASELINES:
        one, two = (fit_baseline(name, features, table, split)[1] for table in (scores, changed))
        same = (one.loc[one["fold"] == 2, "predicted"] == two.loc[two["fold"] == 2, "predicted"]).all()
        assert bool(same) is (name not in GIVEN_A_SCORE)


def test_every_baseline_that_is_named_has_a_fitter():
    assert tuple(FITTERS) == BASELINES


def test_two_folds_choose_the_penalty_by_subjects_and_results_can_be_written(tmp_path):
    features, scores, split = cohort()
    split["fold"] = np.where(split["fold"] < 0, -1, split["fold"] % 2)
    for name in BASELINES:
        summary, rows = fit_baseline(name, features, scores, split)
        assert isinstance(rows, pd.DataFrame)
        write_json(summary, tmp_path / "fit.json")
        write_table(rows, tmp_path / "fit.parquet")
        if name in PHOTO_BASELINES:
            assert {fold["alpha"] for fold in summary["folds"]} <= set(ALPHAS)


@pytest.mark.parametrize("name", PHOTO_BASELINES)
def test_a_baseline_on_photos_needs_histograms(name):
    _, scores, split = cohort()
    with pytest.raises(ValueError, match="need colour histograms: features is None"):
        fit_baseline(name, None, scores, split)


def test_an_unknown_baseline_is_refused():
    with pytest.raises(ValueError, match="baseline is no baseline: one of baseline_mean, baseline_median, "):
        fit_baseline("baseline", None, SCORES, SPLIT)


def test_colour_alone_grades_real_leaves(shared):
    """The baseline that networks have to beat on coffee leaves: CCC about 0.93 at visit level, five folds of plants."""
    from PIL import Image

    folder = shared / "data" / "coffee"
    photos = pd.read_csv(folder / "photos.csv", dtype=str)
    scores = pd.read_csv(folder / "scores.csv", dtype={"subject": str, "visit": str})
    tiles = []
    for name in photos["photo"]:
        with Image.open(folder / name) as photo:
            photo.draft("RGB", (128, 64))  # coarser than the pipeline, and fast
            tiles.append(np.asarray(photo.convert("RGB").resize((64, 32), Image.Resampling.BOX)))
    whole = np.tile([0, 0, 32, 64], (len(tiles), 1))
    histograms = pd.DataFrame(tile_histograms(np.stack(tiles), whole))
    means = histograms.groupby([photos[name] for name in ("subject", "visit", "region")]).mean()
    columns = {name: scores[name].to_numpy(dtype=object) for name in ("subject", "visit", "region")}
    features = np.sqrt(means.loc[list(zip(*columns.values(), strict=True))].to_numpy())
    plants = np.unique(scores["subject"].to_numpy(dtype=object))
    split = {"subject": plants, "fold": np.arange(len(plants)) % 5}
    columns["composite"] = scores["severity"].to_numpy(dtype=float)
    columns |= {"week": np.full(len(scores), np.nan), "baseline": np.full(len(scores), "", dtype=object)}
    _, rows = fit_baseline("baseline_histogram_ridge", features, columns, split)
    weights = rows["region"].map({"upper": 0.2, "trunk": 0.3, "lower": 0.4})
    weighted = rows[["observed", "predicted"]].mul(weights, axis=0).groupby([rows["subject"], rows["visit"]]).sum()
    assert ccc(weighted["observed"], weighted["predicted"]) > 0.88
