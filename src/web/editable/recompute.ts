import { attend } from "../../commands/attend.js";
import { layer } from "../../commands/layer.js";
import { multihead } from "../../commands/multihead.js";
import { toProblem } from "../../library/plain.js";
import type { PageData } from "../../render/page/data.js";
import type { ProblemText } from "../../render/page/editable.js";
import { contentsOf } from "../../render/page/page.js";
import { writeKind } from "../../render/page/shell.js";
import { describeTrace } from "../../render/solution.js";
import type { CommandSpec } from "../../runs/command-spec.js";
import { recordProblem } from "../../runs/record-problem.js";
import { withOptions } from "../../setting-names.js";
import { commandLine, labelsOf, rowsOf } from "./problem-text.js";

/** What a page shows after a problem was computed again. */
export interface Recomputed {
  readonly title: string;
  readonly kind: string;
  readonly body: string;
  readonly data: PageData;
}

/** The function of the program that a page calls. */
export type Recompute = (problem: ProblemText) => Promise<Recomputed>;

const COMMANDS: Readonly<Record<string, CommandSpec>> = { attend, multihead, layer };
const DECIMALS = 4;

/** Records a problem as the command line does, and writes the content of its page. Throws UserError. */
const recompute: Recompute = async (problem) => {
  const { command, inputs, settings, tokens } = problem;
  const spec = COMMANDS[command];
  if (!spec) throw new RangeError(`this page cannot compute ${command}`);
  const matrices = Object.fromEntries(
    Object.entries(inputs).flatMap(([name, text]) =>
      text.trim() === ""
        ? []
        : [[name, name === "mask" ? rowsOf(name, text).map((row) => row.map(Boolean)) : rowsOf(name, text)]],
    ),
  );
  const labels = labelsOf(tokens);
  const values = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, value === "true" ? true : value]),
  );
  const trace = recordProblem(
    spec,
    toProblem(spec, { ...matrices, ...(labels && { tokens: labels }) }, values),
  );
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
