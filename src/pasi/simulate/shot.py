"""What one photo shows, and the random streams that it shares with other photos of its visit, subject or place."""

from dataclasses import dataclass

import numpy as np

from pasi.simulate.draws import draws

PORTRAIT = {"upper": 0.25, "trunk": 0.65, "lower": 0.8}  # share of photos in portrait format


@dataclass(frozen=True)
class Lesions:
    """The severity drawn in one photo: signs as continuous grades 0 to 4, and plaques on `percent` of the visible skin.

    `stain` is the largest percentage that was covered up to this visit; healed plaques leave a mark there.
    """

    erythema: float
    induration: float
    desquamation: float
    percent: float
    stain: float


@dataclass(frozen=True)
class Shot:
    """Everything that a photo depends on, apart from its size. `slot` numbers the photos of a region from 0."""

    seed: int
    subject: int
    skin_type: str
    male: bool
    visit: int
    region: str
    slot: int
    lesions: Lesions

    @property
    def portrait(self) -> bool:
        """Whether the camera was held upright."""
        return bool(self.own("hold").random() < PORTRAIT[self.region])

    def of_subject(self, name: str) -> np.random.Generator:
        """A random stream that all photos of the subject share."""
        return draws(self.seed, name, self.subject)

    def of_region(self, name: str) -> np.random.Generator:
        """A random stream that all photos of the subject's region share."""
        return draws(self.seed, name, self.subject, self.region)

    def of_place(self, name: str) -> np.random.Generator:
        """A random stream that the photos of this slot of the region share over all visits."""
        return draws(self.seed, name, self.subject, self.region, self.slot)

    def of_visit(self, name: str) -> np.random.Generator:
        """A random stream that all photos of the visit share."""
        return draws(self.seed, name, self.subject, self.visit)

    def own(self, name: str) -> np.random.Generator:
        """A random stream of this photo alone."""
        return draws(self.seed, name, self.subject, self.visit, self.region, self.slot)
