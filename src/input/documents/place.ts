import { type Sheet, type Take, takesAt } from "./evidence.js";
import type { Cells, Item, Subject } from "./items.js";
import type { Line } from "./lines.js";

/** The items read from the runs of a sheet, and the evidence in total. */
export interface Placement {
  readonly total: number;
  readonly takes: readonly Take[];
}

/** A placement, with what is needed to build the matrices of a sheet. */
export interface Placed extends Placement {
  readonly sheet: Sheet;
  readonly subject: Subject;
  readonly lines: readonly Line[];
}

/** The pieces of one item, joined. */
export interface Joined {
  readonly cells: Cells;
  readonly from: readonly Take[];
  /** Earlier versions of the whole matrix. */
  readonly replaced: readonly Take[];
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

/** The best way so far to an index, and the take that led there. */
interface Way {
  readonly total: number;
  readonly take?: Take;
  readonly before?: Way;
}

/**
 * Assigns the runs of a sheet to items. It finds the best of all ways; items in the order of the computation score
 * higher. Dynamic programming over runs and the last item.
 */
export function placeRuns(sheet: Sheet, items: readonly Item[]): Placement {
  const { runs } = sheet;
  const ways = Array.from({ length: runs.length + 1 }, () => new Map<number, Way>());
  ways[0].set(-1, { total: 0 });
  const order = new Map(items.map((item, index) => [item, index]));
  const put = (at: number, item: number, way: Way) => {
    const known = ways[at].get(item);
    if (!known || way.total > known.total) ways[at].set(item, way);
  };
  runs.forEach((run, at) => {
    const takes = items.flatMap((item) => takesAt(sheet, at, item)).filter(({ total }) => total > 0);
    const isFree = run.isWorking || run.cells.length < 2;
    for (const [item, before] of ways[at]) {
      put(at + 1, item, { ...before, total: before.total - (isFree ? 0 : UNUSED_NUMBER * run.cells.length) });
      for (const take of takes) {
        const next = order.get(take.item) ?? 0;
        const total = before.total + take.total + moveCost(item, next, take);
        put(take.to, next, { total, take, before });
      }
    }
  });
  return bestOf([...ways[runs.length].values()]);
}

function moveCost(from: number, to: number, { isWhole, layout }: Take): number {
  if (from < 0) return 0;
  if (to > from) return FORWARD;
  if (to < from) return BACK;
  return layout === "free" ? MORE_OF_IT : isWhole ? AGAIN : GOING_ON;
}

function bestOf(ways: readonly Way[]): Placement {
  const best = ways.reduce((one, other) => (other.total > one.total ? other : one));
  const takes: Take[] = [];
  for (let way: Way | undefined = best; way; way = way.before) if (way.take) takes.unshift(way.take);
  return { total: best.total, takes };
}
