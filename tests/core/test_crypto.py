import pytest
from cryptography.exceptions import InvalidTag

from pretraject.core.crypto import Vault

SECRET = "a-long-secret-that-is-only-used-in-tests-0123"


def test_what_was_sealed_opens_in_its_place():
    vault = Vault(SECRET)

    sealed = vault.seal("AB-12", place="identifier.value:1")

    assert vault.open(sealed, place="identifier.value:1") == "AB-12"


def test_a_sealed_value_moved_to_another_row_does_not_open():
    vault = Vault(SECRET)
    sealed = vault.seal("AB-12", place="identifier.value:1")

    with pytest.raises(InvalidTag):
        vault.open(sealed, place="identifier.value:2")


def test_a_sealed_value_does_not_show_the_text():
    assert b"AB-12" not in Vault(SECRET).seal("AB-12", place="here")


def test_equal_texts_share_an_index_only_for_the_same_purpose_and_key():
    vault = Vault(SECRET)

    index = vault.index("AB12", purpose="fileNumber")

    assert index == vault.index("AB12", purpose="fileNumber")
    assert index != vault.index("AB12", purpose="code")
    assert index != Vault(SECRET + "x").index("AB12", purpose="fileNumber")
