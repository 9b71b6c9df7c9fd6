import { allGradientMistakes } from "../src/check/machine/gradients/mistakes/registry.js";
import { ALL_KERNEL_MISTAKES } from "../src/check/machine/mistakes/registry.js";
import { outputNotFromWeights, softmaxGuessed } from "../src/check/mistakes/findings.js";
import type { MistakeText } from "../src/check/mistakes/mistake.js";
import { MISTAKES } from "../src/check/mistakes/registry.js";
import { SLIPS } from "../src/check/mistakes/slips.js";
import { setting } from "../src/errors.js";

/** Every mistake that `--check` can name. */
export const ALL_MISTAKES: readonly MistakeText[] = [
  ...MISTAKES,
  ...SLIPS,
  softmaxGuessed,
  outputNotFromWeights,
];

/** Worked examples of the mistakes: fixtures/mistakes.json. */
export interface WorkedExamples {
  readonly problems: Readonly<Record<string, { readonly command: string; readonly problem: object }>>;
  readonly examples: readonly {
    readonly id: string;
    /** The problem that was to be solved. */
    readonly problem: string;
    /** The person's answers, as they wrote them. */
    readonly sheet: string;
    /** How the person got them. */
    readonly how: string;
  }[];
  /** Sheets that no known mistake explains, and what is certain about them. */
  readonly certain: readonly {
    readonly problem: string;
    readonly sheet: string;
    readonly findings: readonly string[];
  }[];
}

/** Worked examples of machines' mistakes: fixtures/kernel-mistakes.json. */
export interface KernelExamples extends Pick<WorkedExamples, "problems"> {
  readonly examples: readonly (WorkedExamples["examples"][number] & {
    readonly dtype?: string;
    /** Why the example is too small to show the mistake. */
    readonly tooSmall?: string;
  })[];
}

/** Writes the page docs/mistakes.md. */
export function describeMistakes(
  worked: WorkedExamples,
  kernels: KernelExamples,
  gradients: KernelExamples,
): string {
  return `# Mistakes

\`${setting("check")}\` can name these mistakes. \`npm run docs:mistakes\` generates this page from \`src/check/mistakes/\`. qkv replays each
mistake on the right solution, or reads it off the wrong number. Then it compares to the digits that are on the sheet.

${tableOf(ALL_MISTAKES)}

${describeExamples(worked)}
## Mistakes of machines

qkv names these in the output and the log-sum-exp that a kernel dumped. They are in \`src/check/machine/mistakes/\`. qkv replays each
mistake on a few rows, and judges it by the expected rounding error ([precision](precision.md)). With the mistake it gives the
tile, the shift or the factor. Mistakes of sheets keep their names here.

${tableOf(ALL_KERNEL_MISTAKES)}

## An example of each mistake of machines

The problems:

${describeProblems(kernels.problems)}

Each example has the mistake and the numbers that a machine gave. Add ${`\`${setting("dtype")} float64\``} to each, unless it names a type:

${kernels.examples.map(describeKernelExample).join("\n")}

## Mistakes of backward passes

qkv names these in the gradients that a kernel dumped. It replays each one in the backward pass of every head. A mistake has to give
dQ, dK and dV at once. qkv does not name one that leaves 30 % of the difference, or more than rounding.

A backward pass computes the weights again, and can repeat the mistakes of scale, softcap, bias, mask and sinks above. They keep their
names, with \`pass: backward\` beside them. Scores without their scale are \`scale-missing-scores\`. The other mistakes:

${tableOf(allGradientMistakes())}

## An example of each mistake of backward passes

The problems:

${describeProblems(gradients.problems)}

Each example has the mistake and the numbers that a kernel gave. Add ${`\`${setting("dtype")} float64\``} to each:

${gradients.examples.map(describeKernelExample).join("\n")}
`;
}

const describeProblems = (problems: WorkedExamples["problems"]) =>
  Object.entries(problems)
    .map(([name, { command, problem }]) => `- ${name}: \`qkv ${command} '${JSON.stringify(problem)}'\``)
    .join("\n");

function describeKernelExample({
  id,
  problem,
  sheet,
  how,
  dtype,
  tooSmall,
}: KernelExamples["examples"][number]) {
  const type = dtype ? ` ${setting("dtype")} ${dtype}` : "";
  const small = tooSmall ? `\n  Not named here: ${tooSmall}.` : "";
  return `- \`${id}\`, in ${problem}: ${how}.${small}\n  \`${setting("check")} '${sheet}'${type}\``;
}

function tableOf(mistakes: readonly MistakeText[]): string {
  const rows = mistakes.map(
    ({ id, step, title, formula, fix }) =>
      `| ${[`\`${id}\``, step, title, formula, fix].map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`,
  );
  return `| id | step | mistake | right | fix |
| --- | --- | --- | --- | --- |
${rows.join("\n")}`;
}

function describeExamples({ problems, examples, certain }: WorkedExamples): string {
  const sheets = examples.map(
    ({ id, problem, sheet, how }) =>
      `- \`${id}\`, in ${problem}: ${how}.\n  \`${setting("check")} '${sheet}'\``,
  );
  const findings = certain.flatMap(({ problem, sheet, findings }) => [
    `In ${problem}, \`${setting("check")} '${sheet}'\`:`,
    "",
    ...findings.map((text) => `- ${text}`),
  ]);
  return `## An example of each

The problems:

${describeProblems(problems)}

Each example has the mistake and the answers that a person wrote:

${sheets.join("\n")}

## When no mistake gives the numbers

Then qkv reports what is certain, in sentences (JSON: \`findings\`). They also say why several mistakes fit equally well.

${findings.join("\n")}
`;
}
