"""The terminal of a run: a line for each job that begins. Details are in the log that Snakemake names at the end."""

import logging
from collections.abc import Mapping
from typing import Any

from snakemake.logging import DefaultFilter, DefaultFormatter
from snakemake_interface_logger_plugins.common import LogEvent

TERMINAL = "DefaultStreamHandler"  # Snakemake's own; a logger plugin in its place is left as it is
NEEDLESS = ("Select jobs to execute", "Execute ")  # what the scheduler says before jobs begin


class JobLines(logging.Formatter):
    """Formats as Snakemake does, but for a job that begins, which gets one line."""

    def __init__(self, usual: logging.Formatter):
        super().__init__()
        self.usual = usual

    def format(self, record: logging.LogRecord) -> str:
        """The text of a record."""
        if getattr(record, "event", None) == LogEvent.JOB_INFO:
            return begin_line(vars(record))
        return self.usual.format(record)


def shorten(logger: logging.Logger) -> None:
    """Shorten what the terminal gets, unless the user asks for more or less: --verbose, -p, --quiet, a dry run.

    Errors of jobs, with the ends of their logs, stay as Snakemake writes them; with its own --quiet they would be lost.
    """
    for handler in logger.handlers:
        usual = handler.formatter
        if handler.name == TERMINAL and isinstance(usual, DefaultFormatter) and not _is_asked(handler):
            handler.setFormatter(JobLines(usual))
            handler.addFilter(is_needed)


def _is_asked(handler: logging.Handler) -> bool:
    given = [one for one in handler.filters if isinstance(one, DefaultFilter)]
    return any(one.quiet or one.verbose or one.dryrun or one.printshellcmds for one in given)


def is_needed(record: logging.LogRecord) -> bool:
    """Whether a record says more than that of the job's beginning and the count of steps do."""
    if getattr(record, "event", None) == LogEvent.JOB_FINISHED:
        return False
    return not str(record.msg).startswith(NEEDLESS)


def begin_line(job: Mapping[str, Any]) -> str:
    """What a job is and where its log lies.

    >>> begin_line({"rule_name": "train_fold", "wildcards": {"fold": 2, "repeat": ""}, "log": ["logs/fold2.log"]})
    'train_fold, fold 2 begins; its log: logs/fold2.log'
    """
    named = [f"{name} {value}" for name, value in dict(job["wildcards"] or {}).items() if str(value)]
    log = f"; its log: {', '.join(map(str, job['log']))}" if job["log"] else ""
    return f"{', '.join([job['rule_name'], *named])} begins{log}"
