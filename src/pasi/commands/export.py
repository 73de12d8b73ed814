"""`pasi export`: a bundle's learner as an ONNX file."""

import argparse
from pathlib import Path

from pasi.commands.arguments import Commands
from pasi.commands.bundle_codes import with_codes
from pasi.commands.places import refuse_folder


def add_parser(commands: Commands) -> None:
    """Declare the sub-command and its options."""
    parser = commands.add_parser("export", help="write the learner of a bundle as an ONNX file (extra [onnx])")
    parser.add_argument("--model", type=Path, required=True, metavar="BUNDLE", help="folder of the bundle")
    parser.add_argument("--out", type=Path, required=True, metavar="ONNX", help="file to write")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the file; returns 0, BAD_BUNDLE or NO_RESOURCES, and raises what ends with 2."""
    return with_codes("export", options, _run)


def _run(options: argparse.Namespace) -> int:
    """Write the file, and say how far its scores are from the bundle's and what each takes here."""
    from pasi.bundle.load import load_bundle
    from pasi.bundle.onnx_export import INPUT, OUTPUT, export_onnx

    refuse_folder("--out", options.out)
    bundle = load_bundle(options.model, device="cpu")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    found = export_onnx(bundle, options.out)
    print(f"{options.out}: {bundle.scorer.model.learner} of the bundle {bundle.digest}")
    print(
        f"{INPUT} (n, side, side, 3) uint8 -> {OUTPUT} (n,) in points; from the composites, Equation 2 gives the index"
    )
    print(f"golden visit: at most {found.difference:.1g} points from the bundle's scores")
    print(
        f"{found.composites} composites here, once: onnxruntime {1000 * found.seconds_onnx:.0f} ms, "
        f"torch {1000 * found.seconds_torch:.0f} ms"
    )
    return 0
