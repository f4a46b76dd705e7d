"""Rows of the benchmark: what they hold, whether an aim is met, and how they are printed.

A row is one contender in one comparison:
  what       the comparison; rows of one comparison follow each other
  against    what its ratios are relative to
  who        the contender
  seconds    or `value` and `unit`: the median of `samples`
  ratio      to the contender that `against` names, measured in the same run; or None
  aim        {"of": "ratio" | "value", "most": number} or None; `met` says whether it is kept
"""

import statistics

WIDTH = 80


def row(what, who, samples, *, unit="s", against=None, base=None, aim=None, most=None):
    """`base`: the samples of the contender that the ratio is relative to. `aim`: "ratio" or "value"."""
    median = statistics.median(samples)
    made = {"what": what, "who": who, "against": against, "value": median, "unit": unit,
            "samples": list(samples), "ratio": median / statistics.median(base) if base else None,
            "aim": {"of": aim, "most": most} if aim else None, "met": None}
    if aim:
        made["met"] = made[aim] <= most
    return made


def contest(what, contenders, *, against, aims=None):
    """Rows of one comparison. `contenders`: {who: seconds of each run}; `aims`: {who: most ratio}."""
    aims = aims or {}
    return [row(what, who, samples, against=against, base=contenders[against],
                aim="ratio" if who in aims else None, most=aims.get(who))
            for who, samples in contenders.items()]


def quantity(value, unit):
    if unit == "s":
        if value < 0.1:
            return f"{value * 1e3:.1f} ms"
        return f"{value:.2f} s"
    return f"{value:.0f} {unit}" if value >= 1000 else f"{value:.3g} {unit}"


def spread(made):
    """The smallest and the largest of several samples."""
    samples = made["samples"]
    if len(samples) < 2:
        return ""
    scale = 1e3 if made["unit"] == "s" and made["value"] < 0.1 else 1
    digits = 2 if made["unit"] == "s" and scale == 1 else 1 if made["unit"] == "s" else 0
    return f"{min(samples) * scale:.{digits}f}-{max(samples) * scale:.{digits}f}"


def verdict(made):
    if not made["aim"]:
        return ""
    return f"<={made['aim']['most']:g} {'met' if made['met'] else 'MISSED'}"


def render(rows):
    """The table as lines of at most WIDTH columns."""
    lines, heading = [], None
    for made in rows:
        if made["what"] != heading:
            heading = made["what"]
            lines += ["", heading + (f" (ratio to {made['against']})" if made["against"] else "")]
        ratio = f"{made['ratio']:.2f}" if made["ratio"] is not None else ""
        if ratio == "0.00":
            ratio = f"{made['ratio']:.4f}"
        line = (f"  {made['who'][:31]:<31}{quantity(made['value'], made['unit']):>11}"
                f"{spread(made):>14}{ratio:>8}  {verdict(made)}")
        lines.append(line.rstrip())
    return "\n".join(lines)
