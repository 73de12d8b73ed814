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
from pasi.bundle.occlusion import PATCHES, occlude
from pasi.bundle.scoring_graph import ScoringGraph
from pasi.evaluation.intervals import Interval
from pasi.evaluation.jackknife import jackknife_interval

SAMPLES, NOISE = 16, 25.0  # of smoothed gradients; the deviation of the noise is a tenth of the range of a pixel
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


def row(name: str, found: np.ndarray, cases: Sequence[Case], seconds: float) -> tuple[str, ...]:
    """A line of the table. found: `shares` of the regions (n, 5)."""
    mean = [f"{100 * value:.1f}%" for value in found.sum(axis=0)[1:] / found[:, 0].sum()]
    less = [shown(over_subjects(found, cases, partial(_difference, one=place, other=place + 1))) for place in (1, 3)]
    return (name, f"{found[:, 0].sum():.0f}", *mean[:2], less[0], *mean[2:], less[1], f"{seconds:.1f}")


def _difference(sums: np.ndarray, one: int, other: int) -> np.ndarray:
    """The mean of one share less that of another, from sums over regions (..., k)."""
    found: np.ndarray = (sums[..., one] - sums[..., other]) / sums[..., 0]
    return found


def shown(interval: Interval) -> str:
    """A difference of shares in percentage points with its interval."""
    return f"{100 * interval.estimate:+.1f} ({100 * interval.low:+.1f} to {100 * interval.high:+.1f})"


def lines(folder: Path, subjects: int, seed: int) -> Iterator[tuple[str, ...]]:
    """The table of both methods by trained and by random networks."""
    bundle = load_bundle(folder, device="cpu")
    cases = draw_cases(bundle, subjects, seed)
    trained, random = (
        ScoringGraph(bundle.scorer).eval(),
        with_random_weights(bundle, torch.cat([c.pixels for c in cases])),
    )
    yield HEAD
    for name, method in (("occlusion", by_occlusion), ("smoothed gradients", by_gradients)):
        maps, found = {}, {}
        for which, graph in (("trained", trained), ("random", random)):
            start = process_time()
            maps[which] = [method(graph, case) for case in cases]
            seconds = (process_time() - start) / len(cases)
            found[which] = np.array([shares(own, case) for own, case in zip(maps[which], cases, strict=True)])
            yield row(f"{name}, {which}", found[which], cases, seconds)
        yield from notes(name, cases, maps, found)


def notes(
    name: str, cases: Sequence[Case], maps: dict[str, list[np.ndarray]], found: dict[str, np.ndarray]
) -> Iterator[tuple[str, ...]]:
    """Trained networks against random ones, and maps that say something against those that say nothing."""
    both = np.hstack([found["trained"], found["random"]]) * found["trained"][:, :1] * found["random"][:, :1]
    photo = over_subjects(both, cases, partial(_difference, one=1, other=6))
    skin = over_subjects(both, cases, partial(_difference, one=3, other=8))
    yield (f"{name}, trained less random", f"{both[:, 0].sum():.0f}", "", "", shown(photo), "", "", shown(skin), "")
    alike = [
        float(spearmanr(one[case.masks[2]], other[case.masks[2]]).statistic)
        for one, other, case in zip(maps["trained"], maps["random"], cases, strict=True)
    ]
    yield (f"{name}, rank correlation of trained and random: {np.nanmean(alike):.2f}", *[""] * 8)
    if name == "occlusion":
        says = np.array([np.abs(own).max() > case.spread for own, case in zip(maps["trained"], cases, strict=True)])
        clear = np.array([not case.masks[0].any() for case in cases])
        for word, which in (("says something", says), ("says nothing", ~says)):
            yield row(f"{name}, trained, {word}", found["trained"] * which[:, None], cases, 0.0)
        yield (f"{name}: {says[clear].sum()} of {clear.sum()} clear regions say something", *[""] * 8)


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
