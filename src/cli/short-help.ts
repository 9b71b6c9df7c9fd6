import type { Command } from "../commands/command.js";
import type { Introduction } from "../runs/command-spec.js";

/** A line of the short help: shown where the command has the first of these options. */
interface UsualOption {
  readonly of: string;
  /** Where a command has this, too, the option is about something that few need. */
  readonly unless?: string;
  readonly term: string;
  readonly text: string;
}

/** What is particular to a command, the most used first. */
const OWN: readonly UsualOption[] = [
  { of: "temperature", term: "--temperature T", text: "divide the scores: below 1 sharper, above 1 flatter" },
  { of: "feedback", term: "--feedback FOLDER", text: "write each marked sheet, too" },
  { of: "gradescope", term: "--gradescope", text: "the results.json of one submission" },
  { of: "gradescope", term: "--require STEPS", text: "what must be answered: weights,output, or all" },
  { of: "query", term: "-q M, -k M, -v M", text: "--query, --key, --value: '1 0; 0 1', a file, or -" },
  { of: "x", term: "--x M", text: "self-attention, or vectors: numbers or a file" },
  { of: "heads", unless: "kind", term: "--heads H", text: "how many heads" },
  { of: "kind", term: "--kind NAME", text: "sinusoidal, rope, alibi, t5, clipped, learned" },
  { of: "sweep", term: "--sweep d_k=2..512", text: "what becomes of scores as d_k grows" },
  { of: "length", unless: "query", term: "--length N", text: "how many rows or positions" },
  { of: "causal", unless: "kind", term: "--causal", text: "a query sees itself and what is before it" },
  { of: "scale", term: "--scale S", text: "in place of 1/√d_k: 1/8, none" },
  { of: "mask", term: "--mask M", text: "1 where a query may look, 0 where not" },
  { of: "scoring", term: "--scoring NAME", text: "dot, additive, cosine, …" },
  { of: "dModel", term: "--d-model D", text: "how many columns" },
  { of: "shift", term: "--shift K", text: "what a shift of all positions does" },
];

/** What is usual everywhere. */
const COMMON: readonly UsualOption[] = [
  { of: "demo", term: "--demo", text: "work the built-in example" },
  { of: "precision", unless: "gradescope", term: "--precision N", text: "decimals shown" },
  { of: "why", unless: "gradescope", term: "--why CELL", text: "where one number comes from: output[1,0]" },
  {
    of: "check",
    unless: "gradescope",
    term: "--check ANSWERS",
    text: "is it right: weights=FILE, weights='0.5 0.5'",
  },
  { of: "json", term: "--json", text: "everything, for a program" },
  { of: "format", term: "-o NAME, -o FILE", text: "csv, latex, numpy, …, or a file: out.csv" },
];

/** Options of one command that are shown: with what stands around them they fill a screen of 24 lines. */
const MOST_OPTIONS = 11;
const MOST_EXAMPLES = 3;
const TERM_WIDTH = 27;

/** What `-h` prints of a command: what it does, three examples, the options that people use. */
export function shortHelpOf(command: Command): string {
  const has = Object.keys(command.settings);
  const there = ({ of, unless = "" }: UsualOption) => has.includes(of) && !has.includes(unless);
  const common = COMMON.filter(there);
  const own = OWN.filter(there).slice(0, MOST_OPTIONS - common.length);
  const options = [...own, ...common].map(({ term, text }) => `  ${term.padEnd(TERM_WIDTH)}${text}`);
  const more = `qkv ${command.name} --help shows all options, qkv help what can be explained.`;
  return [
    `Usage: qkv ${command.name} ${command.usage}`,
    "",
    command.summary,
    "",
    ...examplesOf(command),
    "",
    ...options,
    ...(options.length > 0 ? [""] : []),
    more,
    "",
  ].join("\n");
}

function examplesOf({ examples }: Introduction): readonly string[] {
  return examples.slice(0, MOST_EXAMPLES).flatMap(([purpose, line]) => [`  # ${purpose}`, `  ${line}`]);
}

/** What people come for, as `qkv` alone tells it. */
const ERRANDS: readonly (readonly [purpose: string, line: string])[] = [
  ["see an attention worked step by step", "qkv attend --demo"],
  ["the same with numbers of your own", "qkv attend --query '1 0' --key '1 0; 0 1' --value '1 2; 3 4'"],
  ["is this answer right?", "qkv attend --query '1 0' --key '1 0; 0 1' --check 'weights=0.67 0.33'"],
  ["where does this number come from?", "qkv explain 'weights[study,man]' --demo"],
  ["the softmax of some numbers", "qkv softmax '2 1 0.1'"],
];

/** What `qkv` alone and `qkv -h` print. */
export function frontPage(commands: readonly Introduction[]): string {
  const names = commands.map(({ name }) => name).join(", ");
  return [
    "The attention calculator for the terminal: every step, every number.",
    "",
    ...ERRANDS.flatMap(([purpose, line]) => [`  # ${purpose}`, `  ${line}`]),
    "",
    `Commands: ${names}.`,
    "qkv COMMAND -h shows how one is used, qkv --help all of them, qkv help TOPIC explains.",
    "",
  ].join("\n");
}
