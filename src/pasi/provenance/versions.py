"""Versions of the software behind a run, as its report and its dossier name them."""

from importlib.metadata import version

PACKAGES = ("one-step-pasi", "snakemake", "torch", "torchvision", "scikit-learn")


def run_versions() -> dict[str, str]:
    """This package, Snakemake, and the libraries that shape numbers, by name."""
    return {name: version(name) for name in PACKAGES}
