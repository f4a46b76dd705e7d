#!/usr/bin/env python3
"""Runs a command in a terminal of its own and draws what it showed as an animated SVG.

    tools/record_terminal.py docs/images/progress.svg -- ./x cli apply -f examples/redis-sentinel.yaml --yes

Needs Debian's python3-pyte. The picture plays in real time, shortened where nothing moved, and
stays on its last frame.
"""

import argparse
import fcntl
import html
import os
import pty
import select
import struct
import termios
import time

import pyte

COLUMNS = 80
LONGEST_PAUSE = 1.2  # seconds that an unchanged screen is shown
LAST_FRAME = 6.0
CELL_WIDTH, CELL_HEIGHT = 8.4, 18
PADDING = 14
COLOURS = {"default": "#d7dde5", "black": "#5b6572", "red": "#ff7b72", "green": "#5fd38d",
           "brown": "#e3b341", "yellow": "#e3b341", "blue": "#79b8ff", "magenta": "#d2a8ff",
           "cyan": "#66d9e8", "white": "#ffffff"}


def record(argv, lines):
    """[(seconds from the start, screen)] with one entry a change; a screen is a list of rows."""
    screen = pyte.Screen(COLUMNS, lines)
    stream = pyte.ByteStream(screen)
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", COLUMNS=str(COLUMNS), LINES=str(lines))
        os.environ.pop("NO_COLOR", None)
        os.execvp(argv[0], argv)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, COLUMNS, 0, 0))
    began, frames = time.monotonic(), []
    while True:
        ready, _, _ = select.select([terminal], [], [], 0.1)
        try:
            if ready:
                stream.feed(os.read(terminal, 65536))
                time.sleep(0.02)  # what is drawn together belongs to one frame
        except OSError:  # the child has closed its side
            break
        rows = rows_of(screen)
        if not frames or frames[-1][1] != rows:
            frames.append((time.monotonic() - began, rows))
    os.waitpid(child, 0)
    return frames


def rows_of(screen):
    """Each row as runs of equal style: (column, text, colour, bold)."""
    rows = []
    for number in range(screen.lines):
        runs = []
        for column in range(screen.columns):
            cell = screen.buffer[number][column]
            style = (cell.fg, cell.bold)
            if runs and runs[-1][2:] == style and runs[-1][0] + len(runs[-1][1]) == column:
                runs[-1] = (runs[-1][0], runs[-1][1] + cell.data, *style)
            else:
                runs.append((column, cell.data, *style))
        rows.append(tuple(run for run in runs if run[1].strip()))
    return rows


def thin_out(frames, most):
    """At most `most` frames, evenly taken, always with the last."""
    if len(frames) <= most:
        return frames
    step = (len(frames) - 1) / (most - 1)
    return [frames[round(i * step)] for i in range(most)]


def draw(frames, title):
    used = max(i + 1 for _, rows in frames for i, row in enumerate(rows) if row)
    width = COLUMNS * CELL_WIDTH + 2 * PADDING
    height = used * CELL_HEIGHT + 2 * PADDING
    starts, clock = [], 0.0
    for (now, _), (after, _) in zip(frames, frames[1:] + [(frames[-1][0] + LAST_FRAME, None)]):
        starts.append(clock)
        clock += min(after - now, LONGEST_PAUSE) if after - now < LAST_FRAME else LAST_FRAME
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
             f'role="img" aria-label="{html.escape(title, quote=True)}">',
             "<style>text{font:14px ui-monospace,'DejaVu Sans Mono',Menlo,monospace;"
             "white-space:pre}.b{font-weight:bold}g{visibility:hidden}"]
    for i, start in enumerate(starts):
        end = starts[i + 1] if i + 1 < len(starts) else clock
        a, b = 100 * start / clock, 100 * end / clock
        parts.append(f"@keyframes f{i}{{0%,{a:.3f}%{{visibility:hidden}}"
                     f"{a + 0.001:.3f}%,{b:.3f}%{{visibility:visible}}"
                     + (f"{b + 0.001:.3f}%,100%{{visibility:hidden}}" if b < 99.99 else "") + "}"
                     f"#f{i}{{animation:f{i} {clock:.1f}s step-end infinite}}")
    parts.append(f'</style><rect width="{width:.0f}" height="{height:.0f}" rx="8" fill="#161b22"/>')
    for i, (_, rows) in enumerate(frames):
        parts.append(f'<g id="f{i}">')
        for number, row in enumerate(rows):
            y = PADDING + (number + 0.75) * CELL_HEIGHT
            for column, text, colour, bold in row:
                lead = len(text) - len(text.lstrip())
                x = PADDING + (column + lead) * CELL_WIDTH
                fill = COLOURS.get(colour, f"#{colour}" if len(colour) == 6 else "#d7dde5")
                parts.append(f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}"'
                             + (' class="b"' if bold else "")
                             + f' textLength="{len(text.strip()) * CELL_WIDTH:.1f}">'
                             + f"{html.escape(text.strip())}</text>")
        parts.append("</g>")
    return "".join(parts) + "</svg>\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture")
    parser.add_argument("--lines", type=int, default=30)
    parser.add_argument("--frames", type=int, default=14)
    parser.add_argument("--title", default="Ashlar deploys a Redis Sentinel cluster")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    frames = thin_out(record(arguments.command, arguments.lines), arguments.frames)
    with open(arguments.picture, "w", encoding="utf-8") as picture:
        picture.write(draw(frames, arguments.title))


if __name__ == "__main__":
    main()
