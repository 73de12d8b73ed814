"""The `index` section of the config: a severity index as data."""

from typing import Annotated

from pydantic import Field

from pasi.config.keys import UNIT, Name, Section, Title, key


class SignSection(Section):
    """A sign."""

    name: Name = key("Name of the sign: a column of scores.csv")
    maximum: float = key("The highest grade", gt=0)
    step: float | None = key("Distance between two grades, `null` for a continuous sign", gt=0)


class AreaSection(Section):
    """Area score, by which the sum of the signs is multiplied (Equation 1); null: the index has none."""

    name: Name = key("Name of the area score: a column of scores.csv", default="area")
    maximum: float = key("The highest area score", default=6, gt=0)
    step: float | None = key("Distance between two area scores, `null` for a continuous one", default=1, gt=0)


class RegionSection(Section):
    """A region."""

    name: Name = key("Name of the region, as in the two tables")
    weight: float = key("Weight of the region in the index", gt=0)
    photos: int = key("The most photos that a visit has of the region", ge=1, le=64)


class BandSection(Section):
    """A class."""

    name: Title = key("Name of the class")
    up_to: float | None = key("The highest value of the class, `null` for the last", ge=0)


class IndexSection(Section):
    """The severity index (R2, R4, R24): Equations 1 and 2 as data."""

    name: Title = key("Name of the index, on every axis", default="PASI without head")
    unit: str = key("Unit of the index, on every axis", default="points", pattern=UNIT)
    signs: tuple[SignSection, ...] = key(
        "Graded signs of a region, which are summed",
        paper="erythema, induration, scaling; Equation 1: R4, R24",
        default=(
            SignSection(name="erythema", maximum=4, step=1),
            SignSection(name="induration", maximum=4, step=1),
            SignSection(name="desquamation", maximum=4, step=1),
        ),
        min_length=1,
    )
    area: AreaSection | None = key(
        "Area score, by which the sum of the signs is multiplied (Equation 1); `null`: the index has none",
        paper='"involvement (or BSA) score", the band 0 to 6: R5',
        default=AreaSection(),
    )
    regions: tuple[RegionSection, ...] = key(
        "Body regions in the order of the report",
        paper="no head; Equation 2: R2, R24",
        default=(
            RegionSection(name="upper", weight=0.2, photos=4),
            RegionSection(name="trunk", weight=0.3, photos=2),
            RegionSection(name="lower", weight=0.4, photos=2),
        ),
        min_length=1,
    )
    bands: tuple[BandSection, ...] = key(
        "Classes of severity in rising order; a class begins above the end of the one before it",
        paper='"clear, mild, and moderate-to-severe": R48',
        default=(
            BandSection(name="clear", up_to=0),
            BandSection(name="mild", up_to=10),
            BandSection(name="moderate to severe", up_to=None),
        ),
        min_length=1,
    )
    clear_below: float = key(
        "A score below this, observed or predicted, counts as clear; with 0 only 0 is clear",
        paper="R48",
        unit="units of the index",
        default=0.5,
        ge=0,
    )
    responses: tuple[Annotated[int, Field(ge=1, le=100)], ...] = key(
        "Improvements from baseline that count as a response; 75 stands for PASI75",
        paper='"percent change from baseline (i.e. PASI75)": R47',
        unit="%",
        default=(50, 75, 90, 100),
        unique=True,
    )
