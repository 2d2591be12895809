"""The Merkle tree has the published heads of Certificate Transparency, and no change of an entry escapes it."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.merkle import root

# The leaves and tree heads of google/certificate-transparency (cpp/merkletree/merkle_tree_test.cc), sizes 0 to 8.
_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
_HEADS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
_entries = st.lists(st.binary(max_size=8), max_size=40)


@pytest.mark.parametrize("size", range(9))
def test_the_head_of_a_tree_is_the_published_one(size: int) -> None:
    assert root(_LEAVES[:size]).hex() == _HEADS[size]


def _by_definition(entries: list[bytes]) -> bytes:
    """Return the tree head as RFC 9162 2.1.1 defines it: split at the largest power of two below the size."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    split = 1 << ((len(entries) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + _by_definition(entries[:split]) + _by_definition(entries[split:])).digest()


@given(_entries)
def test_the_head_is_that_of_the_definition(entries: list[bytes]) -> None:
    assert root(entries) == _by_definition(entries)


@given(_entries, st.data())
def test_another_list_of_entries_has_another_head(entries: list[bytes], data: st.DataObject) -> None:
    others = data.draw(
        st.one_of(
            st.permutations(entries),
            _entries,
            st.integers(0, max(len(entries) - 1, 0)).map(lambda place: entries[:place] + entries[place + 1 :]),
            st.integers(0, len(entries)).map(lambda place: [*entries[:place], b"slipped in", *entries[place:]]),
            st.integers(0, max(len(entries) - 1, 0)).map(
                lambda place: [entry + b"!" if at == place else entry for at, entry in enumerate(entries)]
            ),
        )
    )
    assert (root(entries) == root(others)) == (entries == others)


def test_two_entries_are_not_one_entry_that_looks_like_their_node() -> None:
    first, second = (hashlib.sha256(b"\x00" + entry).digest() for entry in (b"a", b"b"))
    assert root([b"a", b"b"]) != root([first + second])
    assert root([b"a", b"b"]) != root([b"\x01" + first + second])
