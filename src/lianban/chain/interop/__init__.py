"""Interop (互通): a chain as graph, Arrow tables and GeoJSON, and back; an input-output table as a chain.

networkx comes along; igraph, polars, pyarrow and pymrio are spoken to by what they offer, and need not be installed.
"""
