"""The sections of the config that say where the tables and photos are, and how photos become pictures for networks."""

from typing import Literal

from pasi.cohort.settings import ExtraPhotos
from pasi.config.keys import FILE, FOLDER, Section, Text, key
from pasi.imaging.settings import Augment, CompositeSettings, Fit, JitterUnit, Normalize, Rotation, TileSettings


class CohortSection(Section):
    """The two tables and the photos."""

    photos: Text = key(
        "Table of photos, with the columns subject, visit, region and photo",
        paper="60 subjects, 338 visits, 8 photos each: R1",
        default="data/trial/photos.csv",
        path=FILE,
    )
    scores: Text = key(
        "Table of scores, with the columns subject, visit, region, one for each sign, the area, and week, date and "
        "baseline where they are known",
        paper="regional labels by physicians: R1, R4",
        default="data/trial/scores.csv",
        path=FILE,
    )
    photos_root: Text | None = key(
        "Folder under which the paths of the photos lie; `null`: the folder of the table of photos",
        default=None,
        path=FOLDER,
    )
    visit_order: tuple[Text, ...] = key(
        "Names of all visits in the order of time, where the table of scores has neither weeks nor dates; names alone "
        "give no order",
        paper="courses over the visits: R47",
        default=(),
        unique=True,
    )
    baseline: Text | None = key(
        "Name of the visit from which improvement is measured; `null`: the visit that the column baseline marks, or "
        "else the last visit at week 0 or before",
        paper='"percent change from baseline": R47',
        default=None,
    )


class TilesSection(Section):
    """How a photo becomes a tile."""

    size: int = key(
        "Side of a tile", paper="4928x3264 to 128x128: R6", unit="pixels", default=TileSettings.size, ge=16, le=1024
    )
    fit: Fit = key(
        "How a photo fits into the square: whole on black, stretched, or its central square",
        paper='"maintained original ratios": R6',
        default=TileSettings.fit,
    )
    extra_photos: ExtraPhotos = key(
        "Where a region has more photos than the index says: refuse them, or use those whose paths come first",
        paper='"variable number of images": R8',
        default="error",
    )
    unusable: Literal["refuse", "leave_out"] = key(
        "Where a photo cannot be used: refuse the run, or leave the photo out and name it; a region without another "
        "photo is left out too",
        default="refuse",
    )
    shards: int = key(
        "Number of files over which the tiles are spread, by subject; if a photo changes, its file alone is made again",
        default=32,
        ge=1,
        le=32,
    )


class CompositesSection(Section):
    """How the tiles of a region become one picture."""

    augment: Augment = key(
        "Composites for training are augmented anew in every epoch, once for all epochs, or not at all",
        paper="described under pre-processing: R12",
        default=CompositeSettings.augment,
    )
    rotation: Rotation = key(
        "Each tile is turned by a multiple of 90 degrees, by any angle, or not at all",
        paper='"randomly rotated": R9',
        default=CompositeSettings.rotation,
    )
    shuffle: bool = key(
        "The tiles of a composite change places at random",
        paper='"positions within the grid were shuffled": R10',
        default=CompositeSettings.shuffle,
    )
    brightness: float = key(
        "Brightness is multiplied by a factor between 1 minus and 1 plus this",
        paper='"randomized brightness", no figure: R11',
        default=CompositeSettings.brightness,
        ge=0,
        le=1,
    )
    contrast: float = key(
        "Contrast is multiplied by a factor between 1 minus and 1 plus this",
        paper='"and contrast adjustments", no figure: R11',
        default=CompositeSettings.contrast,
        ge=0,
        le=1,
    )
    jitter_unit: JitterUnit = key(
        "Brightness and contrast have factors of their own for each tile, or one for the whole composite",
        paper='"images": R11',
        default=CompositeSettings.jitter_unit,
    )
    normalize: Normalize = key(
        "Pixels are standardised by the mean and standard deviation of ImageNet, or not",
        paper="not stated: R14",
        default=CompositeSettings.normalize,
    )
