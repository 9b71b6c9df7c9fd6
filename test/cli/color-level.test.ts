import { expect, test } from "vitest";
import { resolveColorLevel } from "../../src/cli/color-level.js";
import type { Io } from "../../src/runs/io.js";

const levelOf = (env: Io["env"], option: "auto" | "always" | "never" = "auto") =>
  resolveColorLevel(option, { env, isTerminal: () => true });

// What supports-color (chalk 5) answers for these, and over ssh, where TERM alone comes along.
test.each<[Io["env"], number]>([
  [{ TERM: "xterm-256color" }, 2],
  [{ TERM: "screen-256color" }, 2],
  [{ TERM: "tmux-256color" }, 2],
  [{ TERM: "rxvt-unicode-256color", SSH_TTY: "/dev/pts/0" }, 2],
  [{ TERM: "xterm-kitty" }, 3],
  [{ TERM: "xterm-ghostty", SSH_TTY: "/dev/pts/0" }, 3],
  [{ TERM: "wezterm" }, 3],
  [{ TERM: "xterm-256color", COLORTERM: "truecolor" }, 3],
  [{ TERM: "xterm-256color", TERM_PROGRAM: "iTerm.app", TERM_PROGRAM_VERSION: "3.5.0" }, 3],
  [{ TERM: "xterm-256color", TERM_PROGRAM: "Apple_Terminal" }, 2],
  [{ TERM: "xterm" }, 1],
  [{ TERM: "dumb" }, 0],
  [{ TERM: "xterm-kitty", NO_COLOR: "1" }, 0],
  [{ TERM: "dumb", FORCE_COLOR: "3" }, 3],
])("%j has %i", async (env, level) => {
  expect(await levelOf(env)).toBe(level);
});
