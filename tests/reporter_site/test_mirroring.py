"""The style sheet for languages written from right to left."""

import pytest

from reporter.bundling import bundle
from reporter.mirroring import ARROWS, mirror


@pytest.mark.parametrize(
    ("css", "mirrored"),
    [
        ("a{padding-left:20px;color:red}", "a{padding-right:20px;color:red}"),
        ("a{border-left:5px solid}", "a{border-right:5px solid}"),
        ("a{text-align:left}", "a{text-align:right}"),
        ("a{margin:0 15px 15px 0}", "a{margin:0 0 15px 15px}"),
        ("a{margin:0 calc(1px + 2px) 0 0}", "a{margin:0 0 0 calc(1px + 2px)}"),
        ("a{left:0;padding-right:env(safe-area-inset-right)}", "a{right:0;padding-left:env(safe-area-inset-left)}"),
        ("a{transform:rotate(225deg)}", "a{transform:rotate(-225deg)}"),
        ("a{clip-path:polygon(0% 0%, 100% 50%, 0% 100%)}", "a{clip-path:polygon(100% 0%, 0% 50%, 100% 100%)}"),
        ("@media print{a{right:1px}}", "@media print{a{left:1px}}"),
        (".left{top:0;padding:1px 2px}", ".left{top:0;padding:1px 2px}"),
        (".govuk-checkboxes__label::after{left:10px;transform:rotate(-45deg)}",
         ".govuk-checkboxes__label::after{right:10px;transform:rotate(-45deg)}"),
    ],
)  # fmt: skip
def test_what_was_left_is_right(css: str, mirrored: str) -> None:
    assert mirror(css) == mirrored + ARROWS


def test_mirrored_twice_the_site_is_as_it_was() -> None:
    css = bundle().css.decode()
    once = mirror(css).removesuffix(ARROWS)
    assert once != css
    assert mirror(once).removesuffix(ARROWS) == css
