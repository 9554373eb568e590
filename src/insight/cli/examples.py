"""Examples of each command, as ``--help`` and the reference show them below its options."""

from __future__ import annotations

from collections.abc import Iterator

import typer

EXAMPLES: dict[str, tuple[str, ...]] = {
    "run": (
        "insight run params/oldham.yml",
        "insight run params/oldham.yml --stage profiling --force",
        "insight run params/bolton.yml params/bury.yml --jobs 2 --keep-going",
    ),
    "status": ("insight status params/oldham.yml",),
    "why": ("insight why params/oldham.yml profiling",),
    "diff": ("insight diff build/oldham build/before",),
    "tidy": ("insight tidy", "insight tidy --check"),
    "figures": ("insight figures params/oldham.yml", "insight figures params/oldham.yml --json"),
    "findings": ("insight findings params/oldham.yml",),
    "check": ("insight check params/rochdale.yml",),
    "init": (
        "insight init Rochdale",
        "insight init rochdale --update",
        'insight init "North Somerset" --lad-code E06000024',
    ),
    "demo": ("insight demo --out somewhere --seed 7", "insight demo --check"),
    "intake": ("insight intake params/wigan.yml --mapping contacts.yml --out data/wigan --canvas export/",),
    "link": ("insight link params/oldham.yml --review",),
    "adopt": (
        "insight adopt data/rochdale/export.xlsx --as roster_library --params params/rochdale.yml",
        "insight adopt data/rochdale/wards.gpkg --as boundaries --params params/rochdale.yml --sheet wards_2023",
    ),
    "report": ("insight report params/oldham.yml", "insight report params/oldham.yml --docx --xlsx"),
    "audit": ("insight audit draft.docx --params params/oldham.yml",),
    "export": ("insight export params/oldham.yml ethnography --as qdpx",),
    "fetch": ("insight fetch params/wigan.yml --list", "insight fetch params/wigan.yml deprivation_2010"),
    "supply": ("insight supply params/rochdale.yml",),
    "sign": ('insight sign params/oldham.yml profiling --role analyst --name "A. Name"',),
    "release": ("insight release params/oldham.yml --edition 2026-1",),
    "compare": ("insight compare releases/oldham/oldham-2026-1.zip releases/oldham/oldham-2027-1.zip",),
    "councils": ("insight councils params/bolton.yml params/bury.yml",),
    "new stage": ('insight new stage housing_moves --title "Housing moves"',),
    "new indicator": (
        (
            "insight new indicator params/wigan.yml free_school_meals --theme incomes --label 'Free school meals' "
            "--definition 'Pupils who may have them' --polarity lower_better --unit share --source 'School census' "
            "--licence 'Open Government Licence'"
        ),
    ),
}


def _commands(app: typer.Typer, before: str = "") -> Iterator[tuple[str, typer.models.CommandInfo]]:
    for one in app.registered_commands:
        name = one.name or (one.callback.__name__ if one.callback else "")
        yield f"{before}{name}", one
    for group in app.registered_groups:
        if group.typer_instance is not None:
            yield from _commands(group.typer_instance, f"{before}{group.name or group.typer_instance.info.name} ")


def add_examples(app: typer.Typer) -> None:
    """Put the examples below each command's options."""
    for name, one in _commands(app):
        if lines := EXAMPLES.get(name):
            # the backspace keeps lines as they are
            one.epilog = "\n".join(("\b", "For example:", *(f"  {line}" for line in lines)))
