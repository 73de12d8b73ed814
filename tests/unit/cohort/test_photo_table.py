"""Which files a pattern matches, which fields it reads from their paths, and that every other file is listed."""

import unicodedata

import pytest

from pasi.cohort.folder_scan import compile_pattern, scan_folder
from pasi.errors import PatternError


def put(folder, *paths):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()


def test_fields_come_from_the_path_and_rows_are_sorted(tmp_path):
    put(tmp_path, "P02/V1/trunk.jpg", "P01/V2/lower2.jpg", "P01/V2/lower1.jpg", "P01/V1/upper-left.jpg")
    table = scan_folder(tmp_path, "{subject}/{visit}/{region}*.jpg")
    assert table.rows == (
        ("P01", "V1", "upper", "P01/V1/upper-left.jpg"),
        ("P01", "V2", "lower", "P01/V2/lower1.jpg"),
        ("P01", "V2", "lower", "P01/V2/lower2.jpg"),
        ("P02", "V1", "trunk", "P02/V1/trunk.jpg"),
    )
    assert table.unmatched == ()


def test_suffix_matches_in_either_case_and_the_rest_does_not(tmp_path):
    put(tmp_path, "Img.1/V1/trunk.JPG", "img.1/V1/trunk.Jpg")
    table = scan_folder(tmp_path, "img.{subject}/{visit}/{region}*.jpg")
    assert table.rows == (("1", "V1", "trunk", "img.1/V1/trunk.Jpg"),)
    assert table.unmatched == ("Img.1/V1/trunk.JPG",)


def test_what_does_not_match_is_listed(tmp_path):
    put(tmp_path, "P01/V1/trunk.jpg", "P01/V1/trunk.heic", "P01/notes.txt", "P01/V1/1.jpg", "P01/a/b/c.jpg")
    table = scan_folder(tmp_path, "{subject}/{visit}/{region}*.jpg")
    assert [row[3] for row in table.rows] == ["P01/V1/trunk.jpg"]
    assert table.unmatched == ("P01/V1/1.jpg", "P01/V1/trunk.heic", "P01/a/b/c.jpg", "P01/notes.txt")


def test_hidden_files_and_those_of_the_system_are_no_photos(tmp_path):
    others = (
        ".DS_Store",
        "._P01_V1_trunk.jpg",
        ".hidden/P01_V1_trunk.jpg",
        "@eaDir/P01_V1_trunk.jpg/SYNOPHOTO_THUMB_XL.jpg",
        "Thumbs.db",
        "__MACOSX/P01_V1_trunk.jpg",
        "desktop.ini",
    )
    put(tmp_path, "P01_V1_trunk.jpg", *others)
    table = scan_folder(tmp_path, "**/{subject}_{visit}_{region}.jpg")
    assert table.rows == (("P01", "V1", "trunk", "P01_V1_trunk.jpg"),)
    assert (table.passed_over, table.unmatched) == (others, ())


def test_nothing_but_hidden_files_is_told_so(tmp_path):
    put(tmp_path, "._P01_V1_trunk.jpg")
    with pytest.raises(PatternError, match=r"1 file there, all hidden or of the system, such as \._P01_V1_trunk\.jpg"):
        scan_folder(tmp_path, "{subject}_{visit}_{region}.jpg")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_accents_match_in_either_form_and_the_path_stays_as_it_is(tmp_path, form):
    name = unicodedata.normalize(form, "P\u00e9_V1_t\u00eate.jpg")
    put(tmp_path, name)
    for other in ("NFC", "NFD"):
        region = unicodedata.normalize(other, "t\u00eate")
        table = scan_folder(
            tmp_path, unicodedata.normalize(other, "P\u00e9_{visit}_{region}{subject}"), regions=[region]
        )
        assert table.rows == ((".jpg", "V1", region, name),)


def test_a_photo_whose_name_is_not_utf8_is_refused_and_another_file_is_shown(tmp_path):
    put(tmp_path, "P01/V1/trunk.jpg", "P01/V1/n\udcfctes.txt")
    assert scan_folder(tmp_path, "{subject}/{visit}/{region}.jpg").unmatched == ("P01/V1/n\udcfctes.txt",)
    put(tmp_path, "P01/V1/t\udceate.jpg")
    with pytest.raises(PatternError, match=r"1 photo with bytes that are not UTF-8 in the name: P01/V1/t\\xeate\.jpg"):
        scan_folder(tmp_path, "{subject}/{visit}/{region}.jpg")


def test_a_photo_with_a_control_character_in_its_name_is_refused_and_one_with_a_narrow_space_is_taken(tmp_path):
    for name in ("9.41\u202fAM.jpg", "x\n.jpg"):
        (tmp_path / f"P1_V1_top{name}").touch()
    with pytest.raises(PatternError, match=r"1 photo with a control character in the name: P1_V1_topx\\n\.jpg; rename"):
        scan_folder(tmp_path, "{subject}_{visit}_{region}*.jpg", regions=["top"])
    (tmp_path / "P1_V1_topx\n.jpg").rename(tmp_path / "P1_V1_top\\x.jpg")
    with pytest.raises(PatternError, match=r"1 photo with \\ in the name: P1_V1_top\\x\.jpg; unpack the archive again"):
        scan_folder(tmp_path, "{subject}_{visit}_{region}*.jpg", regions=["top"])
    (tmp_path / "P1_V1_top\\x.jpg").unlink()
    assert scan_folder(tmp_path, "{subject}_{visit}_{region}*.jpg", regions=["top"]).rows == (
        ("P1", "V1", "top", "P1_V1_top9.41\u202fAM.jpg"),
    )


def test_a_linked_folder_is_listed_and_not_entered(tmp_path):
    put(tmp_path / "elsewhere", "V1/trunk.jpg")
    put(tmp_path / "photos", "P01/V1/trunk.jpg")
    (tmp_path / "photos" / "P02").symlink_to(tmp_path / "elsewhere")
    assert scan_folder(tmp_path / "photos", "{subject}/{visit}/{region}.jpg").unmatched == ("P02",)


def test_paths_are_relative_to_the_folder_of_the_table(tmp_path):
    put(tmp_path, "photos/raw/P01/V1/trunk.jpg", "photos/raw/P01/V1/trunk.txt")
    table = scan_folder(tmp_path / "photos", "raw/{subject}/{visit}/{region}.jpg", base=tmp_path)
    assert table.rows == (("P01", "V1", "trunk", "photos/raw/P01/V1/trunk.jpg"),)
    assert table.unmatched == ("photos/raw/P01/V1/trunk.txt",)
    with pytest.raises(PatternError, match="write the table into a folder above the photos"):
        scan_folder(tmp_path / "photos", "{subject}/{visit}/{region}.jpg", base=tmp_path / "tables")


@pytest.mark.parametrize(
    ("pattern", "path", "fields"),
    [
        ("{subject}_{visit}_{region}*.jpg", "S-01_V2_lower_2.jpg", ("S-01", "V2", "lower")),
        ("{subject}*/{visit}*/{region}*.jpg", "P07 done/3-mo/trunk12.jpg", ("P07", "3", "trunk")),
        ("{subject}/{visit}/{region}_??.jpg", "P1/2/upper_limb_03.jpg", ("P1", "2", "upper_limb")),
        ("**/{region}/{subject}-{visit}*.jpg", "site 1/2024/trunk/P1-4b.jpg", ("P1", "4b", "trunk")),
        ("**/{region}/{subject}-{visit}*.jpg", "trunk/P1-4.jpg", ("P1", "4", "trunk")),
        ("{subject}/{visit}/{region}", "P1/V1/trunk", ("P1", "V1", "trunk")),
        ("{subject}/(a+)[b]{visit}/{region}.jpg", "Ä1/(a+)[b]V1/tête.jpg", ("Ä1", "V1", "tête")),
    ],
)
def test_fields_end_where_a_reader_would_end_them(pattern, path, fields):
    assert compile_pattern(pattern).fullmatch(path).group("subject", "visit", "region") == fields


def test_known_regions_settle_where_a_region_ends():
    expression = compile_pattern("{subject}/{visit}/{region}*.jpg", regions=["arm", "arm_left", "L5"])
    assert expression.fullmatch("P/1/arm_left2.jpg")["region"] == "arm_left"
    assert expression.fullmatch("P/1/arm2.jpg")["region"] == "arm"
    assert expression.fullmatch("P/1/L5a.jpg")["region"] == "L5"
    assert expression.fullmatch("P/1/leg.jpg") is None


@pytest.mark.parametrize("pattern", ["*.jpg", "{subject}/{region}.jpg", "{subject}{subject}/{visit}/{region}", "{a}"])
def test_a_pattern_needs_each_field_once(tmp_path, pattern):
    with pytest.raises(PatternError, match=r"needs \{subject\}, \{visit\} and \{region\}, once each"):
        scan_folder(tmp_path, pattern)


def test_nothing_found_is_an_error(tmp_path):
    with pytest.raises(PatternError, match="there is no file; give the folder of photos"):
        scan_folder(tmp_path, "{subject}/{visit}/{region}.jpg")
    put(tmp_path, "P01/trunk.jpg")
    with pytest.raises(PatternError, match=r'adapt the pattern to the files, of which "P01/trunk.jpg" is the first'):
        scan_folder(tmp_path, "{subject}/{visit}/{region}.jpg")
    with pytest.raises(PatternError, match="is not a folder"):
        scan_folder(tmp_path / "absent", "{subject}/{visit}/{region}.jpg")


def test_the_example_begins_where_the_pattern_begins(tmp_path):
    (tmp_path / "ph" / "P01").mkdir(parents=True)
    (tmp_path / "ph" / "P01" / "trunk.jpg").touch()
    with pytest.raises(PatternError, match=r'of which "P01/trunk\.jpg" is the first \(both from that folder on\)'):
        scan_folder(tmp_path / "ph", "ph/{subject}/{visit}/{region}.jpg", base=tmp_path)
