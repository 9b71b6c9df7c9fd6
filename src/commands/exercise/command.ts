import { dirname } from "node:path";
import {
  type AnySettingTable,
  choice,
  completeSettings,
  onOff,
  orSaid,
  type SettingsIn,
  wholeNumber,
} from "../../attention/setting.js";
import { UserError } from "../../errors.js";
import { type Matrix, toRows } from "../../math/matrix.js";
import type { FileToWrite, Io } from "../../runs/io.js";
import { locateErrors } from "../../runs/located.js";
import { idleNotes, type Need } from "../../runs/needs.js";
import { pick, type Values } from "../../runs/request.js";
import { unfoldFile } from "../../runs/show/file-of-format.js";
import { suggest } from "../../suggestion.js";
import { showing } from "../page.js";
import type { Exercise, Level } from "./exercise.js";
import { FORM_NAMES, type FormName } from "./form-names.js";
import type { Form } from "./forms/parts.js";

/** How files of a form end, and other words for it. */
const ENDINGS: Readonly<Record<string, FormName | "json">> = {
  md: "markdown",
  tex: "latex",
  html: "html",
  htm: "html",
  xml: "moodle",
  gift: "gift",
  json: "json",
};

/** More than any class has. */
const MOST = 1000;

const SETTINGS = {
  seed: {
    flag: "--seed <n>",
    help: "which problems: the same ones for the same seed, on every machine",
    group: "Exercise",
    brief: "which problems: the same ones for the same seed",
    default: 1,
    parse: wholeNumber(0),
  },
  level: {
    flag: "--level <n>",
    help: "1: the end is blank, the way is shown; 2: the whole way is blank; 3: the end alone is asked",
    group: "Exercise",
    brief: "1 easier, 3 harder",
    default: 2,
    parse: wholeNumber(1, 3),
  },
  count: {
    flag: "--count <n>",
    help: "so many problems, one a student",
    group: "Exercise",
    brief: "so many problems, one for each student",
    default: 1,
    parse: wholeNumber(1, MOST),
  },
  key: {
    ...onOff("--key", "the answers, too, and the mistakes that tell themselves apart", "Exercise"),
    brief: "the answers, too",
  },
  format: {
    flag: "-o, --format <name>",
    help: `${FORM_NAMES.join(", ")}, json; or a file to write, by a dot or slash in it: class.html`,
    group: "Exercise",
    brief: "markdown, html, latex, …, or a file: class.html",
    defaultText: `as the ending of the file says, else ${FORM_NAMES[0]}`,
    unfold: unfoldFile,
    parse: orSaid(ENDINGS, choice(...FORM_NAMES, "json")),
  },
  moodle: onOff(
    "--moodle",
    "the same as -o moodle: XML of Cloze questions with the mistakes as feedback",
    "Exercise",
  ),
  gift: onOff("--gift", "the same as -o gift", "Exercise"),
  json: onOff("--json", "problems, answers and mistakes as one JSON object", "Exercise"),
  files: {
    flag: "--files <prefix>",
    help: "of each problem PREFIX-01.md, -01-key.md, -01-problem.json and -01-answers.json to fill in",
    group: "Exercise",
    brief: "files of each problem, its key and its answers",
    parse: String,
  },
  output: {
    flag: "--output <file>",
    help: "write to a file, whole or not at all",
    group: "Exercise",
    parse: String,
  },
  force: onOff("--force", "let files be replaced", "Exercise"),
} as const satisfies AnySettingTable;

type ExerciseSettings = SettingsIn<typeof SETTINGS>;

export const exercise = showing({
  name: "exercise",
  summary: "Problems for a class with friendly numbers, their keys, and mistakes that tell themselves apart.",
  examples: [
    ["an attention of three tokens to work out", "qkv exercise attend --seed 7"],
    ["the key of a problem of positions, in LaTeX", "qkv exercise posenc --key -o latex"],
    ["ten problems for Moodle, with the mistakes as feedback", "qkv exercise attend --count 10 --moodle"],
  ],
  usage: "[KIND] [options]",
  wordsHelp: "attend, multihead, posenc, layer or gradients (default attend)",
  offers: async () => (await import("./kinds.js")).KIND_NAMES,
  isPlainText: true,
  settings: SETTINGS,
  page: writeExercises,
});

/** The exercises as text; nothing when they were written into files. */
async function writeExercises(argument: string | undefined, values: Values, io: Io): Promise<string> {
  const settings = completeSettings<ExerciseSettings>(SETTINGS, pick(SETTINGS, values));
  const form = formOf(settings);
  refuseConflicts(settings, form);
  const idle = idleNotes(NEEDS, { ...settings }, { settings, form });
  for (const one of idle) io.writeError(`note: ${one}\n`);
  const [{ KIND_NAMES }, { makeExercise }, { FORMS }] = await Promise.all([
    import("./kinds.js"),
    import("./make.js"),
    import("./forms/registry.js"),
  ]);
  const kind = KIND_NAMES.find((name) => name === (argument ?? "attend"));
  if (!kind) {
    throw new UserError("UNKNOWN_NAME", `There is no exercise "${argument}".`, {
      hint: suggest(argument ?? "", KIND_NAMES),
    });
  }
  const { seed, count, key, files, force, output } = settings;
  const asked = { kind, seed, level: settings.level as Level };
  const exercises = locateErrors(
    () => Array.from({ length: count }, (_, index) => makeExercise(asked, index + 1)),
    () => ({ source: "--seed" }),
  );
  if (files !== undefined && form !== "json") {
    await writeFiles(exercises, FORMS[form], files, force, io);
    return "";
  }
  const text = form === "json" ? jsonOf(exercises) : FORMS[form].write(exercises, key);
  if (output === undefined || output === "-") return text;
  await io.writeFiles([[output, [text]]], { force });
  return "";
}

/** What is asked for, else what the ending of the file says. Throws USAGE for several, and for an ending that is none. */
function formOf({ format, moodle, gift, json, output }: ExerciseSettings): FormName | "json" {
  const said = [
    ...(format === undefined ? [] : [`-o ${format}`]),
    ...Object.entries({ moodle, gift, json }).flatMap(([name, isOn]) => (isOn ? [`--${name}`] : [])),
  ];
  if (said.length > 1) {
    throw new UserError("USAGE", `${said.join(" and ")} are different forms.`, {
      hint: "Leave one of them out.",
    });
  }
  const ending = /[^/\\]\.([^./\\]+)$/.exec(output ?? "")?.[1].toLowerCase();
  const chosen = moodle ? "moodle" : gift ? "gift" : json ? "json" : format;
  if (chosen !== undefined || ending === undefined) return chosen ?? "markdown";
  if (Object.hasOwn(ENDINGS, ending)) return ENDINGS[ending];
  throw new UserError("USAGE", `${output} ends in .${ending}, which is no form of exercises.`, {
    hint: `Say which with -o: ${FORM_NAMES.join(", ")}, json.`,
  });
}

/** Whether a form holds all questions with their answers. */
const isWhole = (form: FormName | "json") => form === "json" || form === "moodle" || form === "gift";

/** Throws USAGE for what contradicts. */
function refuseConflicts({ files, output }: ExerciseSettings, form: FormName | "json"): void {
  const refuse = (message: string): never => {
    throw new UserError("USAGE", message, { hint: "Leave one of them out." });
  };
  if (files !== undefined && isWhole(form)) {
    refuse(`--files writes a page for each student, and ${form} holds all questions.`);
  }
  if (files !== undefined && output !== undefined) refuse("--output and --files both name what is written.");
}

/** What options are about. */
const NEEDS: readonly Need<{ readonly settings: ExerciseSettings; readonly form: FormName | "json" }>[] = [
  {
    names: ["key"],
    of: "a form without answers",
    isThere: ({ settings: { files }, form }) => files === undefined && !isWhole(form),
  },
  {
    names: ["force"],
    of: "files, and none is named",
    isThere: ({ settings: { files, output } }) =>
      files !== undefined || (output !== undefined && output !== "-"),
  },
];

/** What a student gets, its key, the problem for `qkv`, and the answers to fill in. */
async function writeFiles(
  exercises: readonly Exercise[],
  form: Form,
  prefix: string,
  force: boolean,
  io: Io,
): Promise<void> {
  const digits = Math.max(2, String(exercises.length).length);
  const stemOf = ({ number }: Exercise) => `${prefix}-${String(number).padStart(digits, "0")}`;
  const files = exercises.flatMap((one): readonly FileToWrite[] => {
    const stem = stemOf(one);
    return [
      [`${stem}${form.ending}`, [form.write([one], false)]],
      [`${stem}-key${form.ending}`, [form.write([one], true)]],
      [`${stem}-problem.json`, [`${JSON.stringify(one.problem)}\n`]],
      [`${stem}-answers.json`, [answerFile(one)]],
    ];
  });
  io.makeFolder(dirname(prefix));
  await io.writeFiles(files, { force });
  const [{ command }, stem] = [exercises[0], stemOf(exercises[0])];
  io.writeError(
    `note: ${files.length} files; qkv ${command} ${stem}-problem.json --check ${stem}-answers.json marks the first\n`,
  );
}

/** The steps that are asked, a row a line, with null for every cell that is to be filled in. */
function answerFile({ blanks }: Exercise): string {
  const members = blanks.map(({ key, shape: { rows, cols } }) => {
    const row = `    [${Array.from({ length: cols }, () => "null").join(", ")}]`;
    return `  ${JSON.stringify(key)}: [\n${Array.from({ length: rows }, () => row).join(",\n")}\n  ]`;
  });
  return `{\n${members.join(",\n")}\n}\n`;
}

function jsonOf(exercises: readonly Exercise[]): string {
  const members = exercises.map(({ blanks, shown, wrong, trace: _, given: _given, ...rest }) => ({
    ...rest,
    shown: shown.map(({ key }) => key),
    answers: Object.fromEntries(blanks.map((step) => [step.key, rowsOf(step.output())])),
    mistakes: wrong.map(({ mistake, steps }) => ({
      id: mistake.id,
      answers: Object.fromEntries(Array.from(steps, ([key, matrix]) => [key, rowsOf(matrix)])),
    })),
  }));
  return `${JSON.stringify({ schema: "qkv/exercises/1", exercises: members }, undefined, 2)}\n`;
}

const rowsOf = (matrix: Matrix) =>
  toRows(matrix).map((row) => row.map((value) => (Number.isFinite(value) ? value : String(value))));
