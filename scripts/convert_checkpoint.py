#!/usr/bin/env python3
"""Converts weights between file formats: see --help, or tfcompat/convert.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tfcompat.convert import main

if __name__ == "__main__":
    sys.exit(main())
