# How Snakemake was called: the config files and profiles that it was given. No rule.
import sys
from contextlib import redirect_stderr
from io import StringIO

from snakemake.cli import parse_args
from snakemake.profiles import ProfileConfigFileParser

from pasi.config.settings import read_settings
from pasi.planning import guards
from pasi.planning.call_options import options_given_twice
from pasi.planning.run_config import read_run_config


class Refused(WorkflowError):
    """A run that is refused for a reason that the user can correct: Snakemake prints the reason without a stack."""

    __traceback__ = None


def refuse(text):
    """Stop before the first job where there is a reason to."""
    if text:
        raise Refused(text)


def read_config():
    """The settings of this run, as `pasi check` reads them; a module of another workflow is handed its config."""
    if not workflow.modifier.is_main_snakefile():
        return read_settings(config)
    given, own = workflow.overwrite_configfiles, workflow.configfiles
    alone = workflow.config_settings.replace_workflow_config
    files = [*([] if alone else own[len(given) :]), *given]
    call = workflow.config_settings
    return read_run_config(files, call.config, config, entries=call.config_args or [])


def profiles():
    """Each profile that Snakemake has read, in its order (also profiles/default and SNAKEMAKE_PROFILE), with options."""
    try:
        with redirect_stderr(
            StringIO()
        ):  # it says which profiles it uses, as it has done before
            parser, _ = parse_args(sys.argv[1:])
    except (
        SystemExit
    ):  # Snakemake was called by another program, whose options these are
        return
    for file in parser._default_config_files:
        with open(file, encoding="utf-8") as stream:
            yield str(file), ProfileConfigFileParser().parse(stream)


if workflow.is_main_process:
    refuse(options_given_twice(sys.argv[1:], [*profiles()]))
