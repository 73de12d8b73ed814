"""TRIPOD+AI 2024, all 27 items with their parts (Collins et al., BMJ 2024;385:e078378), in words of our own."""

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

NAME = "TRIPOD+AI"
SOURCE = "Collins GS et al. TRIPOD+AI statement. BMJ 2024;385:e078378. doi 10.1136/bmj-2023-078378"

TITLE, INTRODUCTION, METHODS, OPEN = "Title and abstract", "Introduction", "Methods", "Open science"
INVOLVEMENT, RESULTS, DISCUSSION = "Patient and public involvement", "Results", "Discussion"

ITEMS = (
    Item("1", TITLE, "Title: development or evaluation, target population, outcome", study.title),
    Item("2", TITLE, "Abstract, by the checklist for abstracts", person("The abstract.")),
    Item("3a", INTRODUCTION, "Medical context, rationale, existing models", person("Context and existing models.")),
    Item("3b", INTRODUCTION, "Target population, purpose in the care pathway, users", study.purpose),
    Item("3c", INTRODUCTION, "Known health inequalities between groups", person("Known inequalities in this disease.")),
    Item("4", INTRODUCTION, "Objectives; development, evaluation or both", study.objectives),
    Item("5a", METHODS, "Sources of the data, why they were used, whom they represent", cohort.data_source),
    Item("5b", METHODS, "Dates of the data", cohort.dates),
    Item("6a", METHODS, "Setting, number and location of centres", cohort.setting),
    Item("6b", METHODS, "Eligibility criteria", cohort.eligibility),
    Item("6c", METHODS, "Treatments, and how they were handled", cohort.treatments),
    Item("7", METHODS, "Preparation and quality checks of the data, alike in all groups?", model.preparation),
    Item("8a", METHODS, "Outcome, time horizon, how and when it was assessed", outcome.outcome),
    Item("8b", METHODS, "Who assessed a subjective outcome", outcome.graders),
    Item("8c", METHODS, "Blinding of the outcome's assessment", person_of_patients("Whether graders were blinded.")),
    Item("9a", METHODS, "Choice of the predictors before the model was built", model.predictors),
    Item("9b", METHODS, "Definition of the predictors, how and when they were measured", cohort.acquisition),
    Item("9c", METHODS, "Who assessed subjective predictors", person("Who chose or cut photos, if anyone did.")),
    Item("10", METHODS, "Sample size and its justification", split.sample_size),
    Item("11", METHODS, "Handling of missing data, reasons for leaving data out", cohort.missing_data),
    Item("12a", METHODS, "How data were used and partitioned", split.partition),
    Item("12b", METHODS, "Handling of predictors: form, scale, transformation", model.handling),
    Item("12c", METHODS, "Type of model, all steps of building it, tuning, internal validation", model.training),
    Item("12d", METHODS, "Heterogeneity between clusters, such as sites", groups.clusters),
    Item("12e", METHODS, "Measures and plots of performance, comparison of models", evaluation.measures),
    Item("12f", METHODS, "Updating of the model after evaluation", evaluation.no_updating),
    Item("12g", METHODS, "How predictions were calculated for evaluation", evaluation.how_predicted),
    Item("13", METHODS, "Methods against class imbalance", outcome.no_class_balance),
    Item("14", METHODS, "Approaches to fairness, and why", groups.fairness),
    Item("15", METHODS, "Output of the model, classes and thresholds", outcome.output),
    Item("16", METHODS, "Differences between development and evaluation data", subjects.parts_compared),
    Item("17", METHODS, "Ethical approval and consent", person_of_patients("Committee and consent, or waiver.")),
    Item("18a", OPEN, "Funding and the role of funders", person("Funding, and the role of the funders.")),
    Item("18b", OPEN, "Conflicts of interest", person("Conflicts of interest of all authors.")),
    Item("18c", OPEN, "Protocol", study.protocol),
    Item("18d", OPEN, "Registration", person("Register and number, or that the study was not registered.")),
    Item("18e", OPEN, "Availability of the data", person("Whether and where the data can be had.")),
    Item("18f", OPEN, "Availability of the code", study.code_sharing),
    Item("19", INVOLVEMENT, "Involvement of patients and the public", person("Involvement, or that there was none.")),
    Item("20a", RESULTS, "Flow of participants", cohort.flow),
    Item("20b", RESULTS, "Characteristics of participants, differences between groups", subjects.characteristics),
    Item("20c", RESULTS, "Evaluation data compared with development data", subjects.parts_compared),
    Item("21", RESULTS, "Participants and outcomes in each analysis", evaluation.internal_testing),
    Item("22", RESULTS, "The full model, or access to it, and restrictions", model.specification),
    Item("23a", RESULTS, "Performance with confidence intervals, and of key groups", results.performance_and_groups),
    Item("23b", RESULTS, "Heterogeneity of performance between clusters", groups.clusters),
    Item("24", RESULTS, "Results of updating", evaluation.no_updating),
    Item("25", DISCUSSION, "Interpretation, with fairness and earlier studies", results.interpretation),
    Item("26", DISCUSSION, "Limitations", results.limitations),
    Item("27a", DISCUSSION, "Poor or missing input when the model is used", study.poor_input),
    Item("27b", DISCUSSION, "What users must do, and the expertise they need", study.users),
    Item(
        "27c", DISCUSSION, "Next steps, applicability, generalisability", person("Next steps, and to whom it applies.")
    ),
)
