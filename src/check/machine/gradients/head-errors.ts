import { createMatrix, type Matrix, mapCells } from "../../../math/matrix.js";
import { once, remember } from "../../../math/remember.js";
import type { Trace } from "../../../trace/trace.js";
import { isShort, type Working } from "../expected-error.js";
import { countDifferent } from "./alike.js";
import type { BackHead, BackPart } from "./back-heads.js";
import type { Carried, Different } from "./carried.js";
import { type AroundHead, basisOf, factsOf, type HeadFacts } from "./head-facts.js";
import { type HeadGradients, type HeadVariance, headVariance } from "./head-variance.js";
import { keepingRows, type Room } from "./kept-rows.js";
import { type PairPart, pairVariance } from "./pair-variance.js";
import { type Roundings, roundingsOf } from "./roundings.js";

/** What is expected of the steps of one head on its way back. */
export interface HeadErrors {
  readonly head: BackHead;
  carried(key: string): Carried | undefined;
  /** The errors before anything is stored. */
  core(working: Working): HeadVariance;
  facts(working: Working): HeadFacts;
}

/** Works out the errors of a head when they are asked for, once for each way of working. */
export function headErrorsOf(
  trace: Trace,
  head: BackHead,
  around: (working: Working) => AroundHead,
  room: Room,
): HeadErrors {
  const rows = keepingRows(head, room);
  const basis = once(() => basisOf(head));
  const known = new Map<string, HeadFacts>();
  const cores = new Map<string, HeadVariance>();
  const nameOf = (working: Working) => Object.values(working).join();
  const facts = (working: Working) =>
    remember(known, nameOf(working), () => factsOf(basis(), roundingsOf(working), around(working)));
  const core = (working: Working) =>
    remember(cores, nameOf(working), () =>
      headVariance(facts(working), exactOf(head), rows(hasLevelTwo(working))),
    );
  const carried = (stepKey: string): Carried | undefined => {
    const found = head.parts.get(stepKey);
    const step = found && trace.steps.find((one) => one.key === stepKey);
    if (!found || !step) return undefined;
    const want = step.output();
    const { part, factor } = found;
    const { copies, queriesOfKey } = basis();
    const [queries, keys] = [countDifferent(copies.queries), countDifferent(copies.keys)];
    return {
      want,
      wide: new Set<string>(),
      different: differentOf(part, queries, keys),
      ...((part === "key" || part === "value") && { terms: queriesOfKey }),
      ...(part === "key" && { shift: (working: Working) => core(working).shift }),
      variance: (working) => ofPart(part, factor, want, { working, facts, core, queriesOfKey }),
    };
  };
  return { head, carried, core, facts };
}

/** Whether it is level 1 of a short type: where it does not hold, the same rows are asked for level 2. */
const hasLevelTwo = ({ compute, roundsScores }: Working) =>
  isShort(compute) && compute !== "tf32" && !roundsScores;

/** dQ, dK and dV of one head; those that are not recorded are not used either. */
function exactOf({ steps, task }: BackHead): HeadGradients {
  const { query, key, value } = task;
  const blank = ({ rows, cols }: Matrix) => createMatrix(rows, cols);
  return {
    query: steps.query?.output() ?? blank(query),
    key: steps.key?.output() ?? blank(key),
    value: steps.value?.output() ?? blank(value),
  };
}

function differentOf(part: BackPart, queries: number, keys: number): Different {
  if (part === "query") return { part: "query", queries, keys };
  return { part: part === "key" || part === "value" ? "pair" : "bias", queries, keys };
}

interface Asked {
  readonly queriesOfKey: Float64Array;
  readonly working: Working;
  facts(working: Working): HeadFacts;
  core(working: Working): HeadVariance;
}

function ofPart(
  part: BackPart,
  factor: number,
  want: Matrix,
  { working, facts, core, queriesOfKey }: Asked,
): Float64Array {
  const roundings = roundingsOf(working);
  if (part === "query") return store(core(working).query, want, roundings);
  if (part === "key" || part === "value") {
    const variance = core(working)[part];
    return store(addSums(variance, want, queriesOfKey, roundings), want, roundings);
  }
  return store(pairVariance(facts(working), part as PairPart, factor), want, roundings);
}

/** What storing a gradient adds to its errors. */
export function store(
  variance: Float64Array,
  { data }: Matrix,
  { stored, storedFloor }: Roundings,
): Float64Array {
  return variance.map((own, at) => own + stored * data[at] ** 2 + storedFloor);
}

/** What sums of so many terms lose in the accumulator. */
export function addSums(
  variance: Float64Array,
  { data, cols }: Matrix,
  terms: Float64Array,
  { sums }: Roundings,
): Float64Array {
  return variance.map((own, at) => own + ((sums ** 2 * terms[Math.floor(at / cols)]) / 9) * data[at] ** 2);
}

/** The gradients of a kv head, summed over its group. */
export const sumOf = (parts: readonly Matrix[]): Matrix =>
  mapCells(parts[0], (_, row, col) => parts.reduce((sum, { cols, data }) => sum + data[row * cols + col], 0));
