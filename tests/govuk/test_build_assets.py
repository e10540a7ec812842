import pytest

from dev.build_assets import without_govuk_brand


def test_the_typeface_and_crest_are_taken_out():
    css = (
        "@font-face{font-family:GDS Transport;src:url(/assets/fonts/a.woff2)}"
        ".a{font-family:GDS Transport,arial,sans-serif}"
        ".b{width:1px;background-image:url(/assets/images/govuk-crest.svg);height:1px}"
        "/*# sourceMappingURL=x.css.map */\n"
    )
    assert without_govuk_brand(css) == (
        '.a{font-family:"Helvetica Neue",Helvetica,Arial,sans-serif}.b{width:1px;height:1px}'
    )


def test_a_release_that_brings_something_new_of_the_brand_is_refused():
    with pytest.raises(SystemExit, match="/assets/"):
        without_govuk_brand(".a{background:url(/assets/images/new.svg)}")
