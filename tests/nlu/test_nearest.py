"""Vectors kept at eight bits: their cosines beside numpy's."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.nearest import Nearest, graph_of

OFF = 0.004


def unit(rows: int, width: int = 384, seed: int = 1) -> np.ndarray:
    found = np.random.default_rng(seed).normal(size=(rows, width))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("kept", [1, 2, 1000])
def test_cosines_are_those_of_numpy(kept):
    rows, asked = unit(kept), unit(5, seed=2)
    nearest = Nearest(graph_of(rows))
    assert np.abs(nearest.cosines(asked) - asked @ rows.T).max() < OFF


def test_what_is_found_for_one_does_not_depend_on_those_beside_it():
    nearest, asked = Nearest(graph_of(unit(1000))), unit(7, seed=3)
    asked[2] *= np.linspace(0, 1, asked.shape[1])  # lopsided
    alone = np.concatenate([nearest.cosines(vector[None]) for vector in asked])
    assert (nearest.cosines(asked) == alone).all()


def test_a_vector_is_nearest_to_itself():
    rows = unit(500)
    nearest = Nearest(graph_of(rows))
    for place in (0, 7, 499):
        found = nearest.cosines(rows[place][None])[0]
        assert found.argmax() == place
        assert found[place] == pytest.approx(1, abs=OFF)


def test_what_points_the_other_way_is_below_zero():
    rows = unit(3)
    assert Nearest(graph_of(rows)).cosines(-rows[1:2])[0, 1] == pytest.approx(-1, abs=OFF)
