"""The frozen program's first file: `regbatch` is the command line, everything else the window."""

import multiprocessing
import sys
from pathlib import Path

from regbatch_desktop.__main__ import desktop_main, main

# The process that computes beside the window is this same program.
multiprocessing.freeze_support()
if Path(sys.argv[0]).stem.lower() == "regbatch":
    main()
else:
    desktop_main()
