"""tensorflow.python.ops.control_flow_util: what libraries ask about a graph under construction."""

from typing import Any

ENABLE_CONTROL_FLOW_V2 = True  # loops and branches are functions' bodies, not ops of the graph around them


def EnableControlFlowV2(graph: Any) -> bool:
    """Whether loops and branches in `graph` are bodies of their own: always."""
    return True


def GraphOrParentsInXlaContext(graph: Any) -> bool:
    """Whether `graph` or one around it is built for XLA: never, as it is torch that compiles."""
    return False


def IsInXLAContext(op: Any) -> bool:
    """Whether an operation is built for XLA: never, as it is torch that compiles."""
    return False


def InXlaContext(graph: Any) -> bool:
    """Whether `graph` is built for XLA: never, as it is torch that compiles."""
    return False
