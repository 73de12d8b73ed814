"""On how many photos of folders a face is found: python benchmarks/faces.py FOLDER ...

Where no photo shows a face, that is the rate of false alarms. It takes about 0.1 s a photo.
"""

import sys
from pathlib import Path
from time import perf_counter

from pasi.bundle.face_detector import FaceDetector, require_opencv
from pasi.errors import PhotoError
from pasi.imaging.photo_files import read_photo

SUFFIXES = (".jpg", ".jpeg", ".png")


def row(folder: Path, detector: FaceDetector) -> str:
    """A row of the table for the photos below a folder."""
    found = unopened = 0
    start = perf_counter()
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    for path in paths:
        try:
            found += detector.has_face(read_photo(path))
        except PhotoError:
            unopened += 1
    looked = len(paths) - unopened
    milliseconds = 1000 * (perf_counter() - start) / max(1, len(paths))
    share = f"{found / looked:.1%}" if looked else "-"
    return f"| {folder} | {looked} | {unopened} | {found} | {share} | {milliseconds:.0f} |"


def main() -> None:
    """Print the table."""
    require_opencv()
    detector = FaceDetector()
    print(f"{detector.name}\n")
    print("| folder | photos | not opened | a face is found | share | ms a photo |")
    print("|---|---|---|---|---|---|")
    for name in sys.argv[1:]:
        print(row(Path(name), detector), flush=True)


if __name__ == "__main__":
    main()
