"""What new visits have in place of the keys of a config, which the messages about tables name."""

from dataclasses import dataclass, replace

from pasi.errors import Problem


@dataclass(frozen=True)
class SettingNames:
    """How a caller gives the table, the folder of its photos, the order of visits and the baseline."""

    table: str
    photos_root: str
    visit_order: str
    baseline: str

    def in_problem(self, problem: Problem) -> Problem:
        """The problem with these names for the keys of a config, and without keys that a bundle fixes."""
        expected, fix = self._in_text(problem.expected), self._in_text(problem.fix)
        return replace(problem, found=self._in_text(problem.found), expected=expected, fix=fix)

    def _in_text(self, text: str) -> str:
        for key, own in (
            ("set cohort.baseline: null", f"leave out {self.baseline}"),
            ("cohort.baseline", self.baseline),
            ("cohort.visit_order", self.visit_order),
            ("cohort.photos_root", self.photos_root),
            (", or set tiles.extra_photos: first", ""),
            (", or add it to index.regions", ""),
            ("as in index.regions", "as the bundle has it"),
            ("(index.regions)", "(index of the bundle)"),
        ):
            text = text.replace(key, own)
        return text


ARGUMENTS = SettingNames("the table", "photos_root", "visit_order", "baseline")  # of `Bundle.predict`
OPTIONS = SettingNames(
    "--photos", "--photos-root", "--visit-order", "--baseline"
)  # of `pasi predict` and `pasi review`
# of `snakemake score`
SECTION = SettingNames("scoring.photos", "scoring.photos_root", "scoring.visit_order", "scoring.baseline")
