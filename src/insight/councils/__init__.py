"""Several councils at once: running them, telling what ran, and comparing what they found."""
