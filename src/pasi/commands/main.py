"""The entry point of `pasi`: parses the command line, runs a sub-command and prints its errors."""

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from pasi.commands import (
    adopt,
    audit,
    check,
    compare,
    doctor,
    export,
    predict,
    results,
    review,
    simulate,
    status,
    table,
)
from pasi.errors import InputError, UserError

# A sub-command imports what it needs when it runs, so that `pasi --help` answers at once.
COMMANDS = (simulate, check, table, status, results, doctor, adopt, compare, audit, predict, export, review)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a sub-command; returns what it returns (0 for nothing), or 2 where the user must correct something.

    The reasons of a 2 go to stderr; with --debug such an error is raised as it is. Files are made readable to their
    owner alone (F32).
    """
    options = build_parser().parse_args(arguments)
    os.umask(0o077)
    _escape_unprintable_letters()
    try:
        code = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has closed its end, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (UserError, OSError) as error:  # what a user can correct; anything else is a bug of ours
        if options.debug:
            raise
        print(error if isinstance(error, InputError) else f"pasi {options.command}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        advice = "; give the same command again to go on" if options.command in ("simulate", "predict") else ""
        print(f"\nstopped{advice}", file=sys.stderr)
        return 130
    return int(code or 0)


def _escape_unprintable_letters() -> None:
    """Let a letter that the terminal's encoding lacks be printed as an escape, and not end the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def build_parser() -> argparse.ArgumentParser:
    """The command line of `pasi`."""
    parser = argparse.ArgumentParser(prog="pasi", description="From clinical photos to a severity score.")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_parser(commands)
    return parser
