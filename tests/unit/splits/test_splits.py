"""The greedy group-stratified assignment against hand-worked and brute-force answers, and odd cohorts."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pasi.errors import InputError
from pasi.splits import greedy as assignment
from pasi.splits.divide import split_cohort, strata
from pasi.splits.greedy import assign_greedily, imbalance
from pasi.splits.roles import check_split, read_split, subject_roles
from pasi.storage.tables import read_table, write_table
from split_options import options

# Three subjects: records with labels 0 and 1; N_0 = N_1 = 4, N = 8
THREE = np.array([[2, 1], [1, 2], [1, 1]])


def cohort(records):
    """Columns of scores from {subject: grades of its records}."""
    subject = [name for name, grades in records.items() for _ in grades]
    grades = [float(grade) for grades in records.values() for grade in grades]
    return {"subject": np.array(subject, dtype=object), "desquamation": np.array(grades)}


def fake_trial(seed=0, subjects=60):
    """The paper's counts: 22 subjects of 5 visits, 38 of 6, three regions; scaling that falls over the visits."""
    generator = np.random.default_rng(seed)
    records = {}
    for number in range(subjects):
        visits = 5 if number < subjects * 22 // 60 else 6
        course = generator.uniform(1.5, 4.2) * (1 - np.arange(visits) / visits)
        records[f"S{number:02d}"] = np.clip(np.rint(np.repeat(course, 3) + generator.normal(0, 0.7, 3 * visits)), 0, 4)
    return cohort(records)


def label_counts(scores):
    subjects, rows = np.unique(scores["subject"], return_inverse=True)
    counts = np.zeros((len(subjects), 5), np.int64)
    np.add.at(counts, (rows, scores["desquamation"].astype(int)), 1)
    return counts


grades = st.integers(0, 4)
records = st.lists(grades, min_size=1, max_size=9)  # from one region of one visit to three regions of three
cohorts = st.dictionaries(st.text("ABCxyz019-_", min_size=1, max_size=5), records, min_size=9, max_size=16)
kinds = st.sampled_from(["label_share", "cohort_share"])


# Imbalance.


def test_imbalance_of_three_subjects_by_hand():
    train_b, train_c = THREE[[0, 1]].sum(axis=0), THREE[[0, 2]].sum(axis=0)  # (3, 3) against c, (3, 2) against b
    assert imbalance(np.array([train_b, THREE[2]]), [0.75, 0.25], "label_share") == 0  # 100 and 100 for both labels
    assert imbalance(np.array([train_b, THREE[2]]), [0.75, 0.25], "cohort_share") == 0
    found = np.array([train_c, THREE[1]])
    # A: label 0 100 against 100; label 1 100 x 2 / (4 x 0.75) = 66.7 against 100 x 2 / (4 x 0.25) = 200
    assert imbalance(found, [0.75, 0.25], "label_share") == pytest.approx((0 + 400 / 3) / 2)
    # B: 3/5 - 1/3 and 2/5 - 2/3
    assert imbalance(found, [0.75, 0.25], "cohort_share") == pytest.approx(4 / 15)


def test_imbalance_of_three_parts_is_the_mean_over_pairs():
    # A with f = 1/3: label 0 150, 75, 75; label 1 75, 150, 75: pairs differ by 75, 75, 0 and 75, 0, 75
    assert imbalance(THREE, [1 / 3] * 3, "label_share") == pytest.approx(50)
    # B: (2/3, 1/3), (1/3, 2/3), (1/2, 1/2): pairs 1/3, 1/6, 1/6 for both labels
    assert imbalance(THREE, [1 / 3] * 3, "cohort_share") == pytest.approx(2 / 9)


def test_absent_labels_are_left_out():
    padded = np.insert(THREE, 1, 0, axis=1)
    for kind in ("label_share", "cohort_share"):
        assert imbalance(padded, [0.5, 0.3, 0.2], kind) == imbalance(THREE, [0.5, 0.3, 0.2], kind)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=5))
def test_the_two_imbalances_agree_for_actual_shares(labels):
    """A_k = 100 B_k N / N_k, label by label (T3)."""
    counts = np.array(labels).T  # (2, K)
    if not counts.sum(axis=1).all():
        return  # a part without records has no actual share
    total, shares = counts.sum(), counts.sum(axis=1) / counts.sum()
    train, test = counts / counts.sum(axis=1, keepdims=True)
    present = counts.sum(axis=0) > 0
    expected = 100 * np.abs(train - test)[present] * total / counts.sum(axis=0)[present]
    assert imbalance(counts, shares, "label_share") == pytest.approx(expected.mean(), abs=1e-8)


# The greedy search.


def greedy_by_fractions(counts, order, shares, kind):
    """The rule of `assign_greedily` for one order, in exact arithmetic and plain loops."""
    totals = counts.sum(axis=0)
    most = [-(-share * len(counts) // 1) if kind == "cohort_share" else len(counts) for share in shares]
    members = [[] for _ in shares]

    def cost(parts):
        filled = [counts[rows].sum(axis=0).tolist() if rows else [0] * len(totals) for rows in parts]
        if kind == "label_share":
            adjusted = [
                [100 * n / (int(total) * share) for n, total in zip(row, totals, strict=True)]
                for row, share in zip(filled, shares, strict=True)
            ]
        else:
            adjusted = [[Fraction(n, max(sum(row), 1)) for n in row] for row in filled]
        pairs = list(combinations(adjusted, 2))
        return sum(abs(a - b) for x, y in pairs for a, b in zip(x, y, strict=True)) / (len(pairs) * len(totals))

    for left, subject in zip(range(len(order), 0, -1), order, strict=True):
        empty = [part for part, rows in enumerate(members) if not rows]
        allowed = empty if len(empty) >= left else [p for p, rows in enumerate(members) if len(rows) < most[p]]

        def rank(part, subject=subject):
            gap = shares[part] * int(counts.sum()) - int(counts[members[part]].sum())
            return cost([[*rows, subject] if p == part else rows for p, rows in enumerate(members)]), -gap, part

        members[min(allowed, key=rank)].append(subject)
    return [next(part for part, rows in enumerate(members) if subject in rows) for subject in range(len(order))]


@settings(max_examples=60)
@given(cohorts, kinds, st.sampled_from([(9, 1), (1, 1, 1), (3, 2)]), st.integers(0, 2**32))
def test_each_step_is_the_one_that_the_rule_asks_for(cohort_records, kind, weights, seed):
    counts = label_counts(cohort(cohort_records))
    counts = counts[:, counts.sum(axis=0) > 0]
    shares = [Fraction(weight, sum(weights)) for weight in weights]
    found = assign_greedily(counts, [float(share) for share in shares], kind, restarts=3, seed=(seed,))
    assert found.part.tolist() == greedy_by_fractions(counts, found.order.tolist(), shares, kind)
    filled = np.array([counts[found.part == part].sum(axis=0) for part in range(len(shares))])
    assert found.imbalance[-1] == imbalance(filled, [float(share) for share in shares], kind)


def test_subjects_that_tie_fill_the_part_furthest_below_its_share():
    """Twins: while the parts are level, every place costs the same, so the emptiest part takes the next subject."""
    found = assign_greedily(np.ones((9, 1), np.int64), [1 / 3] * 3, "cohort_share", restarts=1, seed=(0,))
    assert found.part[found.order].tolist() == [0, 1, 2] * 3


def test_more_restarts_are_never_worse_and_the_best_one_can_be_repeated():
    counts = label_counts(fake_trial())
    found = [
        assign_greedily(counts, [0.9, 0.1], "label_share", restarts=restarts, seed=(5,)) for restarts in (1, 10, 100)
    ]
    assert found[0].imbalance[-1] >= found[1].imbalance[-1] >= found[2].imbalance[-1]
    assert (assignment._shuffled(len(counts), found[2].seed) == found[2].order).all()


@pytest.mark.parametrize("kind", ["label_share", "cohort_share"])
def test_memory_is_bounded_without_a_change_of_the_result(monkeypatch, kind):
    counts = label_counts(fake_trial())
    whole = assign_greedily(counts, [0.2] * 5, kind, restarts=50, seed=(1,))
    monkeypatch.setattr(assignment, "BLOCK", 100)  # one restart of 60 subjects at a time
    pieces = assign_greedily(counts, [0.2] * 5, kind, restarts=50, seed=(1,))
    assert (pieces.part == whole.part).all()
    assert pieces.seed == whole.seed


def test_the_orders_are_the_same_on_every_machine_and_numpy():
    """Raw PCG64 bits: a change of this order would make another split of every cohort."""
    assert assignment._shuffled(8, 12345).tolist() == [7, 0, 1, 5, 4, 6, 3, 2]


def test_the_paper_test_set_has_about_six_subjects():
    """R18: without any cap, A alone gives 5 to 7 of 60 subjects; the best of many restarts gives 6."""
    sizes = [
        (
            assign_greedily(label_counts(fake_trial(seed)), [0.9, 0.1], "label_share", restarts=1, seed=(seed,)).part
            == 1
        ).sum()
        for seed in range(40)
    ]
    assert set(sizes) <= {5, 6, 7}
    best = assign_greedily(label_counts(fake_trial()), [0.9, 0.1], "label_share", restarts=1000, seed=(0,))
    assert (best.part == 1).sum() == 6


# Strata.


def test_strata_of_grades_are_the_grades():
    assert strata([0, 1, 4, 2], 1).tolist() == [0, 1, 4, 2]
    assert strata([0, 0.25, 1.5, 0.3 / 0.1 * 0.25], 0.25).tolist() == [0, 1, 6, 3]


def test_strata_of_a_continuous_sign_are_fifths():
    values = np.random.default_rng(0).permutation(np.linspace(0, 10, 100))
    labels = strata(values, None)
    assert np.bincount(labels).tolist() == [20] * 5
    assert (np.sort(labels) == labels[np.argsort(values)]).all()  # larger values, later bins


def test_heavy_ties_leave_fewer_bins_and_equal_values_together():
    labels = strata([0, 0, 1, 1, 1, 1, 1, 1, 1.25, 3], None)
    assert labels.tolist() == [0, 0, 1, 1, 1, 1, 1, 1, 2, 2]
    assert strata([2.0, 2.0], None).tolist() == [0, 0]


# Whole cohorts.


def sound(split, chosen):
    """Every promise of the tables that does not depend on chance."""
    check_split(split.subjects, chosen.folds)
    assert (np.count_nonzero(split.subjects["part"] == "test") > 0) == (chosen.test_fraction > 0)
    for fold in range(chosen.folds):
        found = list(subject_roles(split.subjects, split.inner, fold, "inner").values())
        assert found.count("monitor") >= 1
        assert found.count("fit") >= 1
    pairs = list(zip(split.inner["fold"], split.inner["subject"], strict=True))
    assert len(set(pairs)) == len(pairs)


def same(one, other):
    for name in ("subjects", "inner", "balance", "trace"):
        left, right = getattr(one, name), getattr(other, name)
        assert {key: column.tolist() for key, column in left.items()} == {k: c.tolist() for k, c in right.items()}


def try_in_two_orders(scores, chosen, random):
    """The split of a cohort, which must be that of its shuffled rows too, or None and why it was refused."""
    try:
        split = split_cohort(scores, chosen, 1.0)
    except ValueError as error:
        return None, str(error)
    order = list(range(len(scores["subject"])))
    random.shuffle(order)
    same(split, split_cohort({name: column[order] for name, column in scores.items()}, chosen, 1.0))
    sound(split, chosen)
    return split, ""


@settings(max_examples=30)
@given(cohorts, kinds, st.sampled_from([0.0, 0.1]), st.sampled_from([1, 12]), st.randoms())
def test_any_cohort_is_split_soundly_and_the_same_in_any_order(cohort_records, kind, fraction, times, random):
    first = next(iter(cohort_records))
    cohort_records[first] = cohort_records[first] * times  # twelve times: one subject dominates
    split, refusal = try_in_two_orders(cohort(cohort_records), options(imbalance=kind, test_fraction=fraction), random)
    if split:
        assert set(split.subjects["subject"]) == set(cohort_records)
    else:  # beside a subject with most of the records, everyone else may be needed for the test set
        assert times > 1
        assert refusal.startswith("too few subjects for")


@pytest.mark.filterwarnings("ignore:The least populated class")
@settings(max_examples=20)
@given(cohorts, st.sampled_from([0.0, 0.3]), st.randoms())
def test_sgkf_splits_soundly_or_refuses(cohort_records, fraction, random):
    split, refusal = try_in_two_orders(cohort(cohort_records), options(method="sgkf", test_fraction=fraction), random)
    assert split or "splits." in refusal or refusal.endswith("; add subjects")


def test_a_dominant_subject_alone_in_one_of_two_folds_is_refused():
    scores = cohort({"a": [0] * 50, **{name: [0] for name in "bcdef"}})
    message = (
        "too few subjects for fitting and monitoring while fold . is held out: 1, at least 2 .*; set splits.folds: 3"
    )
    with pytest.raises(ValueError, match=message):
        split_cohort(scores, options(test_fraction=0.0, folds=2), 1.0)


def test_sgkf_that_leaves_a_fold_empty_names_the_key(monkeypatch):
    class Lazy:
        def __init__(self, splits, **_):
            self.splits = splits

        def split(self, label, *_):
            yield None, np.arange(len(label))
            yield from [(None, [])] * (self.splits - 1)

    monkeypatch.setattr("sklearn.model_selection.StratifiedGroupKFold", Lazy)
    with pytest.raises(
        ValueError, match=r"splits\.method: sgkf left one of 10 folds without a subject; set it to greedy"
    ):
        split_cohort(fake_trial(), options(method="sgkf"), 1.0)


def test_sgkf_that_cannot_names_the_key():
    scores = cohort({f"S{number}": [number % 5] for number in range(12)})  # two or three records a label, ten folds
    with pytest.raises(ValueError, match=r"splits\.method: sgkf cannot make 10 folds \(.*\); set it to greedy"):
        split_cohort(scores, options(method="sgkf"), 1.0)


def test_two_hundred_seeds_of_an_odd_cohort():
    scores = cohort({f"S{number}": [number % 5] * (1 if number else 80) for number in range(12)})
    for seed in range(200):
        sound(split_cohort(scores, options(seed=seed, restarts=1), 1.0), options())


def test_as_few_subjects_as_there_are_places():
    alike = cohort({name: [0, 1] for name in "abcd"})
    split = split_cohort(alike, options(), 1.0)
    assert sorted(split.subjects["fold"]) == [-1, 0, 1, 2]
    different = cohort({name: [number] for number, name in enumerate("abcd")})  # no label is in two subjects
    assert sorted(split_cohort(different, options(), 1.0).subjects["fold"]) == [-1, 0, 1, 2]


def test_cohort_share_is_capped():
    split = split_cohort(fake_trial(), options(imbalance="cohort_share", folds=5), 1.0)
    assert np.bincount(split.subjects["fold"] + 1).max() <= 11  # ceil(54 / 5)
    assert np.count_nonzero(split.subjects["fold"] == -1) <= 6  # ceil(60 / 10)


@settings(max_examples=30)
@given(cohorts, st.integers(0, 2**16))
def test_no_part_of_cohort_share_has_more_subjects_than_its_share(cohort_records, seed):
    """F20: of any cohort; a part that takes the last subjects so that none stays empty takes one."""
    chosen = options(imbalance="cohort_share", test_fraction=0.0, seed=seed)
    split = split_cohort(cohort(cohort_records), chosen, 1.0)
    sizes = np.bincount(split.subjects["fold"], minlength=chosen.folds)
    assert sizes.sum() == len(cohort_records)
    assert sizes.max() <= -(-len(cohort_records) // chosen.folds)


@pytest.mark.parametrize("method", ["greedy", "sgkf"])
def test_the_tables_of_the_paper_trial(method, tmp_path):
    chosen = options(method=method, folds=5, restarts=200)
    split = split_cohort(fake_trial(), chosen, 1.0)
    sound(split, chosen)
    assert np.bincount(split.subjects["fold"] + 1)[0] in (5, 6, 7)
    for fold in range(5):
        share = np.count_nonzero(split.inner["fold"] == fold) / np.count_nonzero(split.subjects["fold"] != fold)
        assert 0.08 <= share <= 0.22
    balance = split.balance
    assert balance["records"][balance["grouping"] == "test"].sum() == 1014
    for grouping, part in {("test", "train"), ("fold", "4"), ("inner3", "monitor")}:
        rows = (balance["grouping"] == grouping) & (balance["part"] == part)
        assert balance["label"][rows].tolist() == ["0", "1", "2", "3", "4"]
        assert balance["share"][rows].sum() == pytest.approx(1)
        assert len(set(balance["label_share"][rows])) == 1
    for name in ("subjects", "inner", "balance", "trace"):
        write_table(getattr(split, name), tmp_path / f"{name}.parquet")
    read_split(tmp_path / "subjects.parquet", 5)
    assert len(read_table(tmp_path / "balance.parquet")["part"]) == 5 * (2 + 5 + 5 * 2)


def test_balance_and_trace_tell_the_same_story():
    split = split_cohort(fake_trial(), options(folds=5), 1.0)
    for grouping in ("test", "fold", "inner0"):
        rows = split.trace["grouping"] == grouping
        last = split.trace["imbalance"][rows][-1]
        assert last == split.balance["label_share"][split.balance["grouping"] == grouping][0]
        assert split.trace["step"][rows].tolist() == list(range(rows.sum()))
        assert len(set(split.trace["subject"][rows])) == rows.sum()
    tested = split.subjects["subject"][split.subjects["part"] == "test"]
    rows = (split.trace["grouping"] == "test") & (split.trace["part"] == "test")
    assert sorted(split.trace["subject"][rows]) == sorted(tested)


def test_bins_are_named_by_their_ends():
    values = np.linspace(0, 9.9, 100)
    scores = {"subject": np.repeat([f"S{number}" for number in range(10)], 10), "desquamation": values}
    split = split_cohort(scores, options(), None)
    assert split.balance["label"][:5].tolist() == ["0 to 1.9", "2 to 3.9", "4 to 5.9", "6 to 7.9", "8 to 9.9"]


def test_another_seed_is_another_split():
    one, other = (split_cohort(fake_trial(), options(folds=5, seed=seed), 1.0) for seed in (0, 1))
    assert one.subjects["fold"].tolist() != other.subjects["fold"].tolist()


@pytest.mark.parametrize(
    ("subjects", "changed", "message"),
    [
        (1, {}, r"too few subjects for a test set: 1, at least 2 are needed; add subjects$"),
        (3, {}, "too few subjects for 3 folds: 2, at least 3 are needed; set splits.test_fraction: 0, or"),
        (2, {"test_fraction": 0.0}, "too few subjects for 3 folds: 2"),
        (2, {"test_fraction": 0.0, "folds": 2}, "fitting and monitoring while fold 0 is held out: 1, at least 2"),
        (
            9,
            {"method": "sgkf"},
            "too few subjects for 10 folds of sgkf: 9, at least 10 are needed; set splits.method: greedy",
        ),
    ],
)
def test_too_few_subjects_name_the_key(subjects, changed, message):
    scores = cohort({f"S{number}": [0, 1, 2] for number in range(subjects)})
    with pytest.raises(ValueError, match=message):
        split_cohort(scores, options(**changed), 1.0)


# A split from a file.

FILE_COHORT = cohort({name: [0, 1, 3] for name in "abcdefg"})
ROWS = ["a,train,0", "b,train,0", "c,train,1", "d,train,1", "e,train,2", "f,train,2", "g,test,"]


def write_rows(path, rows, header="subject,part,fold"):
    path.write_text("\n".join([header, *rows]) + "\n")
    return options(method="file", file=str(path))


def test_a_file_is_taken_as_it_stands(tmp_path):
    chosen = write_rows(tmp_path / "split.csv", ROWS[::-1])
    split = split_cohort(FILE_COHORT, chosen, 1.0)
    sound(split, chosen)
    assert split.subjects["fold"].tolist() == [0, 0, 1, 1, 2, 2, -1]
    assert set(split.trace["grouping"]) == {"inner0", "inner1", "inner2"}
    balance = split.balance
    assert set(balance["label_share"][balance["grouping"] == "test"]) == {0}  # everyone alike: as even as can be


def test_a_file_without_a_test_set(tmp_path):
    chosen = write_rows(tmp_path / "split.csv", [*ROWS[:6], "g,train,2"])
    split = split_cohort(FILE_COHORT, chosen, 1.0)
    assert set(split.subjects["part"]) == {"train"}
    assert "test" not in split.balance["grouping"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([*ROWS, "z,train,0"], 'split.csv:9 subject found "z", expected a subject of the cohort'),
        (
            [*ROWS, "a,test,-1"],
            'split.csv:9 part found "a" in "test", on line 2 in "train", expected one part a subject',
        ),
        ([*ROWS, "a,train,1"], 'split.csv:9 subject found "a" again, first on line 2, expected one row a subject'),
        ([*ROWS[:5], ROWS[6]], 'split.csv subject found no row for "f", expected one row for every subject'),
        ([*ROWS[:6], "g,train,3"], 'split.csv:8 fold found "3", expected a whole number from 0 to 2'),
        ([*ROWS[:6], "g,train,-1"], 'split.csv:8 fold found "-1", expected a whole number from 0 to 2'),
        ([*ROWS[:6], "g,train,"], 'split.csv:8 fold found "", expected a whole number from 0 to 2'),
        ([*ROWS[:6], "g,test,1"], 'split.csv:8 fold found "1", expected -1 or nothing for a test subject'),
        (
            [row.upper().replace("TRAIN", "train").replace("TEST", "test") for row in ROWS],
            'split.csv:2 subject found "A", "B", "C", ... in 7 rows (lines 2, 3, 4, 5, 6, 7, 8), expected the ids of '
            "the cohort as they are there write one id in one way",
        ),
        (
            [row.replace("t", "T") for row in ROWS],
            'split.csv:2 part found "Train", "TesT" in 7 rows (lines 2, 3, 4, 5, 6, 7, 8), expected train or test '
            "write it in small letters",
        ),
        (
            [f"{row}.0" for row in ROWS[:6]] + [ROWS[6]],
            'split.csv:2 fold found "0.0", "1.0", "2.0" in 6 rows (lines 2, 3, 4, 5, 6, 7), expected a whole number '
            'a ".0" was added',
        ),
        (
            [*ROWS[:6], "g,test,NaN"],
            'split.csv:8 fold found "NaN", expected a whole number, or nothing empty the cell',
        ),
        (
            [row[:-1] + str(int(row[-1]) + 1) for row in ROWS[:6]] + [ROWS[6]],
            "split.csv:2 fold found folds from 1 to 3, expected folds from 0 to 2 subtract 1 from each fold",
        ),
        (["id,role,number", *ROWS], 'split.csv:2 found "id", expected a row of the table a second header: delete it'),
        (
            [*ROWS, "Total,7,"],
            'split.csv:9 found "Total", expected a row of the table a total below the table: delete it',
        ),
        (ROWS[3:], 'split.csv subject found no row for "a" and 2 more subjects, expected one row for every subject'),
        ([*ROWS[:6], "g,dev,1"], 'split.csv:8 part found "dev", expected train or test'),
        ([*ROWS[:6], "g"], "split.csv:8 found 1 cells, expected 3, as in the header"),
        ([*ROWS[:4], "e,test,", "f,test,", ROWS[6]], "split.csv fold found no subject in fold 2, expected train subj"),
    ],
)
def test_a_file_that_does_not_fit_is_told_by_line(tmp_path, monkeypatch, rows, message):
    monkeypatch.chdir(tmp_path)
    write_rows(tmp_path / "split.csv", rows)
    with pytest.raises(InputError) as caught:
        split_cohort(FILE_COHORT, options(method="file", file="split.csv"), 1.0)
    assert message in " ".join(str(caught.value).split())


def test_all_problems_of_a_file_are_told_at_once(tmp_path):
    chosen = write_rows(tmp_path / "split.csv", ["a,train,0", "a,test,", "z,train,1", "b,train,x", "c,train,1"])
    with pytest.raises(InputError, match="5 problems; nothing was run"):  # 3 rows, subjects, fold 2
        split_cohort(FILE_COHORT, chosen, 1.0)


def test_a_table_that_cannot_be_read_is_told(tmp_path):
    for chosen, message in (
        (options(method="file", file=str(tmp_path / "none.csv")), "no such file"),
        (
            write_rows(tmp_path / "split.csv", ROWS, header="subject,set,fold"),
            "split.csv:1  part  found no such column",
        ),
        (write_rows(tmp_path / "empty.csv", []), "found no row below the header"),
    ):
        with pytest.raises(InputError, match=message):
            split_cohort(FILE_COHORT, chosen, 1.0)
