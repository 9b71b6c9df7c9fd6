import { emitKeypressEvents } from "node:readline";
import { withOptions } from "../../errors.js";
import type { CellReference } from "../../explain/cell-reference.js";
import type { Trace } from "../../trace/trace.js";
import { drawScreen } from "./screen.js";
import { type Next, press, startExploring } from "./state.js";

const ENTER = "\u001b[?1049h\u001b[?25l";
const LEAVE = "\u001b[?25h\u001b[?1049l";
const CLEAR = "\u001b[H\u001b[2J";

/**
 * Shows a run on the whole terminal until the user leaves. Returns the cell whose explanation is to be printed, if
 * there is one.
 */
export function exploreInTerminal(trace: Trace): Promise<CellReference | undefined> {
  const { stdin, stdout } = process;
  let state = startExploring(trace);
  const draw = () => {
    const { columns, rows } = stdout;
    // A terminal that does not know its size returns 0.
    const lines = drawScreen(state, { columns: columns || 80, rows: rows || 24 });
    stdout.write(CLEAR + withOptions(lines.join("\r\n")));
  };
  return new Promise((resolve) => {
    const end = (cell: CellReference | undefined) => {
      stdin.off("keypress", onKey);
      stdout.off("resize", draw);
      stdin.setRawMode(false);
      stdin.pause();
      stdout.write(LEAVE, () => resolve(cell));
    };
    const onKey = (typed: string | undefined, key: { name?: string; ctrl?: boolean }) => {
      if (key.ctrl && (key.name === "c" || key.name === "d")) return end(undefined);
      const next: Next = press(state, key.name ?? "", typed ?? "");
      if (next === "leave") return end(undefined);
      if (next === "print") return end(state);
      state = next;
      draw();
    };
    stdout.write(ENTER);
    emitKeypressEvents(stdin);
    stdin.setRawMode(true);
    stdin.on("keypress", onKey);
    stdin.resume();
    stdout.on("resize", draw);
    draw();
  });
}
