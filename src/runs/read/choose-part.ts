import { isNameOfOutput, isNameOfWeights } from "../../attention/names.js";
import { setting } from "../../errors.js";
import type { HeadArrays } from "../../input/arrays/head-arrays.js";
import type { SourcedProblem } from "../../input/read.js";
import type { RunRequest } from "../command-spec.js";
import type { Asked } from "../finished-run.js";
import type { ViewSettings } from "../views.js";
import { HEADS_ALONE } from "./read-request.js";

// Arrays are a list of problems, one per batch and head. A view shows one of them, a check judges all.

/**
 * Decides which part of arrays is computed, by which command, and what is shown of it. It is the head of the cell that is asked for, else
 * the chosen head, else the first. A check uses all heads and batches, a script all heads of each batch. Outputs beside
 * query, key and value are checked unless something else is asked for.
 */
export function choosePart(
  request: RunRequest,
  read: SourcedProblem,
  asked: Asked,
): { readonly request: RunRequest; readonly read: SourcedProblem; readonly views: ViewSettings } {
  const views = { ...asked.views, ...(isCheckedUnasked(read, asked) && { check: [] }) };
  const { ofHeads } = request.command;
  const needsHeads = HEADS_ALONE.some((name) => read.matrices[name]);
  const ofAll = () => ({ ...request, command: ofHeads?.() ?? request.command });
  const { arrays, readPart, notices, announced, picked } = read;
  if (!arrays || !readPart) return { request: needsHeads ? ofAll() : request, read, views };
  /** The input with another batch or head. */
  const partOf = (part: Parameters<typeof readPart>[0]) => {
    return { ...readPart(part), notices, announced, picked, arrays, readPart };
  };
  const { batch = 0, head } = request.values as { readonly batch?: number; readonly head?: number };
  if (ofHeads && (needsHeads || (head === undefined && asksForAll(views, arrays)))) {
    // The heads of one run are shown together, so none is picked from the arrays.
    const { head: _, ...others } = picked;
    const sliced = new Set([...read.sliced].filter((axis) => axis !== "head"));
    return { request: ofAll(), read: { ...partOf({ batch }), sliced, picked: others }, views };
  }
  const named = partNamed(views, arrays, ofHeads !== undefined);
  if (!named) return { request, read, views };
  const part = { batch: named.batch ?? batch, head: ofHeads && (named.head ?? head ?? 0) };
  const values = { ...request.values, ...(ofHeads ? part : { batch: part.batch }) };
  return { request: { ...request, values }, read: partOf(part), views: { ...views, ...named.views } };
}

/** Whether a check or a script uses all heads and batches, and there are several. */
const asksForAll = ({ check, emit }: ViewSettings, { heads, batches }: HeadArrays) =>
  (check && (heads > 1 || batches > 1)) || (emit !== undefined && heads > 1);

/** Whether outputs are checked without `--check`: nothing else is asked for. */
function isCheckedUnasked({ answers, matrices }: SourcedProblem, { views, format }: Asked) {
  const { check, why, uses, only, steps, emit, as, explore } = views;
  const asksForMore = (check ?? why ?? uses ?? only ?? steps ?? emit ?? as) !== undefined || explore;
  const isJudged = answers.length > 0 && Object.keys(matrices).length > 0;
  return isJudged && !asksForMore && (format === "table" || format === "json");
}

const CELL = /^(?:batch[ _-]?(\d+)\/)?(?:head[ _-]?(\d+)\/)?(.*)$/s;

/** A cell with all four indices of its array: out[1,2,3,4]. */
const OF_ARRAY = /^([\p{L}_][\p{L}\d_-]*)\[(\d+),\s*([^,\]]+),\s*([^,\]]+),\s*([^,\]]+)\]$/u;

/** Rewrites such a cell as that of a head: batch 1/head 2/output[3,4]. */
function ofHead(said: string, { isHeadsFirst }: HeadArrays) {
  const [, name, batch, second, third, column] = OF_ARRAY.exec(said) ?? [];
  if (name === undefined) return said;
  const isWeights = isNameOfWeights(name);
  const [head, row] = isHeadsFirst || isWeights ? [second, third] : [third, second];
  const step = isNameOfOutput(name) ? "output" : isWeights ? "weights" : name;
  return `batch ${batch}/head ${head}/${step}[${row},${column}]`;
}

/**
 * Returns the batch and the head of a cell or step that is asked for: `batch 1/head 3/weights[0,1]`,
 * `weights[1,3,0,1]`.
 */
function partNamed(views: ViewSettings, arrays: HeadArrays, hasOneHead: boolean) {
  for (const name of ["why", "uses", "only"] as const) {
    const said = views[name];
    const [, batch, head, rest = ""] = said === undefined ? [] : (CELL.exec(ofHead(said, arrays)) ?? []);
    if (batch === undefined && (head === undefined || !hasOneHead)) continue;
    const cell = head === undefined || hasOneHead ? rest : `head ${head}/${rest}`;
    return {
      views: { [name]: cell },
      batch: batch === undefined ? undefined : Number(batch),
      ...(head !== undefined && hasOneHead && { head: Number(head) }),
    };
  }
  return undefined;
}

/** Returns the axes of arrays with several problems, and their lengths. */
export const severalAlong = ({ batches, heads }: HeadArrays, hasOneHead: boolean) =>
  [
    { axis: "batch", count: batches, text: `${batches} batches` },
    { axis: "head", count: hasOneHead ? heads : 1, text: `${heads} heads` },
  ].filter(({ count }) => count > 1);

/** Returns a note about which of several batches and heads is shown. */
export function shownPart({ arrays }: SourcedProblem, { command, values }: RunRequest): readonly string[] {
  const several = arrays ? severalAlong(arrays, command.ofHeads !== undefined) : [];
  const open = several.filter(({ axis }) => values[axis] === undefined).map(({ axis }) => setting(axis));
  if (open.length === 0) return [];
  const shown = several.map(({ axis }) => `${axis} ${values[axis] ?? 0}`).join(", ");
  return [
    `showing ${shown} of ${several.map(({ text }) => text).join(" × ")}; ${open.join(" and ")} ${open.length > 1 ? "choose" : "chooses"} another`,
  ];
}
