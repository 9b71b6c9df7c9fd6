import { tabulate } from "../../math/lists.js";
import { type Candidate, candidatesAt, type Sheet } from "./evidence.js";
import type { Cells, Item, Subject } from "./items.js";
import type { Line } from "./lines.js";

/** The items read from the runs of a sheet, and the evidence in total. */
export interface Placement {
  readonly total: number;
  readonly candidates: readonly Candidate[];
}

/** A placement, with what is needed to build the matrices of a sheet. */
export interface Placed extends Placement {
  readonly sheet: Sheet;
  readonly subject: Subject;
  readonly lines: readonly Line[];
  /** The same lines as they were typed. */
  readonly typed: readonly Line[];
}

/** The pieces of one item, joined. */
export interface Joined {
  readonly cells: Cells;
  readonly from: readonly Candidate[];
  /** Earlier versions of the whole matrix. */
  readonly replaced: readonly Candidate[];
  readonly doubts: readonly string[];
}

// Costs and gains of moves along a sheet. Set on the forms of test/support/document-forms.ts.
const UNUSED_NUMBER = 0.12;
const FORWARD = 0.5;
const AGAIN = -0.5;
const GOING_ON = 0.1;
/** The cost of another piece with the same name. If the shape is not known, one larger matrix is better. */
const MORE_OF_IT = -3;
const BACK = -0.7;

/** The best path so far to an index, and the candidate that led there. */
interface Path {
  readonly total: number;
  readonly candidate?: Candidate;
  readonly before?: Path;
}

/**
 * Assigns the runs of a sheet to items. It finds the best of all paths; items in the order of the computation score
 * higher. Dynamic programming over runs and the last item.
 */
export function placeRuns(sheet: Sheet, items: readonly Item[]): Placement {
  const { runs } = sheet;
  const paths = tabulate(runs.length + 1, () => new Map<number, Path>());
  paths[0].set(-1, { total: 0 });
  const order = new Map(items.map((item, index) => [item, index]));
  const put = (at: number, item: number, path: Path) => {
    const known = paths[at].get(item);
    if (!known || path.total > known.total) paths[at].set(item, path);
  };
  runs.forEach((run, at) => {
    const candidates = items
      .flatMap((item) => candidatesAt(sheet, at, item))
      .filter(({ total }) => total > 0);
    const isFree = run.isIntermediate || run.cells.length < 2;
    for (const [item, before] of paths[at]) {
      put(at + 1, item, { ...before, total: before.total - (isFree ? 0 : UNUSED_NUMBER * run.cells.length) });
      for (const candidate of candidates) {
        const next = order.get(candidate.item) ?? 0;
        const total = before.total + candidate.total + moveCost(item, next, candidate);
        put(candidate.to, next, { total, candidate, before });
      }
    }
  });
  return bestOf([...paths[runs.length].values()]);
}

function moveCost(from: number, to: number, { isWhole, layout }: Candidate): number {
  if (from < 0) return 0;
  if (to > from) return FORWARD;
  if (to < from) return BACK;
  return layout === "free" ? MORE_OF_IT : isWhole ? AGAIN : GOING_ON;
}

function bestOf(paths: readonly Path[]): Placement {
  const best = bestPath(paths);
  const candidates: Candidate[] = [];
  for (let path: Path | undefined = best; path; path = path.before)
    if (path.candidate) candidates.unshift(path.candidate);
  return { total: best.total, candidates };
}

/** Returns the path with the most evidence. */
export const bestPath = <Path extends { readonly total: number }>(paths: readonly Path[]): Path =>
  paths.reduce((one, other) => (other.total > one.total ? other : one));
