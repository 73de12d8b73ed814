# Results that were made from something else than is planned now and that Snakemake would take for up to date. No rule.
# A digest of what each job was made from lies in <results>/records (src/pasi/planning/staleness.py).
from snakemake.settings.types import RerunTrigger

from pasi.planning import staleness
from pasi.planning.call_kind import only_looks, plans_results


def look_for_stale_results():
    """Make jobs run whose results are stale, and refuse results of which nothing is known."""
    settings = workflow.dag_settings
    compares_params = RerunTrigger.PARAMS in settings.rerun_triggers
    stale, unknown = staleness.find_stale(PLAN, STATE, compares_params=compares_params)
    if stale:
        # As Snakemake has incomplete outputs made again: these jobs run where a target needs them.
        outputs = (f"{SETTINGS.results}/{job.output}" for job in stale)
        workflow.dag.forcefiles.update(outputs)
        logger.warning(staleness.stale_text(stale))
    if not plans_results(ARGUMENTS) or settings.forceall:
        return
    if staleness.is_vouched(PLAN):
        if not only_looks(ARGUMENTS):
            staleness.record_vouched(PLAN, unknown)
    else:
        refuse(staleness.unknown_text(PLAN, unknown))


def looking_before_the_dag(prepare):
    """Snakemake's own step before it builds the DAG, and then the look at results: no hook of Snakemake comes then."""

    def prepare_and_look(*arguments, **options):
        prepare(*arguments, **options)
        look_for_stale_results()

    return prepare_and_look


if workflow.is_main_process:
    workflow._prepare_dag = looking_before_the_dag(workflow._prepare_dag)
