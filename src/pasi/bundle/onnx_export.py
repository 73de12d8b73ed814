"""A bundle's learner as an ONNX file, held to the bundle's own scores before it is kept."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import torch

from pasi.bundle.golden import golden_photos
from pasi.bundle.load import Bundle
from pasi.bundle.scoring_graph import ScoringGraph, composite_pixels
from pasi.errors import BundleError, MissingExtraError, UsageError
from pasi.storage.atomic import atomic_write

TOLERANCE = 1e-4  # points of a composite
LARGEST = 2_000_000_000  # bytes; a file of ONNX, which is a protocol buffer, holds 2 GiB
ROUNDS = 5
INPUT, OUTPUT = "pixels", "composites"


@dataclass(frozen=True)
class Exported:
    """What was written: its largest difference in points, and seconds for the composites of one visit by each."""

    difference: float
    composites: int
    seconds_onnx: float
    seconds_torch: float


def export_onnx(bundle: Bundle, out: Path) -> Exported:
    """Write the learner as `out`, from uint8 pixels (n, side, side, 3) to composites in points (n,), n being free.

    The golden visit is scored by onnxruntime, and the file is kept where every composite is within TOLERANCE of the
    bundle's own score. The file's metadata name the bundle's digest, the regions, their weights and the side. Raises
    MissingExtraError without the extra [onnx]; BundleError where scores differ; UsageError where the networks are too
    large for a file of ONNX; WriteError where the disk is full.
    """
    try:
        import onnx
        import onnxruntime
        import onnxscript  # noqa: F401  # torch.onnx needs it
    except ImportError as error:
        raise MissingExtraError("onnx", "to export a bundle", error) from error
    graph = ScoringGraph(bundle.scorer).eval()
    if (size := sum(tensor.nbytes for tensor in graph.state_dict().values())) > LARGEST:
        raise UsageError(
            f"{bundle.folder} holds {size / 1e9:.1f} GB of weights, and a file of ONNX has room for 2 GB: make a "
            "bundle of one network (bundle.learner)"
        )
    pixels, expected = golden_pixels(bundle)
    with atomic_write(out) as temporary:
        _write(graph, pixels, temporary)
        model = onnx.load(str(temporary))
        onnx.helper.set_model_props(model, _about(bundle, pixels.shape[1]))
        onnx.checker.check_model(model)
        onnx.save(model, str(temporary))
        session = onnxruntime.InferenceSession(str(temporary), providers=["CPUExecutionProvider"])

        def by_onnx() -> np.ndarray:
            return np.asarray(session.run([OUTPUT], {INPUT: pixels})[0])

        off = float(np.abs(by_onnx() - expected).max())
        if not off <= TOLERANCE:
            raise BundleError(f"onnxruntime scores the golden visit {off:.2g} points off, so no file was written")
    with torch.inference_mode():
        tensor = torch.from_numpy(pixels)
        return Exported(off, len(pixels), _seconds(by_onnx), _seconds(lambda: graph(tensor)))


def golden_pixels(bundle: Bundle) -> tuple[np.ndarray, np.ndarray]:
    """Pixels of the golden visit's composites (regions, side, side, 3), and the bundle's scores of them (regions,)."""
    scorer = bundle.scorer
    photos = golden_photos(bundle.folder, scorer)
    return composite_pixels(scorer, [photos]).numpy(), scorer.score([photos]).composites[0]


def _write(graph: ScoringGraph, pixels: np.ndarray, out: Path) -> None:
    """The module as a file; every length of a batch is free."""
    torch.onnx.export(
        graph,
        (torch.from_numpy(pixels[:2] if len(pixels) > 1 else np.repeat(pixels, 2, axis=0)),),
        str(out),
        input_names=[INPUT],
        output_names=[OUTPUT],
        dynamic_shapes=({0: torch.export.Dim("n", min=1, max=2**15)},),
        external_data=False,
        dynamo=True,
        verbose=False,
    )


def _about(bundle: Bundle, side: int) -> dict[str, str]:
    """What the file says of itself."""
    index: Any = bundle.index
    return {
        "bundle": bundle.digest,
        "learner": bundle.scorer.model.learner,
        "index": index.name,
        "regions": json.dumps({region.name: region.weight for region in index.regions}),
        "side": str(side),
        "use": "research software, not a medical device; pixels as pasi.imaging makes them",
    }


def _seconds(run: Callable[[], object]) -> float:
    """Median seconds of some rounds, after one that is not counted."""
    run()
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        run()
        times.append(perf_counter() - start)
    return median(times)
