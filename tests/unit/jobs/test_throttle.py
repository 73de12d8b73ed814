"""How often checkpoints are saved."""

from pasi.jobs.throttle import Throttle


def test_saving_takes_three_percent_of_the_time_at_most():
    now = iter([0.0, 30.0, 60.0, 60.0, 63.0, 123.0, 163.0]).__next__
    throttle = Throttle(60, now)
    assert not throttle.due  # at 30
    assert throttle.due  # at 60
    with throttle.measured():  # 60 to 63: 3 s, so 100 s in between
        pass
    assert not throttle.due  # at 123
    assert throttle.due  # at 163
