"""CLAIM, 2024 update, all 44 items (Tejani et al., Radiology: AI 2024;6:e240300), in words of our own."""

from pasi.dossier import about_cohort as cohort
from pasi.dossier import about_evaluation as evaluation
from pasi.dossier import about_groups as groups
from pasi.dossier import about_model as model
from pasi.dossier import about_outcome as outcome
from pasi.dossier import about_results as results
from pasi.dossier import about_split as split
from pasi.dossier import about_study as study
from pasi.dossier import about_subjects as subjects
from pasi.dossier.about_study import person, person_of_patients
from pasi.dossier.checklist import Item

NAME = "CLAIM 2024"
SOURCE = "Tejani AS et al. CLAIM: 2024 update. Radiology: AI 2024;6(4):e240300. doi 10.1148/ryai.240300"

TITLE, INTRODUCTION, DESIGN, DATA = "Title and abstract", "Introduction", "Methods: design", "Methods: data"
STANDARD, PARTS, TEST = "Methods: reference standard", "Methods: data partitions", "Methods: testing data"
MODEL, TRAINING, EVALUATION = "Methods: model", "Methods: training", "Methods: evaluation"
RESULTS, PERFORMANCE, DISCUSSION, OTHER = "Results: data", "Results: performance", "Discussion", "Other information"

ITEMS = (
    Item("1", TITLE, "Named as a study of AI, with the kind of technology", study.title),
    Item("2", TITLE, "Summary of design, methods, results, conclusions", person("The abstract.")),
    Item("3", INTRODUCTION, "Background, intended use and role", study.purpose),
    Item("4", INTRODUCTION, "Aims and hypotheses", study.objectives),
    Item(
        "5", DESIGN, "Prospective or retrospective", person_of_patients("Whether data were collected for this study.")
    ),
    Item("6", DESIGN, "Goal of the study", study.objectives),
    Item("7", DATA, "Sources of the data", cohort.data_source),
    Item("8", DATA, "Inclusion and exclusion", cohort.eligibility),
    Item("9", DATA, "Preprocessing", model.preparation),
    Item("10", DATA, "Selection of subsets of the data", cohort.left_out),
    Item("11", DATA, "De-identification", cohort.identities),
    Item("12", DATA, "Missing data", cohort.missing_data),
    Item("13", DATA, "How images were taken", cohort.acquisition),
    Item("14", STANDARD, "Definition of the reference standard", outcome.outcome),
    Item("15", STANDARD, "Why this reference standard", person("Why these grades are the standard, and alternatives.")),
    Item("16", STANDARD, "Source of its annotations", outcome.graders),
    Item("17", STANDARD, "Annotation of the test set", person("Whether test subjects were graded as the others were.")),
    Item("18", STANDARD, "Variability between and within raters", outcome.rater_variability),
    Item("19", PARTS, "Assignment to partitions", split.partition),
    Item("20", PARTS, "Level at which partitions are disjoint", split.disjoint_level),
    Item("21", TEST, "Intended sample size", split.sample_size),
    Item("22", MODEL, "Description of the model", model.model_type),
    Item("23", MODEL, "Software and versions", model.software),
    Item("24", MODEL, "Initial values of the parameters", model.initialisation),
    Item("25", TRAINING, "Training", model.training),
    Item("26", TRAINING, "Selection of the final model", model.selection),
    Item("27", TRAINING, "Ensembling", model.ensembling),
    Item("28", EVALUATION, "Measures of performance", evaluation.measures),
    Item("29", EVALUATION, "Significance and uncertainty", evaluation.uncertainty),
    Item("30", EVALUATION, "Robustness or sensitivity analysis", evaluation.sensitivity),
    Item("31", EVALUATION, "Explainability", evaluation.no_explanations),
    Item("32", EVALUATION, "Evaluation on internal data", evaluation.internal_testing),
    Item("33", EVALUATION, "Testing on external data", evaluation.external_testing),
    Item("34", EVALUATION, "Registration of the trial", person_of_patients("Register and number, if it is a trial.")),
    Item("35", RESULTS, "Numbers included and excluded", cohort.flow),
    Item("36", RESULTS, "Characteristics of cases in each partition", subjects.parts_compared),
    Item("37", PERFORMANCE, "Performance and its uncertainty", results.performance),
    Item("38", PERFORMANCE, "Diagnostic performance and its precision", results.responses),
    Item("39", PERFORMANCE, "Analysis of failures", groups.failures),
    Item("40", DISCUSSION, "Limitations", results.limitations),
    Item("41", DISCUSSION, "Implications for practice, intended use", results.endpoints),
    Item("42", OTHER, "Full protocol or technical details", study.protocol),
    Item("43", OTHER, "Availability of software, model and data", model.availability),
    Item("44", OTHER, "Funding and the role of funders", person("Funding, and the role of the funders.")),
)
