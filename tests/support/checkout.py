"""Where the checkout under test lies."""

from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
TESTS = CHECKOUT / "tests"
SHARED = CHECKOUT.parent / "shared"  # real photos and weights, where they are at hand
