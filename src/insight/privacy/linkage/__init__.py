"""Record linkage across services: Splink 5 beside exact keys, two thresholds, quality by group, clerical review."""

from insight.privacy.linkage.linking import METHODS, Linkage, link, linked_rows
from insight.privacy.linkage.people import UNIVERSAL, near, people, reached_by
from insight.privacy.linkage.quality import from_labels, from_truth
from insight.privacy.linkage.review import labels_of, sample

__all__ = [
    "METHODS",
    "UNIVERSAL",
    "Linkage",
    "from_labels",
    "from_truth",
    "labels_of",
    "link",
    "linked_rows",
    "near",
    "people",
    "reached_by",
    "sample",
]
