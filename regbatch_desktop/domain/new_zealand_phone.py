"""New Zealand phone numbers in the form the platform wants.

Owns: the rule of §4.5: digits only; 64… → +64…; 0… → +64 without the 0; 9 digits → +64….
Never: guesses a number that is not valid.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers


# One number stands in several fields of a restaurant, and the library is thorough rather than quick.
@lru_cache(maxsize=1024)
def normalise_nz_phone(text: str) -> str:
    """`021 555 012` → `+6421555012`; "" for an empty text. ValueError when it is no possible number."""
    digits = re.sub(r"\D", "", text)
    if not digits:
        if text.strip():
            raise ValueError("no digits in it")
        return ""
    if text.strip().startswith("+") or digits.startswith("64"):
        number = "+" + digits
    elif digits.startswith("0"):
        number = "+64" + digits[1:]
    elif 8 <= len(digits) <= 9:
        number = "+64" + digits
    else:
        number = "+" + digits
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException as error:
        raise ValueError("not a phone number") from error
    if not phonenumbers.is_possible_number(parsed):
        raise ValueError("not a possible phone number")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
