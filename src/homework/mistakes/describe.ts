import { outputNotFromWeights, softmaxGuessed } from "./findings.js";
import type { MistakeText } from "./mistake.js";
import { MISTAKES } from "./registry.js";
import { SLIPS } from "./slips.js";

/** Everything that `--check` can name. */
export const ALL_MISTAKES: readonly MistakeText[] = [
  ...MISTAKES,
  ...SLIPS,
  softmaxGuessed,
  outputNotFromWeights,
];

/** The page docs/mistakes.md. */
export function describeMistakes(): string {
  const rows = ALL_MISTAKES.map(
    ({ id, step, title, formula, fix }) =>
      `| ${[`\`${id}\``, step, title, formula, fix].map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`,
  );
  return `# Mistakes

What \`--check\` can name, generated from \`src/homework/mistakes/\` by \`npm run docs:mistakes\`. Each of them is replayed on
the right solution, or read off the wrong number itself, and compared with a sheet to the digits that it was written with.

| id | made at | what was done | right is | fix |
| --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
}
