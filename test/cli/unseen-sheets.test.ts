import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";
import { CAUSAL_LOOK } from "../support/unseen-sheets/causal.js";
import { DOCUMENTS } from "../support/unseen-sheets/documents.js";
import { EIGHTH_LOOK } from "../support/unseen-sheets/eighth-look.js";
import { FIFTH_LOOK } from "../support/unseen-sheets/fifth-look.js";
import { FOURTEENTH_LOOK } from "../support/unseen-sheets/fourteenth-look.js";
import { FOURTH_LOOK } from "../support/unseen-sheets/fourth-look.js";
import { HANDWRITTEN } from "../support/unseen-sheets/handwritten.js";
import { HEADS, type HeadsProblem } from "../support/unseen-sheets/heads.js";
import { LANGUAGES } from "../support/unseen-sheets/languages.js";
import { NINTH_LOOK } from "../support/unseen-sheets/ninth-look.js";
import { BACK, ENCODINGS, GRADIENTS, POSITIONS } from "../support/unseen-sheets/other-commands.js";
import { PROGRAMS } from "../support/unseen-sheets/programs.js";
import { SECOND_LOOK } from "../support/unseen-sheets/second-look.js";
import { SEVENTH_CAUSAL, SEVENTH_HEADS, SEVENTH_LOOK } from "../support/unseen-sheets/seventh-look.js";
import { type Place, PROBLEMS, type Worked, written } from "../support/unseen-sheets/sheet.js";
import { SIXTH_LOOK } from "../support/unseen-sheets/sixth-look.js";
import {
  LAYER,
  PROJECTED,
  SIXTH_CAUSAL,
  SIXTH_GRADIENTS,
  SIXTH_LAYER,
  SIXTH_POSITIONS,
  SIXTH_PROJECTED,
} from "../support/unseen-sheets/sixth-look-others.js";
import { TENTH_LOOK, TENTH_PROJECTED } from "../support/unseen-sheets/tenth-look.js";
import { THIRD_LOOK } from "../support/unseen-sheets/third-look.js";
import {
  TWELFTH_CAUSAL,
  TWELFTH_HEADS,
  TWELFTH_LOOK,
  TWELFTH_PROJECTED,
} from "../support/unseen-sheets/twelfth-look.js";
import { TWO_HEADS } from "../support/unseen-sheets/two-heads.js";
import type { Problem } from "../support/unseen-sheets/worked.js";
import type { Form, Forms } from "../support/unseen-sheets/writing.js";

// Sheets with their own Q, K and V in forms that were written before the reader was tried on them: 277 of 360 were read and judged
// rightly at the first look, and no wrong one was called right; of the second look 140 of 180, and 3 wrong ones passed unread; of the third
// 230 of 320 and none; of the fourth 165 of 264, and 4 wrong ones passed unread; of the fifth 152 of 200 and none; of two heads 15 of 48, of causal ones 15 of 36, of
// gradients 17 of 27, of encodings 15 of 15. Of the sixth, of all these kinds, 336 of 424 and 3 wrong ones passed unread; of a seventh 121 of 148 and none;
// of an eighth 384 of 480 and 5, of a ninth 326 of 384 and none; of a tenth and an eleventh 862 of 921
// and none; of a twelfth 1,041 of 1,206, and 4 wrong ones passed, read in part; of a thirteenth 600
// of 636, and 2 passed so; of a fourteenth 167 of 182 and none: what they missed is here.

async function checked(text: string, { argv, files }: Partial<Worked>) {
  const name = text.startsWith("<!DOCTYPE") ? "sheet.html" : "sheet.txt";
  const words = argv && argv.length > 0 ? [...argv, "--check", name] : ["check", name];
  const { exitCode, stdout } = await runCli([...words, "--json"], { given: { ...files, [name]: text } });
  const run = JSON.parse(stdout);
  const { check } = run.sheets?.[0] ?? run;
  const found = check.steps.flatMap(
    ({ scope, id, cells }: { scope?: string; id: string; cells?: readonly number[][] }) =>
      (cells ?? []).map(([row, col]): Place => ({ key: scope ? `${scope}/${id}` : id, row, col })),
  );
  return { exitCode, verdict: check.verdict, cells: check.answered.cells, found };
}

const problems = Object.entries(PROBLEMS);

/** What is told as a doubt, or is not known yet: wrong rows with a sum of 1 behind them, what two rows leave out, gradients behind formulas. */
const NOT_SURE = /^(?:A spreadsheet with tokens and sums|Masked cells left out|Gradients in LaTeX)/;

const HAS_SHIFTED = /^The largest score taken off/;

async function isReadRightly(
  name: string,
  form: Form,
  about: string,
  problem: Problem | HeadsProblem | Worked,
) {
  const { text, steps } = written(form, problem);
  const sizeOf = ([rows, cols]: readonly [number, number]) => rows * cols;
  // The scores less their largest are as many as the weights.
  const beside = HAS_SHIFTED.test(name) ? sizeOf(steps.get("weights") ?? [0, 0]) : 0;
  const count = [...steps.values()].reduce((sum, shape) => sum + sizeOf(shape), beside);
  const given = "argv" in problem ? problem : {};
  const right = await checked(text, given);
  const isSure = !NOT_SURE.test(`${name} ${about}`);
  if (isSure) expect(right).toMatchObject({ exitCode: 0, cells: count, found: [] });
  // Another step and cell in each form.
  const turn = name.length + about.length;
  const [key, [rows, cols]] = [...steps][turn % steps.size];
  const place = { key, row: turn % rows, col: (turn >> 1) % cols };
  const wrong = await checked(written(form, problem, place).text, given);
  expect(wrong.exitCode).toBe(1);
  if (isSure) expect(wrong).toEqual({ exitCode: 1, verdict: "differs", cells: count, found: [place] });
}

const EARLIER: Forms = { ...PROGRAMS, ...DOCUMENTS, ...LANGUAGES, ...HANDWRITTEN, ...SECOND_LOOK };
const LATER: Forms = { ...THIRD_LOOK, ...FOURTH_LOOK, ...FIFTH_LOOK };

const turns = (forms: Forms, every: number) =>
  Object.entries(forms).flatMap(([name, form], at) =>
    problems
      .filter((_, index) => index % every === at % every)
      .map(([about, problem]) => ({ name, form, about, problem })),
  );

test.each([
  ...turns(EARLIER, 4),
  ...turns(LATER, 2),
  ...turns({ ...SIXTH_LOOK, ...SEVENTH_LOOK, ...EIGHTH_LOOK, ...NINTH_LOOK }, 4),
  ...turns({ ...TENTH_LOOK, ...TWELFTH_LOOK, ...FOURTEENTH_LOOK }, 2),
])("$name, $about", ({ name, form, about, problem }) => isReadRightly(name, form, about, problem));

test.each(Object.entries({ ...CAUSAL_LOOK, ...SIXTH_CAUSAL, ...SEVENTH_CAUSAL, ...TWELFTH_CAUSAL }))(
  "causal: %s",
  async (name, form) => {
    for (const about of ["three tokens", "decimals"])
      await isReadRightly(name, form, about, { ...PROBLEMS[about], causal: true });
  },
);

test.each(Object.entries({ ...TWO_HEADS, ...SEVENTH_HEADS, ...TWELFTH_HEADS }))(
  "two heads: %s",
  (name, form) => isReadRightly(name, form, "two heads", HEADS),
);

test.each(Object.entries({ ...GRADIENTS, ...SIXTH_GRADIENTS }))("gradients: %s", (name, form) =>
  isReadRightly(name, form, "back", BACK),
);

test.each(Object.entries({ ...ENCODINGS, ...SIXTH_POSITIONS }))("encodings: %s", (name, form) =>
  isReadRightly(name, form, "positions", POSITIONS),
);

test.each(Object.entries({ ...SIXTH_PROJECTED, ...TENTH_PROJECTED, ...TWELFTH_PROJECTED }))(
  "projections: %s",
  (name, form) => isReadRightly(name, form, "projected", PROJECTED),
);

test.each(Object.entries(SIXTH_LAYER))("a layer: %s", (name, form) =>
  isReadRightly(name, form, "layer", LAYER),
);
