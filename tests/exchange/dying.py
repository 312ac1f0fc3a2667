"""`pretraject`, killed in the middle of an export: python -m tests.exchange.dying MOMENT …

Pages are of five events and each is made safe at once. Right before the MOMENTth time that
it makes something safe, or opens, renames or removes a file of an export on its way, the
process gets the signal that no process can do anything about.
"""

import os
import signal
import sys

from pretraject.cli import main
from pretraject.completion import lines
from pretraject.exchange import part_file

WATCHED = ("open", "os.rename", "os.remove")
EVENTS_A_PAGE = 5


def make_small():
    """Have pages and steps so small that few events make many."""
    lines.PAGE, part_file.PAGES_A_STEP = EVENTS_A_PAGE, 1


def die_at(moment):
    """Die at a moment."""
    left, fsync = [moment], os.fsync

    def pass_by():
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    def make_safe(handle):
        pass_by()
        fsync(handle)

    def watch(event, given):
        if event in WATCHED and ".part" in str(given[0]):
            pass_by()

    os.fsync = make_safe
    sys.addaudithook(watch)


if __name__ == "__main__":
    make_small()
    die_at(int(sys.argv.pop(1)))
    main()
