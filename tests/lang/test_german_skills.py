"""The skills that speak German understand and answer what their de.yaml says."""

from dataclasses import replace

import pytest

from assistant.authoring.scenarios import run_tests
from assistant.config import Config
from assistant.skill.loader import load_skills

SKILLS = ("lights", "switches", "covers", "thermostat", "timers", "clock")


pytestmark = pytest.mark.usefixtures("german")


def test_what_they_are_told_comes_of_it():
    config = replace(Config(), language="de")
    skills = load_skills(config.skills)
    assert set(SKILLS) <= set(skills.working)
    results = list(run_tests(config, [skills.working[name] for name in SKILLS]))
    wrong = [(r.skill, r.test.say, r.problems) for r in results if r.problems]
    assert not wrong
    assert len(results) >= 300
