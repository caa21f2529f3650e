"""References in words, from the BibTeX of every model."""

from __future__ import annotations

import pytest

from crisisgames.literature import SLUGS, get
from crisisgames.literature.citation import entries, label, reference


@pytest.mark.parametrize("slug", SLUGS)
def test_every_citation_can_be_read(slug: str) -> None:
    citation = get(slug).citation
    found = entries(citation)
    assert len(found) == citation.count("\n@") + 1
    for entry in found:
        assert {"author", "title", "year"} <= set(entry)
        assert entry["year"].isdigit()
        text = reference(entry)
        assert entry["year"] in text
        assert entry["title"] in text
        assert not set("{}\\=") & set(text), text
    # The slug names the first author and the year, where the citation has that order.
    year = next(part for part in slug.split("-") if part.isdigit())
    assert year in {entry["year"] for entry in found}


def test_accents_braces_and_dashes() -> None:
    text = r"""@article{x,
      author = {Tomas Sj{\"o}str{\"o}m and Gerard {Padr{\'o} i Miquel} and J\'er\^{o}me {\c{C}}a},
      title  = {Arms {US} Races \& Talk}, pages = {1--2}, year = {2004}
    }"""
    [entry] = entries(text)
    assert label(entry).replace("\N{NO-BREAK SPACE}", " ") == "Sjöström, Padró i Miquel and Ça 2004"
    assert "Jérôme" in entry["author"]
    assert reference(entry).endswith("(2004), “Arms US Races & Talk”, 1–2")


def test_books_and_chapters() -> None:
    [book, part] = entries("""@book{a, author = {A B}, title = {C}, publisher = {D}, year = {1}}
        @incollection{b, author = {E F}, editor = {G H and I J}, title = {K}, booktitle = {L},
                      year = {2}}""")
    assert reference(book) == "A B (1), C, D"
    assert reference(part) == "E F (2), “K”, in G H and I J (ed.), L"
