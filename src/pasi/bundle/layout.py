"""The files of a bundle, by their names in its folder."""

MANIFEST = "manifest.json"  # every other file with its SHA-256; what the bundle was made from
CARD = "MODEL_CARD.md"
INDEX = "index.json"  # the severity index
MODEL = "model.json"  # networks, and the coefficients that combine them
PREPROCESS = "preprocess.json"  # from photos to composites
CONFORMAL = "conformal.json"  # out-of-fold residuals of the training subjects
CHECKS = "checks.json"  # what photos of the training are like
NETWORKS = "networks"  # a folder of weights
GOLDEN = "golden"  # a folder: a synthetic visit, its photos and what they must give
GOLDEN_TABLE = f"{GOLDEN}/photos.csv"
EXPECTED = f"{GOLDEN}/expected.json"

FORMAT = 3  # raise it when a bundle of before can no longer be read
KINDS = frozenset({".json", ".safetensors", ".md", ".jpg", ".csv"})  # none of these files runs anything when read


def weights_file(backbone: str, fold: int, repeat: int) -> str:
    """The place of a network's weights.

    >>> weights_file("vgg11", 2, 0), weights_file("vgg11", 2, 1)
    ('networks/vgg11-fold2.safetensors', 'networks/vgg11-fold2-repeat1.safetensors')
    """
    return f"{NETWORKS}/{backbone}-fold{fold}{f'-repeat{repeat}' if repeat else ''}.safetensors"
