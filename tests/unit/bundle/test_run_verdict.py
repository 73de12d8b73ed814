"""A bundle says of its learner what the report of its run said."""

from pasi.bundle.run_verdict import RunVerdict

CONDITIONS = [
    {"otherwise": "Use with care", "holds": False, "text": "few subjects"},
    {"otherwise": "Do not use", "holds": True, "text": "no leakage"},
    {"otherwise": "Do not use", "holds": False, "text": "not better"},
    {"otherwise": "Use with care", "holds": None, "text": "not asked"},
]


def test_it_is_the_light_with_what_does_not_hold_the_gravest_first():
    found = RunVerdict.from_summary({"learner": "mean", "light": "Do not use", "conditions": CONDITIONS})
    assert found == RunVerdict("mean", "Do not use", ("not better", "few subjects"))
    assert RunVerdict.from_json(found.to_json()) == found


def test_another_learner_is_not_judged():
    found = RunVerdict("mean", "Use", ())
    assert found.of("mean") == "The report of its run says: use."
    assert "no report has judged vgg11" in found.of("vgg11")
