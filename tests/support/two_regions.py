"""The PASI of trunk and limbs, and the same regions with one sign and no area."""

from dataclasses import replace

from pasi.severity.index import Label, Region, SeverityBand, SeverityIndex

INDEX = SeverityIndex(
    name="PASI without head",
    unit="points",
    signs=tuple(Label(name, 4, 1) for name in ("erythema", "induration", "desquamation")),
    area=Label("area", 6, 1),
    regions=(Region("upper", 0.2, 4), Region("trunk", 0.3, 2), Region("lower", 0.4, 2)),
    bands=(SeverityBand("clear", 0), SeverityBand("mild", 10), SeverityBand("moderate to severe", None)),
    clear_below=0.5,
    responses=(50, 75, 90, 100),
)
ONE_SIGN = replace(INDEX, signs=(Label("severity", 4, 1),), area=None)
