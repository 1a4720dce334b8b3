"""Searching customers in Stripe's query language."""

import pytest
import stripe


@pytest.fixture
def search(client, bright):
    """Names of who is found, oldest first, among three customers."""
    options = {"stripe_account": bright}
    for name, email, metadata in (
        ("Harbor View Apartments", "dana@harborview.example", {"customer": "c1"}),
        ("Northwind Dental Group", "office@northwind.example", {"customer": "c2", "it's": "x"}),
        ("Cedar & Pine Café", None, {}),
    ):
        wanted = {"name": name, "metadata": metadata, **({"email": email} if email else {})}
        client.v1.customers.create(wanted, options)

    def find(query, **more):
        found = client.v1.customers.search({"query": query, **more}, options)
        return [each.name.split()[0] for each in found.data][::-1]

    return find


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("email:'dana@harborview.example'", ["Harbor"]),
        ('email:"DANA@HarborView.example"', ["Harbor"]),
        ("name~'dental'", ["Northwind"]),
        ("metadata['customer']:'c2'", ["Northwind"]),
        ("metadata['customer']:null", ["Cedar"]),
        ("-email:null", ["Harbor", "Northwind"]),
        ("name~'harbor' OR name~'pine'", ["Harbor", "Cedar"]),
        ("name~'a' AND -name~'dental' AND created>1", ["Harbor", "Cedar"]),
        ("email:'%'", []),
        (r"name:'O\'Hara'", []),
    ],
)
def test_what_is_found(search, query, names):
    assert search(query) == names


@pytest.mark.parametrize(
    "query",
    ["", "dana", "email='x'", "email:'x", "shoe:'42'", "created:'now'", "email>'x'",
     "name~'a' AND name~'b' OR name~'c'", "name~'a' " * 11, "metadata:'x'"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(search, query):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        search(query)
    assert (refused.value.http_status, refused.value.param) == (400, "query")


def test_page_after_page(client, bright, search):
    options = {"stripe_account": bright}
    first = client.v1.customers.search({"query": "created>1", "limit": 2}, options)
    assert first.has_more
    rest = client.v1.customers.search({"query": "created>1", "page": first.next_page}, options)
    assert (len(first.data), len(rest.data), rest.has_more) == (2, 1, False)
