"""Running whole programs unchanged: scripts, modules, notebooks; `python -m tfcompat` is the command for it."""
