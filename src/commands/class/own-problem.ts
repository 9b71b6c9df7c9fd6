import { UserError, userError } from "../../errors.js";
import {
  findInputs,
  type Inputs,
  inputsOnSheets,
  STEPS_ON_SHEETS,
  shapesOfRows,
} from "../../input/documents/find-inputs.js";
import type { SheetText } from "../../input/documents/lines.js";
import { nameFinder } from "../../input/documents/names.js";
import { isSheetOfObject } from "../../input/documents/object-sheet.js";
import { readDocument } from "../../input/documents/read-document.js";
import { saidOnSheet } from "../../input/documents/said-on-sheet.js";
import { sheetNames } from "../../input/documents/sheet-names.js";
import { sheetText } from "../../input/documents/sheet-text.js";
import type { FormName } from "../../input/forms/form-names.js";
import { isBundle } from "../../input/forms/registry.js";
import { type Source, textOf } from "../../input/source.js";
import { toRows } from "../../math/matrix.js";
import { subjectOf } from "../../runs/check/sheet-subject.js";
import type { CommandSpec } from "../../runs/command-spec.js";
import { recordProblem } from "../../runs/record-problem.js";
import { pick, type Values } from "../../runs/request.js";
import type { Trace } from "../../trace/trace.js";
import { posenc } from "../posenc.js";
import { KINDS } from "./class-settings.js";

/** A problem that stands on a sheet. */
export interface OwnProblem {
  /** As a bundle, which is read like any other. */
  readonly bundle: string;
  /** The command that works it. */
  readonly kind: CommandSpec;
  /** What was taken to be so because the sheet is explained best by it, in a sentence; undefined where nothing was. */
  readonly assumed?: string;
}

/** A way to take a sheet, and what a bundle says of it. */
interface Hypothesis {
  readonly kind: CommandSpec;
  readonly inputs: Inputs;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly assumed?: string;
}

/**
 * The problem that a sheet gives itself: its Q, K, V, or X and its projections. Of several ways to take them the one that explains the
 * rest of the sheet best. Undefined where there is none. Throws what is wrong with the first way where none can be worked.
 */
export function problemOnSheet(source: Source, values: Values): OwnProblem | undefined {
  const typed = textOf(source.bytes, 0, source.bytes.length);
  const finder = nameFinder(sheetNames(STEPS_ON_SHEETS, inputsOnSheets));
  if (isBundle(typed) && !isSheetOfObject(typed, finder)) return undefined;
  const text = sheetText(typed, source.name, values.form as FormName | undefined);
  let best: { readonly total: number; readonly found: Hypothesis } | undefined;
  const withInputs = findInputs(text).flatMap((inputs) => hypotheses(inputs, text, values));
  const ways = withInputs.length > 0 ? withInputs : encodings(text);
  const errors: UserError[] = [];
  for (const found of ways) {
    const trace = recorded(found, values);
    if (trace instanceof UserError) {
      errors.push(trace);
      continue;
    }
    const total = explained(text, trace);
    if (total !== undefined && (!best || total > best.total + (found.assumed ? SAID : CERTAIN)))
      best = { total, found };
  }
  if (errors.length > 0 && errors.length === ways.length) throw errors[0];
  if (!best) return undefined;
  const { kind, inputs, settings, assumed } = best.found;
  const matrices = Object.fromEntries(Array.from(inputs, ([name, matrix]) => [name, toRows(matrix)]));
  const bundle = JSON.stringify({ ...matrices, settings });
  return { bundle, kind, ...(assumed !== undefined && { assumed }) };
}

/** What is unusual must explain so much more. By taste. */
const CERTAIN = 0.5;
/** What the sheet itself speaks of, so much. */
const SAID = 0.1;

/** What these inputs may be a problem of: what an option says, else with and without a mask that the sheet speaks of. */
function hypotheses(inputs: Inputs, text: SheetText, values: Values): readonly Hypothesis[] {
  const { heads, hasMask } = saidOnSheet(text);
  const isSaid = (name: string) => values[name] !== undefined;
  const hasHeads = isSaid("heads") || (heads !== undefined && heads > 1);
  const name = inputs.has("w1") ? "layer" : hasHeads || inputs.has("wo") ? "multihead" : "attend";
  const kind: CommandSpec =
    KINDS.find((one) => values[one.name] === true) ?? KINDS.find((one) => one.name === name) ?? KINDS[0];
  const settings = hasHeads && !isSaid("heads") && "heads" in kind.settings ? { heads } : {};
  const plain: Hypothesis = { kind, inputs, settings };
  if (!hasMask || isSaid("causal") || !("causal" in kind.settings)) return [plain];
  const assumed = "The sheet is read with a causal mask, which explains it best.";
  return [plain, { kind, inputs, settings: { ...settings, causal: true }, assumed }];
}

const POSITIONS = /posi[tcz]i|sinusoid|\b(?:PE|pos)\b|\u4f4d\u7f6e/iu;

/** A table of positions needs no inputs: its shape says for how many positions and columns it is; a first column may count them. */
function encodings(text: SheetText): readonly Hypothesis[] {
  if (!text.lines.some((line) => POSITIONS.test(line.text))) return [];
  return shapesOfRows(text).flatMap(({ rows, cols }) =>
    [cols, cols - 1]
      .filter((dModel) => dModel >= 2)
      .map((dModel) => ({ kind: posenc, inputs: new Map(), settings: { length: rows, dModel } })),
  );
}

/** How well a sheet is explained as one about a problem; undefined where it answers nothing of it. */
function explained(text: SheetText, trace: Trace): number | undefined {
  const known = subjectOf(trace);
  const reading = known && readDocument(text, known.finder, known.subject);
  return reading?.matrices.some(({ item }) => !item.isInput) ? reading.total : undefined;
}

/** The problem as it is worked, or what is wrong with it. */
function recorded({ kind, inputs, settings }: Hypothesis, values: Values): Trace | UserError {
  const given = { ...settings, ...pick(kind.settings, values) };
  try {
    return recordProblem(kind, { matrices: Object.fromEntries(inputs), settings: given }, { needs: "steps" });
  } catch (error) {
    return userError(error);
  }
}
