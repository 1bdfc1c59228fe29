#!/usr/bin/env python3
"""Runs a command and appends what it took to a file: wall seconds, CPU seconds and the peak RSS in MB of its largest process.

  measure.py FILE LABEL... -- COMMAND [ARGUMENT]...

Processes that the command leaves behind are adopted, so that their CPU counts as well (pgBackRest archives in one). The wall
time is the command's own. Exits as the command does, and with 1 if it was killed.
"""
import ctypes
import os
import resource
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36


def main():
    split = sys.argv.index("--")
    file, labels, command = sys.argv[1], sys.argv[2:split], sys.argv[split + 1 :]
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit("measure.py: cannot become the parent of processes that are left behind")
    begun = time.monotonic()
    status = subprocess.run(command, stdin=subprocess.DEVNULL).returncode
    wall = time.monotonic() - begun
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    if status == 0:
        values = [f"{wall:.3f}", f"{used.ru_utime + used.ru_stime:.3f}", f"{used.ru_maxrss / 1024:.0f}"]
        with open(file, "a", encoding="utf-8") as results:
            results.write("\t".join(labels + values) + "\n")
    sys.exit(status if status >= 0 else 1)


main()
