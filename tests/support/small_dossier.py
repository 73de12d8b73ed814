"""A finished run as the dossier reads it, made from the content of a small report."""

import hashlib
from dataclasses import replace

import numpy as np

from pasi.dossier.evidence import TABLES, Run
from pasi.report.content import ReportContent
from pasi.report.summary import summary_of
from small_report import columns, make_content

NOBODY = dict.fromkeys(
    ("study", "evaluator", "organisation", "question", "context_of_use", "influence", "consequence", "licence")
)


def make_run(content: ReportContent | None = None) -> Run:
    """The run of a content, by default that of `make_content`: resnet34 is the chosen learner, 7 subjects."""
    content = content or make_content()
    visits = content.visits
    tables = {name: getattr(content, name) for name in TABLES if name not in ("learners", "scores", "photos")}
    order = np.array([float(visit == "V1") for visit in content.scores["visit"]])
    tables |= {"scores": content.scores | {"visit_order": order}, "photos": _photos(content.photos)}
    folds = dict(zip(content.split["subject"], content.split["fold"], strict=True))
    rows = [
        {name: visits[name][place] for name in ("learner", "kind", "part", "repeat", "subject", "visit")}
        | {"fold": folds[visits["subject"][place]], "region": region}
        | {name: visits[name][place] for name in ("observed", "predicted")}
        for place in range(len(visits["subject"]))
        for region in ("upper", "lower")
    ]
    composites = {"normalize": "imagenet", "augment": "per_epoch", "brightness": 0.2}
    config = content.config | {"composites": composites}
    tables |= {"learners": columns(rows)}
    return Run(config, summary_of(content), tables, content.opening, content.models, NOBODY)


def _photos(photos: dict) -> dict:
    """The tiles' table: photos have real digests, and lie in one shard."""
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in photos["sha256"]]
    count = len(digests)
    own = {"sha256": np.array(digests, object), "shard": np.zeros(count, int), "row": np.arange(count)}
    return photos | own | {"width": np.full(count, 400), "height": np.arange(count) + 380}


def with_key(run: Run, key: str, value: object) -> Run:
    """The run with another value of the config, such as "report.least_ccc"."""
    section, _, name = key.partition(".")
    return replace(run, config=run.config | {section: {**run.config[section], name: value}})


def with_summary(run: Run, **values: object) -> Run:
    """The run with other values in its report's summary."""
    return replace(run, summary=dict(run.summary) | values)


def with_condition(run: Run, name: str, *, holds: bool, text: str) -> Run:
    """The run with one condition of the light changed."""
    own = {"name": name, "otherwise": "Do not use", "holds": holds, "text": text}
    others = [one for one in run.summary["conditions"] if one["name"] != name]
    return with_summary(run, conditions=[own, *others])


def with_table(run: Run, name: str, **cells: object) -> Run:
    """The run with other columns in one table."""
    return replace(run, tables=dict(run.tables) | {name: dict(run.tables[name]) | cells})


def without_rows(run: Run, table: str, **wanted: object) -> Run:
    """The run without the rows of a table whose cells equal all of `wanted`; `kept` stay."""
    own = run.tables[table]
    size = len(next(iter(own.values())))
    out = np.ones(size, bool)
    for name, value in wanted.items():
        out &= np.asarray(own[name]) == value
    return with_table(run, table, **{name: np.asarray(cells)[~out] for name, cells in own.items()})


def with_person(run: Run, **written: str) -> Run:
    """The run with keys of the section `dossier` filled in."""
    return replace(run, person=dict(run.person) | written)
