"""The nine stages. Each is one package with the same parts, one notebook, one params section, one build folder."""
