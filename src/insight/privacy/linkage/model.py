"""The linkage model: what is compared, which pairs are looked at, and how the weights are trained.

Fellegi and Sunter (1969) by Splink 5 on DuckDB. Both names weigh by how common they are and may stand in either order,
because names are widely shared in some communities and their order varies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

PAIRS_SAMPLED = 2**20
"""Pairs for training; without a bound the lax rule explodes at a million records."""
PAIRS_FOR_CHANCE = 400_000
"""Random pairs from which agreement by chance is learnt."""
SEED = 1
EARLIER_RECALL = 0.7
"""Share of true pairs that the two strict rules are taken to find, from which the prior follows."""
LEAST_WEIGHT = -5.0
"""Pairs below this are not kept: far from any threshold."""
MOST_PAIRS = 20_000_000
"""Pairs that all rules together may yield; a rule on too common a value is refused before it runs."""
FIELDS = ("first_name", "surname", "birth_date", "postcode", "uprn", "sex")
NEAR_NAMES = (0.92, 0.8)
"""Jaro-Winkler similarity of spellings that are close, and somewhat close."""


def blocking_rules() -> list[Any]:
    """Return the rules that say which pairs are compared."""
    from splink import block_on
    from splink.blocking_rule_library import CustomRule

    return [
        block_on("birth_date", "substr(surname, 1, 2)"),
        block_on("birth_date", "first_name"),
        block_on("surname", "first_name", "postcode"),
        block_on("postcode", "birth_date"),
        block_on("uprn", "first_name"),
        CustomRule("l.birth_date = r.birth_date AND l.first_name = r.surname"),
        CustomRule("l.postcode = r.postcode AND l.first_name = r.surname AND l.surname = r.first_name"),
    ]


RULES = (
    "birth date and start of surname",
    "birth date and first name",
    "both names and postcode",
    "postcode and birth date",
    "property and first name",
    "birth date, names swapped",
    "postcode, names swapped",
)
"""The rules in words, in order."""


def _name(column: str) -> Any:
    import splink.comparison_level_library as levels
    from splink.comparison_library import CustomComparison

    return CustomComparison(
        output_column_name=column,
        comparison_levels=[
            levels.NullLevel(column),
            levels.ExactMatchLevel(column, term_frequency_adjustments=True),
            levels.ColumnsReversedLevel("first_name", "surname", symmetrical=True),
            *(levels.JaroWinklerLevel(column, near) for near in NEAR_NAMES),
            levels.ElseLevel(),
        ],
    )


def settings() -> Any:
    """Return the model: comparisons and rules, kept in code so that it can be rebuilt on any engine."""
    import splink.comparison_library as cl
    from splink import SettingsCreator

    return SettingsCreator(
        link_type="link_and_dedupe",
        comparisons=[
            _name("first_name"),
            _name("surname"),
            cl.DateOfBirthComparison("birth_date", input_is_string=True),
            cl.LevenshteinAtThresholds("postcode", [1, 2]),
            cl.ExactMatch("uprn"),
            cl.ExactMatch("sex"),
        ],
        blocking_rules_to_generate_predictions=blocking_rules(),
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
        linker_uid="insight",
        unique_id_column_name="unique_id",
        source_dataset_column_name="source_dataset",
    )


def trained(frames: dict[str, pd.DataFrame]) -> tuple[Any, list[str]]:
    """Return a trained linker over prepared records by source, and the comparison levels left untrained."""
    import logging

    from splink import DuckDBAPI, Linker, block_on

    logging.getLogger("splink").setLevel(logging.CRITICAL)
    api = DuckDBAPI()
    tables = [api.register(frame, dataset_display_name=source) for source, frame in sorted(frames.items())]
    linker = Linker(tables, settings(), log_level=logging.CRITICAL)
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    strict: list[Any] = [block_on("first_name", "surname", "birth_date"), block_on("uprn", "first_name", "birth_date")]
    linker.training.estimate_probability_two_random_records_match(strict, recall=EARLIER_RECALL)
    linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS_FOR_CHANCE, seed=SEED)
    for rule in (block_on("first_name", "surname"), block_on("birth_date")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=PAIRS_SAMPLED)
    return linker, _untrained(linker)


def _untrained(linker: Any) -> list[str]:
    found = []
    for comparison in linker._settings_obj.comparisons:
        for level in comparison.comparison_levels:
            if level.is_null_level:
                continue
            missing = [name for name, has in (("m", level.m_probability), ("u", level.u_probability)) if not has]
            found += [f"{comparison.output_column_name}: {level.label_for_charts} ({name})" for name in missing]
    return found
