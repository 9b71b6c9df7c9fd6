import { dirname } from "node:path";
import {
  choice,
  onOff,
  type SettingsIn,
  settingTable,
  takes,
  wholeNumber,
  withSynonyms,
} from "../../attention/setting.js";
import { locateErrors, refuse, refuseAs } from "../../errors.js";
import { upTo } from "../../math/lists.js";
import { type Matrix, toRows } from "../../math/matrix.js";
import { indentedJson } from "../../render/json-value.js";
import { type Values, withDefaults } from "../../runs/command-spec.js";
import { type FileToWrite, type Io, writeNotes } from "../../runs/io.js";
import { type Conflict, idleNotes, type Need, need, refuseConflicts } from "../../runs/needs.js";
import { deliver } from "../../runs/show/deliver.js";
import { isFile, unfoldFile } from "../../runs/views.js";
import { suggest } from "../../suggestion.js";
import { showing } from "../showing.js";
import { ENDINGS, type Exercise, FORM_NAMES, type FormName, type Level } from "./exercise.js";
import type { Form } from "./forms/sheet-parts.js";

/** The maximum number of exercises, more than any class needs. */
const MOST = 1000;

/** The levels by words for their difficulty. */
const LEVELS: Readonly<Record<string, number>> = { easy: 1, medium: 2, normal: 2, hard: 3, difficult: 3 };

/** Returns a flag that chooses a form. */
const sameAs = (format: string, help: string) => ({
  ...onOff(help),
  unfold: () => ({ format }),
});

const SETTINGS = settingTable("Exercise", {
  seed: takes("<n>", wholeNumber(0), "the same seed gives the same problems, on every machine", {
    brief: "the same seed gives the same problems",
    default: 1,
  }),
  level: takes(
    "<n>",
    (given) => wholeNumber(1, 3)(LEVELS[String(given)] ?? given),
    "1: only the result is blank; 2: every step is blank; 3: only the result is asked, without its steps",
    { brief: "1 easier, 3 harder", default: 2 },
  ),
  count: takes("<n>", wholeNumber(1, MOST), "the number of problems, one per student", {
    brief: "the number of problems, one per student",
    default: 1,
  }),
  key: {
    ...onOff("also write the answers, and the answer that each usual mistake gives"),
    brief: "also write the answers",
  },
  format: {
    letter: "-o",
    value: "<name>",
    help: `${FORM_NAMES.join(", ")}, json; or a file name with a dot or slash, such as class.html`,
    brief: "markdown, html, latex, …, or a file: class.html",
    defaultText: `from the ending of the file, else ${FORM_NAMES[0]}`,
    unfold: unfoldFile,
    parse: withSynonyms(ENDINGS, choice(...FORM_NAMES, "json")),
  },
  moodle: sameAs("moodle", "the same as -o moodle: XML of Cloze questions with the mistakes as feedback"),
  gift: sameAs("gift", "the same as -o gift"),
  json: sameAs("json", "problems, answers and mistakes as one JSON object"),
  files: takes(
    "<prefix>",
    String,
    "write PREFIX-01.md, -01-key.md, -01-problem.json and -01-answers.json (to fill in) for each problem",
    { brief: "write each problem, its key and its answers into files" },
  ),
  output: takes("<file>", String, "write to a file: the whole output or nothing"),
  force: onOff("replace files that exist"),
});

type ExerciseSettings = SettingsIn<typeof SETTINGS>;

export const exercise = showing({
  name: "exercise",
  summary:
    "Makes problems for a class: friendly numbers, answer keys, and the answer that each usual mistake gives.",
  examples: [
    ["a problem: attention of three tokens", "qkv exercise attend --seed 7"],
    ["a page to fill in, with a button that marks it", "qkv exercise attend -o html"],
    ["the key of a problem about positions, in LaTeX", "qkv exercise posenc --key -o latex"],
    ["ten problems for Moodle, with the mistakes as feedback", "qkv exercise attend --count 10 --moodle"],
  ],
  usage: "[KIND] [options]",
  wordsHelp: "attend, multihead, posenc, layer or gradients (default attend)",
  offers: async () => (await import("./exercise-kinds.js")).KIND_NAMES,
  isPlainText: true,
  settings: SETTINGS,
  page: writeExercises,
});

/** Returns the exercises as text. The text is empty if they were written into files. */
async function writeExercises([argument = "attend"]: readonly string[], values: Values, io: Io) {
  const settings = withDefaults<ExerciseSettings>(SETTINGS, values);
  const options = { ...settings, form: formOf(settings) };
  refuseConflicts(CONFLICTS, options);
  writeNotes(io, idleNotes(NEEDS, options));
  const [{ KIND_NAMES }, { makeExercise }, { FORMS }] = await Promise.all([
    import("./exercise-kinds.js"),
    import("./make.js"),
    import("./forms/registry.js"),
  ]);
  const kind = KIND_NAMES.find((name) => name === (OTHER_KINDS[argument.toLowerCase()] ?? argument));
  if (!kind) {
    refuseAs("UNKNOWN_NAME", `There is no exercise "${argument}".`, suggest(argument, KIND_NAMES));
  }
  const { form, seed, level, count, key, files, force, output } = options;
  const numbers = upTo(count + 1, 1);
  const exercises = locateErrors(
    () => numbers.map((number) => makeExercise(kind, seed, level as Level, number)),
    () => ({ source: "--seed" }),
  );
  if (files !== undefined && form !== "json") await writeFiles(exercises, files, FORMS[form], options, io);
  else {
    const text = form === "json" ? jsonOf(exercises) : await FORMS[form](exercises, key);
    await deliver([text], { file: isFile(output) ? output : undefined, force }, io);
  }
  return "";
}

/** Other names that people use for a kind. */
const OTHER_KINDS: Readonly<Record<string, string>> = {
  attention: "attend",
  "self-attention": "attend",
  "multi-head": "multihead",
  mha: "multihead",
  positions: "posenc",
  positional: "posenc",
  "positional-encoding": "posenc",
  transformer: "layer",
  backward: "gradients",
};

/** Returns the form that is asked for, else that of the file's ending. Throws USAGE for an unknown ending. */
function formOf({ format, output = "" }: ExerciseSettings) {
  const ending = /[^/\\]\.([^./\\]+)$/.exec(output)?.[1].toLowerCase() ?? "md";
  if (format !== undefined || Object.hasOwn(ENDINGS, ending)) return format ?? ENDINGS[ending];
  refuse(
    `${output} ends in .${ending}, which is not a format of exercises.`,
    `Choose one with -o: ${FORM_NAMES.join(", ")}, json.`,
  );
}

interface ExerciseFormSettings extends ExerciseSettings {
  readonly form: FormName | "json";
}

/** Whether a form contains all questions with their answers. */
const isWhole = ({ form }: ExerciseFormSettings) => form === "json" || form === "moodle" || form === "gift";

const CONFLICTS: readonly Conflict<ExerciseFormSettings>[] = [
  { names: ["files", "output"] },
  {
    names: ["files"],
    beside: ["format"],
    does: ["writes a page for each student", "holds all questions"],
    isSo: isWhole,
  },
];

/** The needs of options. */
const NEEDS: readonly Need<ExerciseFormSettings>[] = [
  need("a form without answers", (asked) => asked.files === undefined && !isWhole(asked), "key"),
  need("files, but none is named", ({ files, output }) => files !== undefined || isFile(output), "force"),
];

/**
 * Writes four files per exercise: the page for the student, its key, the problem for `qkv`, and the answers to fill in.
 */
async function writeFiles(
  exercises: readonly Exercise[],
  prefix: string,
  write: Form,
  { form, force }: ExerciseFormSettings,
  io: Io,
) {
  const digits = Math.max(2, String(exercises.length).length);
  const ending = Object.keys(ENDINGS).find((known) => ENDINGS[known] === form);
  const stemOf = ({ number }: Exercise) => `${prefix}-${String(number).padStart(digits, "0")}`;
  const files: FileToWrite[] = [];
  for (const exercise of exercises) {
    const stem = stemOf(exercise);
    files.push(
      [`${stem}.${ending}`, [await write([exercise], false)]],
      [`${stem}-key.${ending}`, [await write([exercise], true)]],
      [`${stem}-problem.json`, [`${JSON.stringify(exercise.problem)}\n`]],
      [`${stem}-answers.json`, [answerFile(exercise)]],
    );
  }
  io.makeFolder(dirname(prefix));
  await io.writeFiles(files, { force });
  const [first] = exercises;
  const problem = `${stemOf(first)}-problem.json`;
  writeNotes(io, [
    `${files.length} files; qkv ${first.command} ${problem} --check ${stemOf(first)}-answers.json marks the first`,
  ]);
}

/** Returns the steps to answer, one row per line, with null for every blank cell. */
function answerFile({ blanks }: Exercise) {
  const members = blanks.map(({ key, shape: { rows, cols } }) => {
    const row = `    [${new Array(cols).fill("null").join(", ")}]`;
    return `  ${JSON.stringify(key)}: [\n${new Array(rows).fill(row).join(",\n")}\n  ]`;
  });
  return `{\n${members.join(",\n")}\n}\n`;
}

function jsonOf(exercises: readonly Exercise[]) {
  const members = exercises.map(({ blanks, shown, wrong, given: _, trace: _trace, ...rest }) => ({
    ...rest,
    shown: shown.map(({ key }) => key),
    answers: inJson(blanks.map((step) => [step.key, step.output()])),
    mistakes: wrong.map(({ mistake: { id }, steps }) => ({ id, answers: inJson(steps) })),
  }));
  return indentedJson({ schema: "qkv/exercises/1", exercises: members });
}

const inJson = (steps: Iterable<readonly [string, Matrix]>) =>
  Object.fromEntries(Array.from(steps, ([key, matrix]) => [key, toRows(matrix)]));
