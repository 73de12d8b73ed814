"""Whether maps of `pasi predict --explain` show plaques: on synthetic photos, of which every plaque is known.

`python benchmarks/explain.py BUNDLE` draws subjects that the bundle has not seen, and prints the share of a map's
positive effects inside plaques beside the share of area that plaques have: for occlusion and for smoothed gradients, by
the bundle's networks and by the same networks with random weights (Adebayo et al. 2018, Sanity checks for saliency
maps, NeurIPS). docs/scoring.md has the table. Seeds are fixed: the numbers repeat.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from time import process_time

import numpy as np
import torch
from captum.attr import InputXGradient, NoiseTunnel
from scipy.stats import spearmanr
from torch import Tensor, nn

from explain_trials import Case, draw_cases, with_random_weights
from pasi.bundle.load import load_bundle
from pasi.bundle.map_files import MapNote
from pasi.bundle.occlusion import PATCHES, occlude, strongest
from pasi.bundle.scoring_graph import ScoringGraph
from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import jackknife_interval

SAMPLES, NOISE = 16, 25.0  # of smoothed gradients; the deviation of the noise is a tenth of the range of a pixel
Row = tuple[str, ...]
Method = Callable[[nn.Module, Case], np.ndarray]
HEAD = (
    *("map", "regions", "in plaques", "area of plaques", "difference", "of the skin: in plaques", "area of plaques"),
    *("difference", "CPU s a region"),
)


def by_occlusion(graph: nn.Module, case: Case) -> np.ndarray:
    """The effects of `pasi predict --explain` (side, side)."""
    effects: np.ndarray = occlude(graph, case.pixels, case.hidden, torch.device("cpu"))[0]
    return effects


class FromHidden(nn.Module):
    """A graph as a function of the difference of a composite from the hidden one."""

    def __init__(self, graph: nn.Module, hidden: Tensor):
        super().__init__()
        self.graph, self.hidden = graph, hidden.float()

    def forward(self, difference: Tensor) -> Tensor:
        """Points (n,)."""
        points: Tensor = self.graph(self.hidden + difference)
        return points


def by_gradients(graph: nn.Module, case: Case) -> np.ndarray:
    """SmoothGrad (Smilkov et al. 2017, arXiv 1706.03825) times what hiding a pixel changes, averaged over patches."""
    torch.manual_seed(0)
    difference = case.pixels.float() - case.hidden.float()
    found = NoiseTunnel(InputXGradient(FromHidden(graph, case.hidden))).attribute(
        difference, nt_type="smoothgrad", nt_samples=SAMPLES, nt_samples_batch_size=SAMPLES, stdevs=NOISE
    )
    patch = difference.shape[1] // PATCHES // 2 * 2 + 1
    effects = nn.functional.avg_pool2d(found.detach().sum(dim=3), patch, 1, patch // 2)[0]
    own: np.ndarray = effects.double().numpy() * case.masks[2]
    return own


def shares(effects: np.ndarray, case: Case) -> np.ndarray:
    """1, then the shares of positive effects and of area in plaques, of photos and of their skin; or 0s."""
    plaques, skin, photo = case.masks
    mass = np.clip(effects, 0, None)
    if not (plaques.any() and mass[skin].sum() > 0):
        return np.zeros(5)
    own = [(mass[plaques].sum() / mass[where].sum(), plaques.sum() / where.sum()) for where in (photo, skin)]
    return np.array([1, *own[0], *own[1]])


def over_subjects(sums: np.ndarray, cases: Sequence[Case], of: Callable[[np.ndarray], np.ndarray]) -> Interval:
    """A statistic of sums over regions (n, k), with its interval over subjects."""
    codes = np.unique([case.subject for case in cases], return_inverse=True)[1]
    total = np.zeros((codes.max() + 1, sums.shape[1]))
    np.add.at(total, codes, sums)
    return jackknife_interval(total[total[:, 0] > 0], of)


def row(name: str, found: np.ndarray, cases: Sequence[Case], seconds: str = "") -> Row:
    """A line of the table. found: `shares` of the regions (n, 5)."""
    if not (count := found[:, 0].sum()):
        return (name, "0", *[""] * 7)
    mean = [f"{100 * value:.1f}%" for value in found.sum(axis=0)[1:] / count]
    less = [shown(over_subjects(found, cases, partial(_difference, one=place, other=place + 1))) for place in (1, 3)]
    return (name, f"{count:.0f}", *mean[:2], less[0], *mean[2:], less[1], seconds)


def _difference(sums: np.ndarray, one: int, other: int) -> np.ndarray:
    """The mean of one share less that of another, from sums over regions (..., k)."""
    found: np.ndarray = (sums[..., one] - sums[..., other]) / sums[..., 0]
    return found


def shown(interval: Interval) -> str:
    """A difference of shares in percentage points with its interval."""
    return f"{100 * interval.estimate:+.1f} ({100 * interval.low:+.1f} to {100 * interval.high:+.1f})"


def lines(folder: Path, subjects: int, seed: int) -> Iterator[Row]:
    """The table of both methods by trained and by random networks."""
    bundle = load_bundle(folder, device="cpu")
    cases = draw_cases(bundle, subjects, seed)
    pixels = torch.cat([case.pixels for case in cases])
    graphs = {"trained": ScoringGraph(bundle.scorer).eval(), "random": with_random_weights(bundle, pixels)}
    yield HEAD
    for name, method in (("occlusion", by_occlusion), ("smoothed gradients", by_gradients)):
        maps, found = {}, {}
        for which, graph in graphs.items():
            start = process_time()
            maps[which] = np.stack([method(graph, case) for case in cases])
            seconds = (process_time() - start) / len(cases)
            found[which] = np.array([shares(own, case) for own, case in zip(maps[which], cases, strict=True)])
            yield row(f"{name}, {which}", found[which], cases, f"{seconds:.1f}")
            if method is by_occlusion:
                yield from by_word(f"{name}, {which}", graph, maps[which], cases)
        yield against_random(name, cases, maps, found)


def by_word(name: str, graph: ScoringGraph, effects: np.ndarray, cases: Sequence[Case]) -> Iterator[Row]:
    """Maps that say something, and those that say nothing, as the page of review has it."""
    pixels, hidden = (torch.cat(own) for own in zip(*((case.pixels, case.hidden) for case in cases), strict=True))
    largest, spread = strongest(graph, pixels, hidden, effects)
    says = np.array(
        [MapNote("", "", abs(own), about).is_informative for own, about in zip(largest, spread, strict=True)]
    )
    clear = np.array([not case.masks[0].any() for case in cases])
    found = np.array([shares(own, case) for own, case in zip(effects, cases, strict=True)])
    for word, which in (("something", says), ("nothing", ~says)):
        label = f"{name}: says {word} ({which[clear].sum()} of {clear.sum()} clear regions)"
        yield row(label, found * which[:, None], cases)


def against_random(name: str, cases: Sequence[Case], maps: dict[str, np.ndarray], found: dict[str, np.ndarray]) -> Row:
    """Shares by trained networks less those by random ones, and the rank correlation of their maps."""
    one, other = found["trained"], found["random"]
    both = np.hstack([one, other]) * one[:, :1] * other[:, :1]
    less = [shown(over_subjects(both, cases, partial(_difference, one=place, other=place + 5))) for place in (1, 3)]
    pairs = zip(maps["trained"], maps["random"], [case.masks[2] for case in cases], strict=True)
    alike = np.nanmean([spearmanr(trained[photo], random[photo]).statistic for trained, random, photo in pairs])
    label = f"{name}, trained less random (rank correlation of the maps {alike:.2f})"
    return (label, f"{both[:, 0].sum():.0f}", "", "", less[0], "", "", less[1], "")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--subjects", type=int, default=8)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    for place, cells in enumerate(lines(options.bundle, options.subjects, options.seed)):
        print(f"| {' | '.join(cells)} |", flush=True)
        if not place:
            print("|" + "---|" * len(cells), flush=True)
