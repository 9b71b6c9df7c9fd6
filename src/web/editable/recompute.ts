import { attend } from "../../commands/attend.js";
import { layer } from "../../commands/layer.js";
import { multihead } from "../../commands/multihead.js";
import { withOptions } from "../../errors.js";
import { toMatrix } from "../../library/arrays.js";
import { toSettings } from "../../library/plain.js";
import { cellOf, createBooleanMatrix, type Matrix } from "../../math/matrix.js";
import type { PageData } from "../../render/page/data.js";
import { contentsOf } from "../../render/page/page.js";
import { writeKind } from "../../render/page/shell.js";
import { describeTrace } from "../../render/solution.js";
import type { CommandSpec } from "../../runs/command-spec.js";
import { recordProblem } from "../../runs/record-problem.js";
import { commandLine, labelsOf, rowsOf } from "./problem-text.js";

/** What a page shows after a problem was computed again. */
export interface Recomputed {
  readonly title: string;
  readonly kind: string;
  readonly body: string;
  readonly data: PageData;
}

/** The function of the program that a page calls, with the problem as in the address. */
export type Recompute = (problem: string) => Promise<Recomputed>;

const COMMANDS: Readonly<Record<string, CommandSpec>> = { attend, multihead, layer };
const DECIMALS = 4;

/** Records a problem as the command line does, and writes the content of its page. Throws UserError. */
const recompute: Recompute = async (text) => {
  const problem = new URLSearchParams(text);
  const command = problem.get("command") ?? "";
  const spec = COMMANDS[command];
  if (!spec) throw new RangeError(`this page cannot compute ${command}`);
  const given: Record<string, Matrix> = {};
  const settings: Record<string, unknown> = {};
  for (const [name, value] of problem) {
    const [, kind, own = name] = /^([ms])\.(.*)$/.exec(name) ?? [];
    if (kind === "s") settings[own] = value === "true" ? true : value;
    else if (kind === "m") given[own] = toMatrix(own, rowsOf(own, value));
  }
  const { mask, ...matrices } = given;
  const trace = recordProblem(spec, {
    matrices,
    mask: mask && createBooleanMatrix(mask.rows, mask.cols, (row, col) => cellOf(mask, row, col) !== 0),
    tokens: labelsOf(problem.get("tokens") ?? ""),
    settings: toSettings(spec, settings),
  });
  const view = { precision: DECIMALS, full: false, plot: "auto", steps: "all", inputs: true } as const;
  const contents = await contentsOf({
    document: describeTrace(trace, view),
    trace,
    precision: DECIMALS,
    isWhole: true,
    repeat: commandLine(problem),
  });
  return {
    title: contents.title,
    kind: withOptions(writeKind(contents.kind)),
    body: withOptions(contents.body),
    data: contents.data as PageData,
  };
};

(globalThis as unknown as { qkvRecompute: Recompute }).qkvRecompute = recompute;
