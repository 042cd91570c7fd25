import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from schedule.names import (
    ascii_slug,
    clean_line,
    clean_text,
    initial,
    language_name,
    language_tag,
    sort_key,
    web_address,
)


@given(st.text(st.characters(codec=None)))
def test_cleaned_text_can_stand_in_xml_and_in_utf_8(text: str) -> None:
    element = etree.Element("text")
    element.text = clean_text(text)
    assert etree.fromstring(etree.tostring(element, encoding="UTF-8")).text in (clean_text(text), None)
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)
    assert "\n" not in clean_line(text)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Größe & Maß!", "grosse-mass"),
        ("  --A__b--", "a-b"),
        ("日本", ""),
        ("x" * 70, "x" * 60),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_slugs(text: str, slug: str) -> None:
    assert ascii_slug(text) == slug


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://a.example/x y?q=[1]#/r/#b", "https://a.example/x%20y?q=%5B1%5D#/r/%23b"),
        ("HTTPS://A.Example:8443/Ä%20%zz", "https://a.example:8443/%C3%84%20%25zz"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("http://[2001:db8::1]/", "http://[2001:db8::1]/"),
        ("http://[::1", None),
        ("https://a b/", None),
        ("https://ada@a.example/", None),
        ("//a.example/", None),
        ("javascript:alert(1)", None),
        ("mailto:ada@a.example", None),
        ("https://", None),
        ("https://a.example/" + "x" * 2000, None),
        ("", None),
    ],
)
def test_web_addresses_are_valid_or_none(written: str, address: str | None) -> None:
    assert web_address(written) == address


@given(st.text(max_size=20))
def test_an_address_stays_as_it_is(tail: str) -> None:
    address = web_address(f"https://a.example/{tail}")
    assert address is not None
    assert web_address(address) == address


@pytest.mark.parametrize(
    ("code", "tag", "name"),
    [
        ("de", "de", "German"),
        ("pt-BR", "pt-BR", "Portuguese"),
        ("gsw", "gsw", "Swiss German"),
        ("tlhxx", None, "tlhxx"),
        ("DE", None, "German"),
        ("de onmouseover", None, "de onmouseover"),
        ("German", None, "German"),
        ("", None, ""),
    ],
)
def test_a_language_is_named_and_told_to_screen_readers_when_they_know_it(
    code: str, tag: str | None, name: str
) -> None:
    assert (language_tag(code), language_name(code, "en_GB")) == (tag, name)


def test_names_with_marks_stand_with_their_plain_letters() -> None:
    names = ["Zoe", "Östen", "ada", "Oskar", "Ágnes", "3D", "Łukasz", "李"]
    assert [(initial(name), name) for name in sorted(names, key=sort_key)] == [
        ("#", "3D"),
        ("A", "ada"),
        ("A", "Ágnes"),
        ("O", "Oskar"),
        ("O", "Östen"),
        ("Z", "Zoe"),
        ("Ł", "Łukasz"),
        ("李", "李"),
    ]
