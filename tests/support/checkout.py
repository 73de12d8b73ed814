"""Paths of the checkout under test."""

from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
TESTS = CHECKOUT / "tests"
SHARED = CHECKOUT.parent / "shared"  # real photos and weights, which are no part of the repository
