"""The demo: every spoken command has its effect, through every stage."""

from assistant.cli import main
from assistant.demo import commands


def test_every_command_of_the_demo_has_its_effect(capsys):
    code = main(["demo"])
    out = capsys.readouterr().out
    assert code == 0, out
    total = len(commands())
    assert total >= 8
    assert f"{total} of {total} spoken commands had their effect." in out
    for stage in ("wake", "listen", "recognize", "understand", "skill", "home", "reply"):
        assert f"s  {stage}" in out
    assert "playback=paused" in out, "the final state of the house is shown"


def test_a_command_without_its_effect_makes_the_demo_fail(capsys, tmp_path, monkeypatch):
    """A house whose floor lamp cannot be coloured is not the house of the demo."""
    from assistant.demo import HOUSE

    house = HOUSE.read_text(encoding="utf-8")
    changed = house.replace("supported_color_modes: [hs, color_temp]", "supported_color_modes: []")
    assert changed != house
    monkeypatch.setattr(
        "assistant.cli.demo.commands",
        lambda: tuple(c for c in commands() if "floor lamp blue" in c.says),
    )
    file = tmp_path / "house.yaml"
    file.write_text(changed, encoding="utf-8")
    assert main(["demo", "--config", str(file)]) == 1
    out = capsys.readouterr().out
    assert "FAILED" in out
    assert "0 of 1 spoken commands had their effect." in out
