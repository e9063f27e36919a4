"""Checks a citizen's receipt by the published keys alone, without a line of Sahut's.

    python verify_receipt.py RECEIPT.json KEYS.json [--text TEXT.txt]

KEYS.json is the list at ``/verifikasi/kunci.json``. TEXT.txt is the text that somebody says was received; it
is compared with what the receipt is bound to. Needs Python 3.11 and the package ``cryptography``. Prints a
line a check; ends with 0 if all hold, with 1 if one does not.

Written from the description of the format: canonical JSON is RFC 8785, signatures are Ed25519 over the name
of the format, a zero byte and the canonical form; the text is bound by SHA-256 over a name, a zero byte, 32
random bytes, its length in 8 bytes and itself (UTF-8, NFC, LF); the log is the Merkle tree of RFC 9162.
"""

import hashlib
import json
import sys
import unicodedata
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HANDOVER = timedelta(minutes=5)


def canonical(value):
    """RFC 8785 for values without fractions and with ASCII keys, which is all that a receipt holds."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def find_key(keys, key_id, use, at):
    """The published key of this id, if it was in use for this at that instant."""
    for key in keys["keys"]:
        if key["id"] != key_id or key["use"] != use or key["algorithm"] != "Ed25519":
            continue
        since = datetime.fromisoformat(key["since"])
        until = None if key["until"] is None else datetime.fromisoformat(key["until"])
        if since <= at and (until is None or at < until + HANDOVER):
            return key
    return None


def is_signed(key, name, value, signature):
    """Whether the key signed the value under the name of its format."""
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key["public_key"]))
    try:
        public.verify(bytes.fromhex(signature), name.encode() + b"\0" + canonical(value))
    except InvalidSignature:
        return False
    return True


def commitment(text, salt):
    """What a receipt holds of a text."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).encode()
    message = b"sahut/commitment/text/v1\0" + salt + len(plain).to_bytes(8, "big") + plain
    return hashlib.sha256(message).hexdigest()


def root_of(entry, position, size, proof):
    """Root that a proof leads to (RFC 9162 section 2.1.3.2); None if it fits no tree of that size."""
    if not 0 <= position < size:
        return None
    at, last = position, size - 1
    found = hashlib.sha256(b"\0" + entry).digest()
    for sibling in (bytes.fromhex(one) for one in proof):
        if last == 0:
            return None
        if at & 1 or at == last:
            found = hashlib.sha256(b"\1" + sibling + found).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\1" + found + sibling).digest()
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


def check_signature(receipt, keys):
    """The document is as it was issued, and a published key signed it when it says."""
    body = receipt["body"]
    issued_at = datetime.fromisoformat(body["issued_at"])
    key = find_key(keys, body["key"], "receipt", issued_at)
    yield "key", key is not None
    yield "signature", key is not None and is_signed(key, body["format"], body, receipt["signature"])
    yield "format", body["format"] == "sahut/receipt/v1"


def check_text(body, text):
    """The text is the one that was received."""
    bound, salt = body["commitment"]["text"], body["commitment"]["salt"]
    for one in (body["shortfall"], text):
        if one is not None:
            yield "text", salt is not None and commitment(one, bytes.fromhex(salt)) == bound


def check_inclusion(receipt, keys):
    """The receiving stands in a log that was sealed, with the same instants and the same text."""
    proof, body = receipt["inclusion"], receipt["body"]
    if proof is None:
        return
    point = proof["checkpoint"]
    key = find_key(keys, point["key"], "checkpoint", datetime.fromisoformat(point["at"]))
    yield "checkpoint", key is not None and is_signed(key, point["format"], point, proof["signature"])
    raw = proof["entry"].encode()
    root = root_of(raw, proof["position"], point["size"], proof["proof"])
    yield "inclusion", root is not None and root.hex() == point["root"]
    entry = json.loads(raw)
    said = {
        "receipt_text": body["commitment"]["text"],
        "receipt_files": body["commitment"]["files"],
        "receipt_file_count": body["commitment"]["file_count"],
        "receipt_received_at": body["received"]["at"],
        "receipt_issued_at": body["issued_at"],
    }
    yield "entry", entry["chain"] == f"case:{body['number']}" and said.items() <= entry["facts"].items()


def check(document, keys, text):
    """Every check, by its name, and whether it held."""
    try:
        receipt = json.loads(document)
        yield "document", canonical(receipt) == document
        yield from check_signature(receipt, keys)
        yield from check_text(receipt["body"], text)
        yield from check_inclusion(receipt, keys)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        yield "document", False


def main(arguments):
    """Run from the command line."""
    if len(arguments) not in (2, 4) or arguments[2:3] not in ([], ["--text"]):
        print(__doc__, file=sys.stderr)  # noqa: T201
        return 2
    text = Path(arguments[3]).read_bytes().decode() if len(arguments) == 4 else None
    keys = json.loads(Path(arguments[1]).read_bytes())
    results = list(check(Path(arguments[0]).read_bytes(), keys, text))
    for name, holds in results:
        print(f"{'holds' if holds else 'FAILS'}  {name}")  # noqa: T201
    return 0 if all(holds for _name, holds in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
