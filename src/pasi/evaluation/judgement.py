"""All tables of evaluation/ at once, from the predictions of all learners."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pasi.evaluation.baseline_comparison import compare_with_baselines
from pasi.evaluation.choice import selection_table
from pasi.evaluation.chosen_endpoints import chosen_endpoint_table
from pasi.evaluation.description import Judged, description_tables
from pasi.evaluation.learned import network_skills, with_learned
from pasi.evaluation.optimism import Optimism
from pasi.evaluation.sealed_rows import without_sealed
from pasi.evaluation.selection import best_learner
from pasi.evaluation.settings import AcceptanceLimits, Ddof, Primary
from pasi.evaluation.signs import sign_table
from pasi.evaluation.single_networks import single_network_table
from pasi.evaluation.tables import combine_predictions, interval_table, metrics_table, visit_table
from pasi.severity.index import SeverityIndex
from pasi.storage.json_files import read_json
from pasi.storage.tables import Columns, Table, read_table


@dataclass(frozen=True)
class Predictions:
    """What is judged: tables of predictions, coefficients of meta-learners, scores and split of the cohort.

    networks: the tables predictions.parquet of all trainings, or none; only single networks on the test part need
    them. models: stacking/{learner}.json.
    """

    oof: Table
    test: Table
    metas: Sequence[Table]
    baselines: Sequence[Table]
    networks: Sequence[Table]
    models: Sequence[Mapping[str, Any]]
    scores: Table
    split: Table

    def combined(self) -> pd.DataFrame:
        """The predictions of all learners in one table, with those of the whole test part where they were read."""
        return combine_predictions(self.oof, self.test, self.metas, self.baselines)


@dataclass(frozen=True)
class Judging:
    """How predictions are judged: keys of the config, and learners that are special."""

    primary: Primary
    given_a_score: Collection[str]
    left_out: Sequence[str]
    optimism: Optimism
    limits: AcceptanceLimits
    least_skill: float
    ccc_ddof: Ddof
    draws: int
    seed: int

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> "Judging":
        """From the params of a rule."""
        names = [name for name in cls.__dataclass_fields__ if name not in ("optimism", "limits")]
        own = {name: params[name] for name in names}
        optimism, limits = Optimism(params["monitor"], params["leaking"]), AcceptanceLimits.from_config(params)
        return cls(**own, optimism=optimism, limits=limits)


def read_predictions(files: Mapping[str, Any]) -> Predictions:
    """From the inputs of a rule: one path by name, or a list of paths. Raises DamagedFileError as `read_table` does.

    >>> from pasi.storage.json_files import write_json
    >>> from pasi.storage.tables import write_table
    >>> write_table({"learner": ["net"]}, folder / "rows.parquet")
    >>> write_json({"name": "nnls"}, folder / "nnls.json")
    >>> one = dict.fromkeys(("oof", "test", "scores", "split"), folder / "rows.parquet")
    >>> several = {"metas": [], "baselines": [], "networks": [], "models": [folder / "nnls.json"]}
    >>> read = read_predictions(one | several)
    >>> read.oof["learner"].tolist(), read.models
    (['net'], [{'name': 'nnls'}])
    """
    oof, test, scores, split = (read_table(files[name]) for name in ("oof", "test", "scores", "split"))
    metas, baselines, networks = (list(map(read_table, files[name])) for name in ("metas", "baselines", "networks"))
    models = [read_json(path) for path in files["models"]]
    return Predictions(oof, test, metas, baselines, networks, models, scores, split)


def read_out_of_fold(files: Mapping[str, Any]) -> Predictions:
    """The same without any prediction on the test part, whatever the files hold; `files` needs no "test".

    Tables of meta-learners and baselines hold both parts: their test rows are dropped here, before anything sees them.

    >>> from pasi.storage.tables import write_table
    >>> write_table({"learner": ["nnls", "nnls"], "part": ["oof", "test"]}, folder / "nnls.parquet")
    >>> one = dict.fromkeys(("oof", "scores", "split"), folder / "nnls.parquet")
    >>> read = read_out_of_fold(one | {"metas": [folder / "nnls.parquet"], "baselines": [], "models": []})
    >>> read.metas[0]["part"].tolist(), len(read.test["learner"])
    (['oof'], 0)
    """
    oof, scores, split = (read_table(files[name]) for name in ("oof", "scores", "split"))
    none = {name: values[:0] for name, values in oof.items()}
    metas, baselines = (
        [_without_test_rows(read_table(path)) for path in files[name]] for name in ("metas", "baselines")
    )
    models = [read_json(path) for path in files["models"]]
    return Predictions(oof, none, metas, baselines, [], models, scores, split)


def _without_test_rows(table: Table) -> Table:
    kept = table["part"] == "oof"
    return {name: values[kept] for name, values in table.items()}


def evaluation_tables(
    read: Predictions, index: SeverityIndex, judging: Judging, shown: Collection[str]
) -> dict[str, pd.DataFrame]:
    """Every table of evaluation/ by name; "singles" only where tables of networks were read.

    shown: the learners whose rows on the test part the tables have.

    A network that is 1 too high and a baseline that is 3 too high, without a test part.

    >>> from pasi.evaluation.settings import LIMITS
    >>> from pasi.severity.index import Label, Region, SeverityBand
    >>> own = (Label("sign", 9, 1),), None, (Region("trunk", 1, 1),), (SeverityBand("any", None),)
    >>> rows = {"subject": ["A", "B"], "visit": ["V0"] * 2, "region": ["trunk"] * 2, "part": ["oof"] * 2}
    >>> rows |= {"fold": [0, 1], "week": [0.0] * 2, "visit_order": [0.0] * 2, "baseline": ["V0"] * 2}
    >>> rows |= {"composite": [4.0, 6.0], "sign": [4.0, 6.0], "observed": [4.0, 6.0]}
    >>> oof = rows | {"learner": ["net"] * 2, "repeat": [0] * 2, "skill": [0.5] * 2, "predicted": [5.0, 7.0]}
    >>> week = rows | {"learner": ["baseline_week"] * 2, "predicted": [7.0, 9.0]}
    >>> read = Predictions(oof, {name: [] for name in oof}, [], [week], [oof], [], rows, rows)
    >>> judging = Judging("mae", (), (), Optimism(), LIMITS, least_skill=0.1, ccc_ddof=0, draws=20, seed=0)
    >>> tables = evaluation_tables(read, SeverityIndex("S", "points", *own, 0.5, (50,)), judging, shown=[])
    0 visits lack a region and have no index
    >>> tables["differences"][["learner", "reference", "difference"]].values.tolist()
    [['net', 'baseline_week', -2.0]]
    """
    learners = without_sealed(read.combined(), shown)
    visits, incomplete = visit_table(learners, read.scores, index)
    print(f"{incomplete} visits lack a region and have no index")
    reading: dict[str, Any] = {"ccc_ddof": judging.ccc_ddof, "optimism": judging.optimism}
    choosing = {"primary": judging.primary, **reading}
    metrics = metrics_table(learners, visits, given=judging.given_a_score, left_out=judging.left_out, **choosing)
    metrics = with_learned(metrics, network_skills(read.oof), judging.least_skill)
    return {
        "learners": learners,
        "visits": visits,
        "metrics": metrics,
        "intervals": interval_table(visits, **reading),
        "differences": compare_with_baselines(metrics, visits, judging.given_a_score, **choosing),
        "selection": selection_table(visits, draws=judging.draws, seed=judging.seed, **choosing),
        "endpoints": chosen_endpoint_table(
            metrics, visits, read.scores, index, primary=judging.primary, limits=judging.limits
        ),
        **_of_networks(read, index, judging, shown),
        **_described(read, index, judging, Judged(learners, visits, read.scores, read.split, read.oof), metrics),
    }


def _of_networks(
    read: Predictions, index: SeverityIndex, judging: Judging, shown: Collection[str]
) -> dict[str, pd.DataFrame]:
    """Single networks on the test part, and each sign."""
    networks = [without_sealed(table, shown) for table in read.networks]
    tested = without_sealed(pd.DataFrame(dict(read.test)).assign(part="test"), shown)
    signs = sign_table(read.oof, tested, read.scores, index, ccc_ddof=judging.ccc_ddof)
    if not networks:
        return {"signs": signs}
    return {"singles": single_network_table(networks, index, ccc_ddof=judging.ccc_ddof), "signs": signs}


def _described(
    read: Predictions, index: SeverityIndex, judging: Judging, judged: Judged, metrics: Columns
) -> dict[str, pd.DataFrame]:
    chosen = best_learner(metrics, judging.primary)
    return description_tables(
        judged,
        index,
        chosen,
        read.models,
        least_skill=judging.least_skill,
        ccc_ddof=judging.ccc_ddof,
        draws=judging.draws,
        seed=judging.seed,
    )
