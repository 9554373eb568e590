"""The generator of demonstration data: seeded, labelled, with planted truths and a null variant."""
