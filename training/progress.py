"""A progress bar on standard error: redrawn in a terminal, a line now and then in a log."""
import sys
import time


class Progress:
    def __init__(self, total, title, quiet=False):
        self.total, self.title, self.quiet = total, title, quiet
        self.at, self.started, self.shown, self.note = 0, time.monotonic(), 0.0, ""
        self.live = sys.stderr.isatty()

    def step(self, count=1, note=""):
        self.at += count
        self.note = note or self.note
        now = time.monotonic()
        if not self.quiet and now - self.shown > (0.2 if self.live else 20):
            self.shown = now
            self._draw(now)

    def done(self):
        if not self.quiet:
            self._draw(time.monotonic())
            if self.live:
                sys.stderr.write("\n")

    def _draw(self, now):
        share = min(self.at / max(self.total, 1), 1.0)
        bar = "#" * int(24 * share) + "." * (24 - int(24 * share))
        left = (now - self.started) / share * (1 - share) if share > 0 else 0.0
        text = f"{self.title} [{bar}] {self.at}/{self.total} {left:5.0f} s left {self.note}"
        sys.stderr.write(("\r" if self.live else "") + text + ("" if self.live else "\n"))
        sys.stderr.flush()
