"""Runs last: has the suite called everything that the contract offers?"""
import pytest


def test_the_suite_has_called_every_operation(request, contract):
    """Only meaningful after the whole suite: skipped when a part was selected."""
    if len(request.session.items) < 100:
        pytest.skip("a selection of tests was run")
    assert contract.uncovered() == []
