"""A page for each neighbourhood: what the stages know of it, told as a report on the place, not stage by stage."""
