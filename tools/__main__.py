"""`python3 tools COMMAND`: every command of the project, see commands.py and README.rst."""

import sys

if sys.version_info < (3, 10):  # noqa: UP036 (an older Python must get as far as this line)
    sys.exit("invoice_mollie: Python 3.10 or newer is needed, this is " + sys.version.split()[0])

from commands import main

sys.exit(main(sys.argv[1:]))
