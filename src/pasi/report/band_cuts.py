"""What the report says of severity bands whose ends may belong to an index with more regions."""

from math import isclose

from pasi.report.content import ReportContent


def band_cut_text(content: ReportContent) -> str:
    """That the ends of the bands may be those of the whole index; "" where the weights of the regions add up to 1.

    The weights of PASI, EASI and their like are shares of the body, so that a sum below 1 is a region that is missing.
    """
    index = content.index
    share = sum(region.weight for region in index.regions)
    ends = [band.up_to for band in index.bands if band.up_to]
    if share > 1 or isclose(share, 1) or not ends:
        return ""
    names = ", ".join(index.region_names)
    cuts = " and ".join(f"{end:g}" for end in ends)
    scaled = " and ".join(f"{share * end:g}" for end in ends)
    one = len(ends) == 1
    return (
        f"The weights of the regions ({names}) add up to {share:g} and not to 1: the index lacks a region. If the "
        f"{'end' if one else 'ends'} of the bands, {cuts} {index.unit}, {'was' if one else 'were'} made for the whole "
        f"index, as 10 was for PASI with the head, {'it is' if one else 'they are'} too high here, observed and "
        f"predicted alike; if the missing region were like the others, {'it' if one else 'they'} would be {scaled}. "
        "Responses in per cent are free of this, as far as the missing region improves as the others do."
    )
