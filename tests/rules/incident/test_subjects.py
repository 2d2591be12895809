"""What a duty of an accident is about, in words."""

import pytest

from rules.incident.law import law_of, own_law
from rules.incident.subjects import subject_of
from rules.rulebook import Rulebook


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ("county-city", "县应急管理局 → 市应急管理局"),
        ("county-phone", "县应急管理局 → 省应急管理厅（电话）"),
        ("supplement-5", "第 5 号行为的补报"),
        ("2021-03-23#1", "2021-03-23 第 1 次续报"),
        ("loss_wan", "初步估计直接经济损失"),
        ("submit@1", ""),
        ("", ""),
    ],
)
def test_a_subject_is_said_in_words_and_a_duty_s_key_is_none(about: str, words: str) -> None:
    assert subject_of(about) == words


def test_every_hop_of_the_county_s_law_has_words() -> None:
    assert all(subject_of(hop.id) == hop.label for hop in law_of(Rulebook.load()).hops)
    assert own_law() is law_of(Rulebook.load())
