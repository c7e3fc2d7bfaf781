"""Skills are found and checked; a broken one is named and the others go on."""

import shutil
import textwrap

import pytest
from repository import ROOT

from assistant.config import SkillsSettings, load_config
from assistant.errors import AssistantError
from assistant.skill.answer import Answer, CannotDo
from assistant.skill.choices import Choices, write_choices
from assistant.skill.loader import BUILT_IN, load_skill, load_skills
from tests.skill.write import CODE, MANIFEST, call, write_skill


@pytest.fixture
def settings(tmp_path):
    return SkillsSettings((tmp_path,), shipped=False, choices=tmp_path / "skills.yaml")


def test_the_shipped_skills_load():
    skills = load_skills(SkillsSettings())
    assert set(skills.working) == BUILT_IN
    assert not skills.broken


def test_a_skill_in_a_configured_folder_is_found_and_can_be_disabled(tmp_path, settings):
    write_skill(tmp_path, "hello")
    assert set(load_skills(settings).working) == {"hello"}
    write_choices(settings, Choices().switched("hello", on=False))
    skills = load_skills(settings)
    assert (dict(skills.working), skills.disabled) == ({}, ("hello",))


def test_a_skill_outside_the_shipped_folder_runs_in_its_own_process_whatever_its_name(tmp_path):
    assert load_skill(ROOT / "skills" / "lights").built_in
    copy = tmp_path / "lights"
    shutil.copytree(ROOT / "skills" / "lights", copy)
    assert not load_skill(copy).built_in


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("def greet(:", "skill.py:1: cannot be imported: SyntaxError"),
        ("def wave(): ...", "skill.yaml:9: no function greet() for the intent 'greet'"),
        ("", "no function greet() for the intent 'greet' in skill.py, which does not exist"),
        ("def greet(whom): ...", "skill.py:1: greet(): 'whom' is not a slot of this skill"),
        ("def greet(targets): ...", "'targets' is not a slot of this skill"),
        ("async def greet(who): ...", "skill.py:1: greet(): is async"),
        ("def greet(who, /): ...", "skill.py:1: greet(): takes no names before the /"),
        ("from other import greet", "no function greet() for the intent 'greet' in skill.py"),
        ("x = " + "-" * 100_000 + "1", "skill.py: cannot be imported: "),
        ("x = 1 # " + "x" * 2**20, "skill.py: 1048584 bytes are too many"),
        ("x = 1\0", "skill.py: cannot be imported: SyntaxError"),
    ],
)
def test_a_broken_skill_is_named_with_its_line_and_the_others_work(tmp_path, settings, code, says):
    write_skill(tmp_path, "broken", code=code)
    write_skill(tmp_path, "hello")
    skills = load_skills(settings)
    assert set(skills.working) == {"hello"}
    (error,) = skills.broken
    assert says in error.problem


MAKES = """
from assistant.skill import Answer as Reply
import assistant.skill as api

def greet(who: str, now):
    return {}
"""


@pytest.mark.parametrize(
    ("made", "says"),
    [
        ('Reply("Hi.", commands=("turn on the light",))', "skill.py:6: Answer(…): commands is for"),
        (
            'Reply("Hi.", schedule=(who,))',
            "Answer(…): schedule is for the skills of this repository",
        ),
        ('Reply("a", (), (), False, "", "", (who,))', "Answer(…): schedule is for"),
        ('api.Answer("Hi.", cancel=["1"])', "Answer(…): cancel is for"),
        ('Reply(speech="Hi.")', "Answer(…): there is no 'speech'"),
        ("Reply(5)", "Answer(…): text is a number"),
        ("Reply(None)", "Answer(…): text is None"),
        ('Reply("Hi.", changes={})', "Answer(…): changes is a dict"),
        ('Reply("Hi.", messages="x")', "Answer(…): messages is a text"),
        ('Reply("Hi?", question="yes")', "Answer(…): question is a text"),
    ],
)
def test_an_answer_that_would_come_to_nothing_is_named_when_the_skill_is_loaded(
    tmp_path, settings, made, says
):
    write_skill(tmp_path, "broken", code=MAKES.format(made))
    write_skill(tmp_path, "hello")
    skills = load_skills(settings)
    assert set(skills.working) == {"hello"}
    (error,) = skills.broken
    assert says in error.problem


def test_what_the_schedule_holds_is_not_for_every_skill(tmp_path, settings):
    write_skill(tmp_path, "hello", code="def greet(who, schedule): ...")
    (error,) = load_skills(settings).broken
    assert "skill.py:1: greet(): schedule is for the skills of this repository" in error.problem


def test_an_answer_that_is_none_is_told_when_it_is_given(tmp_path, settings, caplog):
    made = MAKES.format(
        'Reply(**{{"text": "Hi.", "commands": (who,)}})'.replace("{{", "{").replace("}}", "}")
    )
    write_skill(tmp_path, "hello", code=made)
    skills = load_skills(settings)
    with pytest.raises(CannotDo, match="did not work"):
        skills.working["hello"].call(call(who="anna"), 20)
    skills.close()
    assert "greet() returned an Answer with commands: nothing comes of it" in caplog.text


BY_APP = MANIFEST + "answered_by: hermes\n"


def test_a_skill_that_an_app_answers_needs_no_skill_py(tmp_path, settings):
    write_skill(tmp_path, "hello", manifest=BY_APP, code="")
    skills = load_skills(settings)
    with pytest.raises(CannotDo, match="Nobody is connected"):
        skills.working["hello"].call(call(who="anna"), 1.0)
    silence = Answer("", question=True)
    skills.answer("hermes", lambda: silence)
    assert skills.working["hello"].call(call(who="anna"), 1.0) == silence
    again = load_skills(settings, skills)
    assert again.working["hello"].call(call(who="anna"), 1.0) == silence


def test_a_skill_with_two_who_would_answer_is_broken(tmp_path, settings):
    write_skill(tmp_path, "hello", manifest=BY_APP)
    (error,) = load_skills(settings).broken
    assert "skill.py: never called" in error.problem


@pytest.mark.parametrize("inner", ["", "skills"])
def test_a_skill_in_a_pip_package_is_found_and_not_imported_here(
    tmp_path, settings, monkeypatch, inner
):
    package = tmp_path / "site" / "hello_package"
    write_skill((package / inner).parent, (package / inner).name)
    manifest = MANIFEST.format(name="hello")
    (package / inner / "skill.yaml").write_text(manifest, encoding="utf-8")
    (package / "__init__.py").write_text("raise SystemExit('imported')", encoding="utf-8")
    about = tmp_path / "site" / "hello_package-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Name: hello-package\nVersion: 1.0\n", encoding="utf-8")
    module = f"hello_package.{inner}".rstrip(".")
    (about / "entry_points.txt").write_text(
        f"[assistant.skills]\nhello = {module}\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    skills = load_skills(settings)
    assert not skills.broken
    assert skills.working["hello"].call(call(who="anna"), 20).text == "Hello anna."
    skills.close()


@pytest.mark.parametrize("value", ["no_such_package", "json.tool", "not a package", "hello-skill"])
def test_an_entry_point_that_leads_nowhere_is_named(tmp_path, settings, monkeypatch, value):
    about = tmp_path / "site" / "hello_package-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Name: hello-package\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(
        f"[assistant.skills]\nhello = {value}\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    (error,) = load_skills(settings).broken
    assert f"entry point hello = {value} of hello-package" in error.problem


def test_nothing_of_a_skill_that_is_not_built_in_runs_when_it_is_loaded(tmp_path, settings):
    code = f"open({str(tmp_path / 'ran')!r}, 'w').close()\n" + textwrap.dedent(CODE)
    write_skill(tmp_path, "hello", code=code)
    assert set(load_skills(settings).working) == {"hello"}
    assert not (tmp_path / "ran").exists()


def test_skills_whose_files_did_not_change_are_kept(tmp_path, settings):
    write_skill(tmp_path, "hello")
    write_skill(tmp_path, "other")
    before = load_skills(settings)
    write_skill(tmp_path, "other", code=CODE + "# changed\n")
    after = load_skills(settings, before)
    assert after.working["hello"] is before.working["hello"]
    assert after.working["other"] is not before.working["other"]


def test_a_changed_skill_answers_as_it_is_now(tmp_path, settings):
    write_skill(tmp_path, "hello")
    skills = load_skills(settings)
    assert skills.working["hello"].call(call(who="anna"), 20).text == "Hello anna."
    write_skill(tmp_path, "hello", code=CODE.replace("Hello", "Howdy"))
    skills = load_skills(settings, skills)
    assert skills.working["hello"].call(call(who="anna"), 20).text == "Howdy anna."
    skills.close()


GREET = "  greet: {{ sentences: [hello] }}\n"
LIGHT = """    target: light
    command: {{ brightness: VALUE }}
permissions: {{ command: {{ devices: [light] }} }}
"""
ON_AB = "\npermissions: {{ command: {{ topics: [a/b] }} }}\n"


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        ("name: {name}", "version, description, intents missing"),
        (
            MANIFEST + "permissions: {{ command: {{ devices: [lamp] }} }}",
            "skill.yaml:10: permissions",
        ),
        (
            MANIFEST + "permissions: {{ read: {{ topics: ['a/#/b'] }} }}",
            "skill.yaml:10: permissions: 'a/#/b'",
        ),
        (
            MANIFEST + "    target: light",
            "skill.yaml:9: greet: target light is not under permissions",
        ),
        (
            MANIFEST + "    command: {{ brightness: 3 }}",
            "skill.yaml:9: intents.greet: command needs a target",
        ),
        (MANIFEST + "    reply: ['Hi.', 'Hi {{whom}}.']", "skill.yaml:10: no slot {{whom}}"),
        (
            MANIFEST + "    publish: [{{ topic: a/#, payload: x }}]",
            "skill.yaml:10: intents.greet.publish[0].topic: 'a/#'",
        ),
        (
            MANIFEST + "tests: [{{ say: hi, then: {{ intent: wave }} }}]",
            "skill.yaml:10: no intent 'wave'",
        ),
        (
            MANIFEST
            + "tests:\n- say: hi\n  then: {{}}\n  turns: [{{ say: a, then: {{ intent: b }} }}]",
            "skill.yaml:13: no intent 'b'",
        ),
        (
            MANIFEST + "tests: [{{ say: hi, then: {{}}, topics: {{ a/b: x }} }}]",
            "skill.yaml:10: topics: 'a/b' is none that the skill reads",
        ),
        (
            MANIFEST + "tests: [{{ then: {{ intent: greet }} }}]",
            "skill.yaml:10: tests[0]: a test needs say",
        ),
        (
            MANIFEST + "settings: {{ n: {{ type: number, default: many }} }}",
            "skill.yaml:10: settings.n: 'many' is not a number",
        ),
        (
            MANIFEST.replace("who: {{ type: text }}", "now: {{ type: text }}"),
            "'now' is the name of something else",
        ),
        (MANIFEST.replace("type: text", "type: poem"), "skill.yaml:6: slots.who.type: 'poem'"),
        (MANIFEST.replace("who: {{ type", "area: {{ type"), "area stands for devices already"),
        (MANIFEST.replace('["greet {{who}}"]', "[]"), "an intent needs sentences"),
        (MANIFEST.replace("  greet:", "  say hi:"), "skill.yaml:9: intents: 'say hi' is no name"),
        (MANIFEST.replace("  greet:", "  class:"), "skill.yaml:9: intents: 'class' is no name"),
        (MANIFEST.replace("name: {name}", "name: dialogue"), "skill.yaml:2: name: 'dialogue'"),
        (MANIFEST.replace("who: {{ type", "my who: {{ type"), "slots: 'my who' is no name"),
        (MANIFEST + "  [a, b]: 1", "skill.yaml:10: intents: a list is no name"),
        (MANIFEST + GREET, "skill.yaml:10: intents.greet is given twice"),
        (
            MANIFEST.replace("type: text", "type: number, min: 5, max: 1"),
            "skill.yaml:6: slots.who.min: 5 is more than max: 1",
        ),
        (
            MANIFEST + "settings: {{ n: {{ type: number, default: 7, max: 3 }} }}",
            "skill.yaml:10: settings.n: 7 is more than the largest, 3",
        ),
        (
            MANIFEST + "    publish: [{{ topic: a/b, payload: x }}]",
            "skill.yaml:10: publish: 'a/b' is not under permissions",
        ),
        (
            MANIFEST + "    publish: [{{ topic: a/b, payload: {{ on: 2026-01-01 }} }}]",
            "skill.yaml:9: greet: publish: payload: Object of type date",
        ),
        (
            MANIFEST + "    publish: [{{ topic: a/b, payload: {{ x: ['{{whom}}'] }} }}]" + ON_AB,
            "skill.yaml:9: greet: no slot {{whom}}",
        ),
        (MANIFEST + "    summary: greet {{whom}}", "skill.yaml:10: no slot {{whom}}"),
        (MANIFEST + LIGHT.replace("VALUE", "bright"), "brightness: 'bright' is no value of it"),
        (MANIFEST + LIGHT.replace("VALUE", "500"), "brightness: 500: The device takes 0 to 100"),
        (
            MANIFEST + "permissions: {{ read: {{ topics: ['#'] }} }}",
            "skill.yaml:10: permissions: '#' is too wide",
        ),
        (
            MANIFEST + "tests: [{{ say: hi, then: {{ slots: {{ whom: x }} }} }}]",
            "skill.yaml:10: no slot 'whom'",
        ),
        (
            MANIFEST + "    publish: [{{ topic: a, payload: !!python/name:os.system }}]",
            "skill.yaml:10: intents.greet.publish[0].payload: cannot be used: could not determine",
        ),
        (
            MANIFEST + "    publish: [{{ topic: a, payload: &p {{ x: *p }} }}]",
            "skill.yaml: its aliases (*name) stand for too much",
        ),
        ("# " + "x" * 2**20, "skill.yaml: 1048578 bytes are too many"),
    ],
)
def test_a_wrong_manifest_is_named_with_its_line(tmp_path, manifest, says):
    folder = write_skill(tmp_path, "broken", manifest=manifest)
    with pytest.raises(AssistantError) as caught:
        load_skill(folder)
    assert says.replace("{{", "{").replace("}}", "}") in caught.value.problem


def test_two_skills_of_one_name_are_both_named(tmp_path):
    first = write_skill(tmp_path / "a", "hello")
    second = write_skill(tmp_path / "b", "hello")
    folders = (first.parent, second.parent)
    skills = load_skills(SkillsSettings(folders, shipped=False, choices=tmp_path / "skills.yaml"))
    (error,) = skills.broken
    assert str(first) in error.problem
    assert str(second) in error.problem
    assert "b/hello/skill.yaml:2" in error.problem


def test_what_is_no_text_is_named_with_its_line(tmp_path, settings):
    file = write_skill(tmp_path, "hello") / "skill.yaml"
    file.write_bytes(file.read_bytes() + b"# \xe9\n")
    (error,) = load_skills(settings).broken
    assert f"{file}:10: no UTF-8: the byte 0xe9" in error.problem


@pytest.mark.parametrize("name", ["skill.yml", "skill.py"])
def test_a_folder_that_was_meant_to_be_a_skill_is_named(tmp_path, settings, name):
    (tmp_path / "hello").mkdir()
    (tmp_path / "hello" / name).write_text("", encoding="utf-8")
    (error,) = load_skills(settings).broken
    assert f"{tmp_path / 'hello'}: no skill.yaml in it" in error.problem


def test_links_that_lead_nowhere_or_in_circles_cost_nothing(tmp_path, settings):
    skill = write_skill(tmp_path, "hello")
    (skill / "again").symlink_to(skill)
    (skill / "itself").symlink_to(skill / "itself")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "skill.yaml").symlink_to("/nowhere")
    skills = load_skills(settings)
    assert set(skills.working) == {"hello"}
    assert "other: no skill.yaml in it" in skills.broken[0].problem


@pytest.mark.parametrize("name", ["skill.yaml", "skill.py", "words.txt"])
def test_a_file_that_may_not_be_read_costs_its_skill(tmp_path, settings, monkeypatch, name):
    write_skill(tmp_path, "good")
    file = write_skill(tmp_path, "hello") / name
    file.write_text(file.read_text() if file.exists() else "", encoding="utf-8")

    def refuse(real):
        def refused(self, *arguments, **options):
            if self == file:
                raise PermissionError(13, "Permission denied", str(file))
            return real(self, *arguments, **options)

        return refused

    for call_ in ("read_bytes", "is_file") if name == "words.txt" else ("read_bytes",):
        monkeypatch.setattr(f"pathlib.Path.{call_}", refuse(getattr(type(file), call_)))
    skills = load_skills(settings)
    assert set(skills.working) == {"good"}
    assert f"{file}: cannot be read: Permission denied" in skills.broken[0].problem


def test_a_skill_that_takes_the_name_of_one_of_ours_is_not_one_of_ours(tmp_path, monkeypatch):
    monkeypatch.setattr("assistant.skill.loader.SHIPPED_SKILLS", tmp_path / "skills")
    write_skill(tmp_path / "skills", "clock")
    other = write_skill(tmp_path / "skills", "other")
    (other / "skill.yaml").write_text(MANIFEST.format(name="clock"), encoding="utf-8")
    (tmp_path / "skills" / "house").symlink_to(write_skill(tmp_path / "elsewhere", "house"))
    built_in = {folder.name: load_skill(folder).built_in for folder in
                (tmp_path / "skills").iterdir()}  # fmt: skip
    assert built_in == {"clock": True, "other": False, "house": False}


@pytest.mark.parametrize("what", ["read", "command"])
@pytest.mark.parametrize(
    "topic",
    [
        *("#", "+/#", "+/status", "/#", "$SYS/#", "$SYS/broker/clients/total", "$share/x/home/#"),
        *("assistant/#", "assistant", "assistant/default/state", "assistant/+/settings", "house/#"),
        *("homeassistant/#", "homeassistant/lock/x/config", "ha/#", "hermes/#", "hermes/asr/+"),
        *("zigbee2mqtt/#", "zigbee2mqtt/+/set", "zigbee2mqtt/bridge/request/permit_join"),
        *("z/bridge/#", "tasmota/discovery/#", "tasmota/#", "shellies/#", "shellies/announce"),
    ],
)
def test_what_is_the_assistants_own_or_tells_of_devices_is_no_skills_business(
    tmp_path, topic, what
):
    file = tmp_path / "config.yaml"
    file.write_text(
        f"skills: {{ shipped: false, folders: [{tmp_path}] }}\nmqtt: {{ topic: house }}\n"
        "house: { discover: { homeassistant: ha, zigbee2mqtt: [z] } }\n",
        encoding="utf-8",
    )
    granted = f"permissions: {{{{ {what}: {{{{ topics: ['{topic}'] }}}} }}}}"
    write_skill(tmp_path, "hello", manifest=MANIFEST + granted)
    skills = load_skills(load_config(file).skills)
    (error,) = skills.broken
    assert "skill.yaml:10: permissions" in error.problem
    assert topic in error.problem
    assert error.fix


@pytest.mark.parametrize(
    "topic", ["home/#", "zigbee2mqtt/vacuum/set", "homeassistants/x", "shellies/x/+", "my/$x"]
)
def test_other_topics_can_be_granted(tmp_path, settings, topic):
    granted = f"permissions: {{{{ read: {{{{ topics: ['{topic}'] }}}} }}}}"
    write_skill(tmp_path, "hello", manifest=MANIFEST + granted)
    assert not load_skills(settings).broken
