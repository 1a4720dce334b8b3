"""A logo is drawn anew, whatever came in, and what is no picture is refused in one line."""

import io

import pytest
from PIL import Image

from fsm_portal.gateways.logo import LogoRefused, redrawn
from tests.pictures import HOSTILE, picture, with_text


@pytest.mark.parametrize("name", HOSTILE)
def test_cases_40_and_43_what_is_no_fit_picture_is_refused_in_one_line(name):
    """Cases 40 and 43: bombs are seen before anything is decoded, an SVG is no picture."""
    with pytest.raises(LogoRefused) as refused:
        redrawn(HOSTILE[name])
    line = str(refused.value)
    assert line.endswith(".") and "\n" not in line and len(line) < 120


def test_nothing_of_the_file_but_its_picture_is_kept():
    """Case 43: what hides beside the picture does not come out."""
    drawn = redrawn(with_text(b"<script>alert(1)</script>"))
    assert b"script" not in drawn.png
    assert (drawn.width, drawn.height) == (120, 80)
    photo = Image.new("RGB", (300, 200), "red")
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # it lies on its side
    exif[0x010E] = "where it was taken"
    photo.save(out, "JPEG", exif=exif)
    drawn = redrawn(out.getvalue())
    assert b"taken" not in drawn.png
    assert drawn.width < drawn.height


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"),
                                            ("PNG", "1"), ("JPEG", "CMYK")])  # fmt: skip
def test_every_kind_of_picture_becomes_a_png_of_a_few_kilobytes(kind, mode):
    drawn = redrawn(picture(1800, 900, kind, mode))
    assert drawn.png.startswith(b"\x89PNG")
    assert (drawn.width, drawn.height) == (400, 200)
    assert drawn.within(160, 40) == (80, 40)
    # Once more is the same picture.
    assert redrawn(drawn.png).png == drawn.png
