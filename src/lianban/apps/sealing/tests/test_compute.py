"""Keys, shares and vaults as bytes."""

import itertools

import pytest

from lianban.apps.sealing import compute
from lianban.apps.sealing.compute import keys, vault

SALT = b"s" * 16


@pytest.mark.parametrize(("k", "n"), [(2, 2), (2, 3), (3, 5)])
def test_any_k_shares_give_the_key_and_fewer_never_do(k, n):
    secret = keys.random_bytes(16)
    public = keys.public(keys.from_secret(secret, SALT))
    pieces = keys.split(secret, k=k, n=n)

    for chosen in itertools.permutations(pieces, k):
        assert keys.public(keys.combine(chosen, SALT, public)) == public
    for chosen in itertools.combinations(pieces, k - 1):
        with pytest.raises(keys.Unreadable):
            keys.combine(chosen, SALT, public)


def test_a_passphrase_gives_the_same_key_again_and_another_another():
    first = keys.public(keys.from_passphrase("long enough words", SALT, 4))

    assert keys.public(keys.from_passphrase(" long enough words ", SALT, 4)) == first
    assert keys.public(keys.from_passphrase("long enough words", b"t" * 16, 4)) != first
    assert keys.public(keys.from_passphrase("other enough words", SALT, 4)) != first


def test_what_is_sealed_opens_only_with_its_key_for_its_purpose_and_unchanged():
    key, other = keys.from_secret(b"1" * 16, SALT), keys.from_secret(b"2" * 16, SALT)
    sealed = keys.seal(b"answer", keys.public(key), info=b"box 1")

    assert keys.unseal(sealed, key, info=b"box 1") == b"answer"
    for wrong in (lambda: keys.unseal(sealed, other, info=b"box 1"), lambda: keys.unseal(sealed, key, info=b"box 2"),
                  lambda: keys.unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), key, info=b"box 1")):  # fmt: skip
        with pytest.raises(keys.Unreadable):
            wrong()


def test_an_answer_reads_back_as_it_was():
    for content in (b"\x00bytes", {"title": "方案", "amount_fen": 3}):
        answer = compute.Answer("N-1", content, (("图纸.pdf", b"%PDF"), ("empty", b"")))

        assert compute.unpack(compute.pack(answer, {"organisation": 7})) == (answer, {
            "organisation": 7, "number": "N-1", "kind": "bytes" if isinstance(content, bytes) else "values",
            "size": len(answer.raw), "files": [["图纸.pdf", 4], ["empty", 0]],
        })  # fmt: skip


def test_the_hash_changes_with_everything_an_applicant_hands_in():
    plain = compute.Answer("N", b"a", (("f", b"1"),))
    others = [compute.Answer("M", b"a", (("f", b"1"),)), compute.Answer("N", b"b", (("f", b"1"),)),
              compute.Answer("N", b"a", (("g", b"1"),)), compute.Answer("N", b"a", (("f", b"2"),)), compute.Answer("N", b"a")]  # fmt: skip

    assert compute.digest(plain) == compute.digest(compute.Answer("N", b"a", (("f", b"1"),)))
    assert len({compute.digest(one) for one in [plain, *others]}) == 6


@pytest.mark.parametrize(
    ("size", "class_kib"), [(0, 16), (16 * 1024, 16), (16 * 1024 + 1, 64), (64 * 1024 + 1, 256), (5_000_000, 16 * 1024)]
)
def test_sizes_fall_into_classes_four_times_apart(size, class_kib):
    assert vault.size_class(size, 16 * 1024) == class_kib * 1024


def blobs(content, key):
    return vault.covered(content, key, b"box", room=64 * 1024)


def test_an_empty_vault_and_a_full_one_have_the_same_sizes_and_nothing_else_in_common():
    key = keys.random_bytes(32)
    full = vault.Content()
    for owner in range(1, 21):
        full.answers[str(owner)] = keys.random_bytes(1000 + owner)
        full.register["answers"][str(owner)] = {"number": "N", "at": "now", "digest": "d", "same": "s"}

    empty, filled, again = blobs(vault.Content(), key), blobs(full, key), blobs(full, key)

    assert [len(b) for b in empty] == [len(b) for b in filled]
    assert not set(filled) & set(again)  # written anew as a whole: two copies of the same content differ everywhere
    read = vault.uncovered(filled, key, b"box")
    assert read.answers == full.answers and read.register["answers"] == full.register["answers"]


def test_the_register_reads_alike_whatever_is_in_it():
    """Every entry has one length, real or not, and there are always as many: 128, or four times that."""
    key = keys.random_bytes(32)
    told = {
        "number": compute.answers.new_number(),
        "at": "2026-11-22T09:00:00.000000+00:00",
        "digest": "d" * 64,
        "same": "s" * 64,
    }
    lengths = set()
    for n in (0, 1, 128):
        content = vault.Content()
        for owner in range(1, n + 1):
            content.answers[str(owner)], content.register["answers"][str(owner)] = bytes(owner), told
        plain = vault.unpadded(keys.uncover(blobs(content, key)[0], key, about=b"box register"))
        lengths.add(len(plain))
        assert vault.told_of(blobs(content, key)[0], key, b"box", "1") == (told if n else None)

    assert len(lengths) == 1


def test_a_changed_or_moved_vault_is_not_read():
    key = keys.random_bytes(32)
    register, body, deeds = blobs(vault.Content(), key)

    for wrong in ((register, deeds, body), (register, body[:-1] + b"x", deeds)):
        with pytest.raises(keys.Unreadable):
            vault.uncovered(wrong, key, b"box")
    with pytest.raises(keys.Unreadable):
        vault.uncovered((register, body, deeds), key, b"other box")


def test_the_sealed_journal_reads_in_order_and_shows_what_is_missing():
    private = keys.from_secret(b"1" * 16, SALT)
    content = vault.Content()
    for n in range(4):
        vault.add_deed(content, {"n": n}, keys.public(private))

    assert [deed["n"] for deed in vault.read_deeds(content, private)] == [0, 1, 2, 3]
    assert len({len(deed) for deed in content.deeds}) == 1
    content.deeds[1:3] = reversed(content.deeds[1:3])
    with pytest.raises(keys.Unreadable):
        list(vault.read_deeds(content, private))
    with pytest.raises(ValueError, match="does not fit"):
        vault.add_deed(content, {"n": "x" * 800}, keys.public(private))
