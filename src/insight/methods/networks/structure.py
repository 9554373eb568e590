"""Structure of networks: holes around a node, and places as the other mode of a two-mode network.

Constraint and effective size need ties among contacts. Counts of contacts do not hold them: then each function says
*not identifiable from these data*, with the reason, and gives no number.

Sources: Burt (1992); Borgatti (1997) for effective size of undirected ties; Borgatti and Everett (1997) for two modes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

from insight.methods.networks.indices import NotIdentifiable

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

NO_TIES_AMONG = "counts of contacts hold no ties among the contacts"


def _whole(graph: Any, what: str) -> NotIdentifiable | None:
    """Return why a measure cannot be had, or nothing where ``graph`` is a graph of single nodes and ties."""
    if graph is None or not hasattr(graph, "number_of_edges"):
        return NotIdentifiable(what=what, reason=NO_TIES_AMONG)
    return None


def constraint(
    graph: nx.Graph | pd.DataFrame | None, *, weight: str | None = None, nodes: Iterable[Hashable] | None = None
) -> pd.Series | NotIdentifiable:
    """Return Burt's constraint by node: how far a node's contacts know one another.

    Args:
        graph: nodes and ties; a frame of counts, or nothing, gives *not identifiable*.
        weight: name of the edge weight; ``None`` ignores weights even where edges carry them.
        nodes: for whom; every node when absent.

    Returns:
        Series by node: not a number for a node without ties, 1 for a node with one.
    """
    import networkx as nx
    import pandas as pd

    missing = _whole(graph, "constraint")
    if missing:
        return missing
    found = pd.Series(nx.constraint(graph, nodes=nodes, weight=weight), name="constraint", dtype=float)
    degree = pd.Series(dict(graph.degree()))  # type: ignore[union-attr]
    return found.mask(degree.reindex(found.index) == 1, 1.0)


def effective_size(
    graph: nx.Graph | pd.DataFrame | None, *, weight: str | None = None, nodes: Iterable[Hashable] | None = None
) -> pd.Series | NotIdentifiable:
    """Return Burt's effective size by node: contacts less what they repeat of one another.

    Args:
        graph: nodes and ties; a frame of counts, or nothing, gives *not identifiable*.
        weight: name of the edge weight; ``None`` ignores weights even where edges carry them.
        nodes: for whom; every node when absent.

    Returns:
        Series by node; not a number for a node without ties.
    """
    import networkx as nx
    import pandas as pd

    missing = _whole(graph, "effective size")
    if missing:
        return missing
    return pd.Series(nx.effective_size(graph, nodes=nodes, weight=weight), name="effective_size", dtype=float)


def density(graph: nx.Graph | pd.DataFrame | None) -> float | NotIdentifiable:
    """Return the ties there are over those there could be; *not identifiable* without ties among contacts."""
    import networkx as nx

    return _whole(graph, "density") or float(nx.density(graph))


def two_mode_centrality(edges: pd.DataFrame) -> pd.DataFrame:
    """Return degree, betweenness and closeness of both modes, each normalised by the opposite set.

    Args:
        edges: its first two columns are the two modes (people, places); a pair counts once however often it stands.

    Returns:
        Frame indexed by node with ``mode`` (the column it came from), ``degree``, ``betweenness``, ``closeness``.

    Raises:
        ValueError: no edges, or a name that is in both modes.
    """
    import networkx as nx
    import pandas as pd
    from networkx.algorithms import bipartite

    first, second = edges.columns[:2]
    pairs = edges[[first, second]].dropna().drop_duplicates()
    if pairs.empty:
        raise ValueError("no pair of the two modes. Fix: leave the measure out")
    one, both = set(pairs[first]), set(pairs[first]) & set(pairs[second])
    if both:
        raise ValueError(f"{min(map(str, both))} is in both modes. Fix: prefix the names of one mode")
    graph = nx.Graph(list(pairs.itertuples(index=False, name=None)))
    measures = {
        "degree": bipartite.degree_centrality(graph, one),
        "betweenness": bipartite.betweenness_centrality(graph, one),
        "closeness": bipartite.closeness_centrality(graph, one),
    }
    frame = pd.DataFrame(measures).rename_axis("node")
    frame.insert(0, "mode", [str(first) if node in one else str(second) for node in frame.index])
    return frame


def projected(edges: pd.DataFrame) -> nx.Graph:
    """Return the ties of the first mode through the second, weighted by how many they share; for drawing."""
    import networkx as nx
    from networkx.algorithms import bipartite

    first, second = edges.columns[:2]
    graph = nx.Graph(list(edges[[first, second]].drop_duplicates().itertuples(index=False, name=None)))
    return bipartite.weighted_projected_graph(graph, set(edges[first]))
