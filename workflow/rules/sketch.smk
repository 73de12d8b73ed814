# In place of call.smk, common.smk and stale.smk where only the rules are looked at and a run cannot be planned. No rule.
from pydantic import ValidationError

from pasi.config.sections import Config
from pasi.planning.sketch import Sketch

try:
    PLAN = Sketch(Config.model_validate(config))
except ValidationError as error:
    raise WorkflowError(str(error)) from None
SETTINGS = PLAN.settings


def visit_parts():
    """What stands for the new visits in parts."""
    return PLAN
