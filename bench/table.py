#!/usr/bin/env python3
"""Makes the rows of compare.sh's table: reads its results, prints medians and how they compare with walarchive's."""
import statistics
import sys

groups = {}
for line in sys.stdin:
    part, tool, method, store, amount, unit, wall, cpu, rss = line.rstrip("\n").split("\t")
    group = groups.setdefault((part, method, store), {}).setdefault(tool, [])
    group.append((float(amount), unit, float(wall), float(cpu), float(rss)))

SEGMENT_GB = {"live": 1 / 1000, "push": 16.777 / 1000, "drain": 16.777 / 1000, "recover": 16.777 / 1000}

for (part, method, store), tools in groups.items():
    # of rates, not of times: live runs are of equal length
    rate = {tool: statistics.median(r[0] / r[2] for r in runs) for tool, runs in tools.items()}
    for tool, runs in sorted(tools.items(), key=lambda item: -rate[item[0]]):
        unit = runs[0][1]
        gigabytes = SEGMENT_GB.get(part, 1)
        cpu = statistics.median(r[3] / (r[0] * gigabytes) for r in runs) if part != "live" else None
        ratio = f"{rate['walarchive'] / rate[tool]:.2f} × as fast" if "walarchive" in rate and tool != "walarchive" else ""
        speed = f"{rate[tool] * 1000:.0f} MB/s" if unit == "GB" else f"{rate[tool]:.1f} segments/s"
        wall = statistics.median(r[2] for r in runs)
        memory = f"{max(r[4] for r in runs):.0f}" if part != "live" else "–"
        shown = f"{cpu:.2f}" if cpu is not None else "–"
        print(f"| {part} | {method} | {store} | {tool} | {len(runs)} | {wall:.2f} | {speed} | {shown} | {memory} | {ratio} |")
