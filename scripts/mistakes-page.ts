import { allGradientMistakes } from "../src/check/machine/gradients/mistakes/registry.js";
import { ALL_KERNEL_MISTAKES } from "../src/check/machine/mistakes/registry.js";
import { outputNotFromWeights, softmaxGuessed } from "../src/check/mistakes/findings.js";
import type { MistakeText } from "../src/check/mistakes/mistake.js";
import { MISTAKES } from "../src/check/mistakes/registry.js";
import { SLIPS } from "../src/check/mistakes/slips.js";
import { setting } from "../src/setting-names.js";

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

What \`${setting("check")}\` can name, generated from \`src/check/mistakes/\` by \`npm run docs:mistakes\`. Each of them is replayed on
the right solution, or read off the wrong number itself, and compared with a sheet to the digits that it was written with.

${tableOf(ALL_MISTAKES)}

${describeExamples(worked)}
## Mistakes of machines

What is named in the output and the log-sum-exp that a kernel dumped, generated from \`src/check/machine/mistakes/\`. Each of
them is replayed on a few rows, judged by the error that rounding may be expected to make ([precision](precision.md)), and
beside it stand the tile, the shift or the factor with which it was made. Those of sheets keep their names here.

${tableOf(ALL_KERNEL_MISTAKES)}

## An example of each mistake of machines

The problems:

${describeProblems(kernels.problems)}

What a machine gave, and how it came by it; with each stands ${`\`${setting("dtype")} float64\``}, unless it says otherwise:

${kernels.examples.map(describeKernelExample).join("\n")}

## Mistakes of backward passes

qkv names these in the gradients that a kernel dumped. It replays each one on the way back of every head, and a mistake has to give
dQ, dK and dV at once: one that leaves 30 % of the difference, or more than rounding, is not named.

The mistakes of scale, softcap, bias, mask and sinks above are also made when a backward pass works the weights again. They keep their
names, with \`pass: backward\` beside them; scores without their scale are \`scale-missing-scores\`. Others are

${tableOf(allGradientMistakes())}

## An example of each mistake of backward passes

The problems:

${describeProblems(gradients.problems)}

What a kernel gave, and how it came by it; with each stands ${`\`${setting("dtype")} float64\``}:

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
  return `| id | made at | what was done | right is | fix |
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

What a person wrote in one of them, and how they came by it:

${sheets.join("\n")}

## When no mistake gives the numbers

What is certain is said in sentences, in JSON as \`findings\`. They say, too, why several mistakes fit alike.

${findings.join("\n")}
`;
}
