"""Files that an operating system or a disk station leaves among photos: no photos, whatever their names end in."""

import re

# Folders and files of macOS, Windows, Synology and QNAP. Names that begin with a full stop are hidden.
SYSTEM = (
    r"thumbs\.db|ehthumbs(?:_vista)?\.db|desktop\.ini|icon\r|__macosx|@eadir|@recycle|#recycle|#snapshot"
    r"|\$recycle\.bin|system volume information|lost\+found"
)
COMPANION = re.compile(rf"(?:^|/)(?:\._[^/]*$|\.ds_store$|(?:{SYSTEM})(?:/|$))", re.IGNORECASE)
PASSED_OVER = re.compile(rf"(?:^|/)(?:\.|(?:{SYSTEM})(?:/|$))", re.IGNORECASE)


def is_passed_over(path: str) -> bool:
    """Whether a file under a folder of photos is hidden or the system's, or lies in a folder that is."""
    return PASSED_OVER.search(path) is not None


def is_system_file(path: str) -> bool:
    """Whether a path names a file that a system makes, such as ._trunk.jpg; other hidden files may be photos."""
    return COMPANION.search(path) is not None
