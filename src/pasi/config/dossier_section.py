"""The `dossier` section of the config: what only a person knows of a run, for its dossier."""

from typing import Literal

from pasi.config.keys import Section, Text, key

Degree = Literal["low", "medium", "high"]
HINT = "`null`: the dossier says that a person must write it"


class DossierSection(Section):
    """What `snakemake dossier` says of the study, beside what the run shows (docs/dossier.md). It shapes no result."""

    study: Text | None = key(
        "Identifier of the study, STUDYID of the CDISC-style tables; `null`: they say NOT STATED", default=None
    )
    evaluator: Text | None = key(
        "Who gave the grades, RSEVAL of the CDISC-style tables, such as INVESTIGATOR; `null`: they say GRADER",
        default=None,
    )
    organisation: Text | None = key(
        "Who made the run, the author of ro-crate-metadata.json; `null`: none is named", default=None
    )
    question: Text | None = key(f"The question that the scores are to answer; {HINT}", default=None)
    context_of_use: Text | None = key(f"Role and scope of the scores, and who uses them; {HINT}", default=None)
    influence: Degree | None = key(
        f"How much the decision rests on the scores, beside other evidence; {HINT}", default=None
    )
    consequence: Degree | None = key(f"How grave a wrong decision would be; {HINT}", default=None)
    licence: Text | None = key("Licence of the results, for ro-crate-metadata.json; `null`: not stated", default=None)
