"""Exit codes of the commands that open a bundle."""

import argparse
import sys
from collections.abc import Callable

from pasi.errors import BundleError, DeviceError, FullMemoryError, RunningError, UserError, WriteError

REFUSED, BAD_BUNDLE, NO_RESOURCES = 3, 4, 5  # 2, for an input that cannot be used, is that of every command
RESOURCES = (DeviceError, FullMemoryError, RunningError, WriteError, MemoryError)


def with_codes(command: str, options: argparse.Namespace, act: Callable[[argparse.Namespace], int]) -> int:
    """What `act` returns, BAD_BUNDLE or NO_RESOURCES with the reason on stderr; what ends with 2 is raised."""
    try:
        return act(options)
    except (BundleError, *RESOURCES) as error:
        if options.debug:
            raise
        text = error if isinstance(error, UserError) else "the memory of this machine is full: end other programs"
        print(f"pasi {command}: {text}", file=sys.stderr)
        return BAD_BUNDLE if isinstance(error, BundleError) else NO_RESOURCES
