"""What a tensor, variable, tape, shape, dtype, device, name and error is. Imports nothing above it.

The cycle collector rests from here until `tfcompat` is loaded, which calls `loaded`: one full pass over all that torch
has made, of no use while modules load, would take longer than all of tfcompat's imports.
"""

import gc

_collected = gc.isenabled()
gc.disable()


def loaded() -> None:
    """Lets the cycle collector go on as it did before."""
    if _collected:
        gc.enable()
