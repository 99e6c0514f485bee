"""Keys (密钥): from a passphrase, from shares, and what is sealed to them.

All of it is pycryptodome: HPKE (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM), Shamir's sharing, scrypt, HKDF, AES-GCM.
"""

import os
from collections.abc import Sequence

from Crypto.Cipher import AES
from Crypto.Hash import SHA256
from Crypto.Protocol import HPKE
from Crypto.Protocol.DH import import_x25519_public_key
from Crypto.Protocol.KDF import HKDF, scrypt
from Crypto.Protocol.SecretSharing import Shamir
from Crypto.PublicKey import ECC
from Crypto.PublicKey.ECC import EccKey

CURVE = "Curve25519"
ENCAPSULATED = 32  # bytes of the HPKE key that goes before every sealed message
OVERHEAD = ENCAPSULATED + 16
NONCE, TAG = 12, 16
Piece = tuple[int, bytes]  # a share: its place and its 16 bytes


class Unreadable(ValueError):
    """This key does not open this, or what it opens was changed."""


def random_bytes(size: int) -> bytes:
    return os.urandom(size)


def from_passphrase(passphrase: str, salt: bytes, cost: int) -> EccKey:
    """The private key of a custodian; ``cost`` is the base-2 logarithm of scrypt's N. 32 MB and 0.1 s at cost 15."""
    seed = scrypt(passphrase.strip().encode(), salt, 32, N=2**cost, r=8, p=1)
    assert isinstance(seed, bytes)
    return ECC.construct(curve=CURVE, seed=seed)


def from_secret(secret: bytes, salt: bytes) -> EccKey:
    """The private key of a box, from the 16 bytes that are shared out."""
    return ECC.construct(curve=CURVE, seed=derive(secret, salt, b"lianban sealed box"))


def public(key: EccKey) -> bytes:
    return bytes(key.public_key().export_key(format="raw"))


def seal(message: bytes, public_key: bytes, *, info: bytes) -> bytes:
    """Seal to a public key; ``info`` says what for, so that nothing sealed for one purpose opens as another."""
    context = HPKE.new(receiver_key=import_x25519_public_key(public_key), aead_id=HPKE.AEAD.AES256_GCM, info=info)
    sealed = context.seal(message)
    return context.enc + sealed


def unseal(sealed: bytes, key: EccKey, *, info: bytes) -> bytes:
    """Open what was sealed to a key; Unreadable when it is another key or something was changed."""
    try:
        context = HPKE.new(receiver_key=key, aead_id=HPKE.AEAD.AES256_GCM, enc=sealed[:ENCAPSULATED], info=info)
        return context.unseal(sealed[ENCAPSULATED:])
    except ValueError as error:
        raise Unreadable from error


def derive(secret: bytes, salt: bytes, purpose: bytes) -> bytes:
    """A key of 32 bytes for one purpose."""
    found = HKDF(secret, 32, salt, SHA256, context=purpose)
    assert isinstance(found, bytes)
    return found


def cover(message: bytes, key: bytes, *, about: bytes) -> bytes:
    """Encrypt under a symmetric key, new each time; ``about`` must be said again to open it."""
    nonce = random_bytes(NONCE)
    cipher = AES.new(key, AES.MODE_GCM, nonce=nonce)
    cipher.update(about)
    covered, tag = cipher.encrypt_and_digest(message)
    return nonce + tag + covered


def uncover(covered: bytes, key: bytes, *, about: bytes) -> bytes:
    cipher = AES.new(key, AES.MODE_GCM, nonce=covered[:NONCE])
    cipher.update(about)
    try:
        return cipher.decrypt_and_verify(covered[NONCE + TAG :], covered[NONCE : NONCE + TAG])
    except ValueError as error:
        raise Unreadable from error


def split(secret: bytes, *, k: int, n: int) -> list[Piece]:
    """Shares of 16 bytes, of which any k give the secret and k - 1 tell nothing of it."""
    return Shamir.split(k, n, secret)


def combine(pieces: Sequence[Piece], salt: bytes, public_key: bytes) -> EccKey:
    """The box's private key; Unreadable when the shares are too few or not of this box."""
    key = from_secret(Shamir.combine(list(pieces)), salt)
    if public(key) != public_key:
        raise Unreadable
    return key
