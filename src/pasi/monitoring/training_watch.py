"""A line on the terminal for each training that ends while a run is at work, here or on a cluster."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from pasi.config.settings import Settings
from pasi.errors import UserError
from pasi.monitoring.run_state import Status, Training, read_status
from pasi.monitoring.run_text import end_of_trainings, span
from pasi.run_folder import RunFolder, TrainingPlace
from pasi.storage.tables import read_table
from pasi.wording import folds_by_network

SECONDS = 10.0  # between two looks at the files


class TrainingWatch(Thread):
    """Looks at the files of a run, and tells of each training that has ended since it was started.

    tell: takes a line. The thread ends with the process; `look` once more tells of what ended since the last look.
    """

    def __init__(self, settings: Settings, tell: Callable[[str], None]):
        super().__init__(name="training watch", daemon=True)
        self.settings, self.tell = settings, tell
        self.told: set[TrainingPlace] = set()

    def start(self) -> None:
        """Begin; what has ended before is not told."""
        self.told = {one.place for one in read_status(self.settings).trainings if one.state == "done"}
        super().start()

    def run(self) -> None:
        """Look for as long as the run lasts."""
        while True:
            time.sleep(SECONDS)
            self.look()

    def look(self) -> None:
        """Tell of what has ended. A file that cannot be read for a moment is told of at the next look."""
        try:
            now = time.time()
            status = read_status(self.settings, now)
            for one in status.trainings:
                if one.state == "done" and one.place not in self.told:
                    self.tell(ended_line(one, status, now, epochs_of(one, status)))
                    self.told.add(one.place)
        except (OSError, UserError):
            return


def epochs_of(one: Training, status: Status) -> int:
    """How many epochs a training took, over all its attempts."""
    return len(read_table(RunFolder(Path(status.results)).history(*one.place), ["epoch"])["epoch"])


def ended_line(one: Training, status: Status, now: float, epochs: int) -> str:
    """What a training came to, and when the last one is expected to end.

    Skill is how far the error lies below that of the mean of each region (docs/training.md).
    """
    took = f"{epochs} epochs" + (f" in {span(one.seconds)}" if one.seconds else "")
    skill = "skill unknown" if one.skill is None else f"skill {one.skill:.2f}"
    learned = f"DID NOT LEARN ({skill})" if one in status.unlearned else skill
    count = f"[{status.count('done')} of {len(status.trainings)} trainings]"
    end = f"; the last one ends about {end_of_trainings(status.left, now)}" if status.left else ""
    return f"{count} {folds_by_network([one.place])}: {took}, {learned}{end}"
