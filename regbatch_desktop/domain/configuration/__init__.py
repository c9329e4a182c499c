"""The yolo configuration: one typed, versioned schema for everything Step 6 uses (L16, §2.5.1).

Owns: fields, defaults, rules, JSON form. Sub-steps use exactly the saved configuration (L25).
Never: holds a password in clear in its JSON.
"""

from regbatch_desktop.domain.configuration.derivation import copy_to, derive
from regbatch_desktop.domain.configuration.json_form import from_json, overlay, secret_references, to_json
from regbatch_desktop.domain.configuration.schema import (
    CONFIG_VERSION,
    AccountConfig,
    MenuConfig,
    OnboardingConfig,
    PaymentConfig,
    RestaurantConfig,
    WebsiteConfig,
    YoloConfiguration,
)
from regbatch_desktop.domain.configuration.validation import FieldProblem, validate

__all__ = [
    "CONFIG_VERSION",
    "AccountConfig",
    "FieldProblem",
    "MenuConfig",
    "OnboardingConfig",
    "PaymentConfig",
    "RestaurantConfig",
    "WebsiteConfig",
    "YoloConfiguration",
    "copy_to",
    "derive",
    "from_json",
    "overlay",
    "secret_references",
    "to_json",
    "validate",
]
