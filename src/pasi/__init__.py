"""One-Step PASI: from clinical photos to a severity score, with 29 networks x 5 folds, stacked and judged.

The names of `__all__` are the public face; each is imported when it is first used, and everything else is private.
"""

from typing import Any

# Home of each public name, as text: an import statement here would put its module into the digest of every script.
_HOMES = {
    "Cohort": "cohort.records",
    "InputError": "errors",
    "PhotoError": "errors",
    "SeverityIndex": "severity.index",
    "UserError": "errors",
    "ccc": "evaluation.metrics",
    "ccc_interval": "evaluation.intervals",
    "decode_photo": "imaging.decode",
    "difference_interval": "evaluation.differences",
    "load_bundle": "bundle.load",
    "mae": "evaluation.metrics",
    "mae_interval": "evaluation.intervals",
    "mse": "evaluation.metrics",
    "pcc": "evaluation.metrics",
    "read_cohort": "cohort.reading",
    "read_settings": "config.settings",
    "response_table": "severity.response",
    "simulate_trial": "simulate.trial",
}
__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    """A public name, from its home (PEP 562)."""
    from importlib import import_module, metadata

    if name == "__version__":
        return metadata.version("one-step-pasi")
    if name not in _HOMES:
        raise AttributeError(f"module 'pasi' has no attribute {name!r}")
    return getattr(import_module(f"pasi.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """The public names."""
    return __all__
