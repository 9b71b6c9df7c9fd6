import type { Graph } from "../../trace/graph.js";
import { type Changes, UNCHANGED } from "./changes.js";
import type { Gap } from "./gap.js";
import type { CellJudge, JudgedCells } from "./judge-cells.js";
import { type Named, sumOf } from "./step-case.js";
import { type Variant, withVariant } from "./variants.js";

/** What was named at a written step. */
export interface NamedAt extends Named {
  readonly key: string;
  /** The cells that were bad before it was named. */
  readonly blamed: Uint8Array;
}

/** What was done otherwise so far. Several things may give the same numbers until a later step tells them apart. */
export class Naming {
  readonly #graph: Graph;
  #named: readonly NamedAt[] = [];

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  get all(): readonly NamedAt[] {
    return this.#named;
  }

  get changes(): Changes {
    return this.#named.reduce(
      (changes, { variant, rows }) => withVariant(this.#graph, changes, variant, rows),
      UNCHANGED,
    );
  }

  add(named: readonly NamedAt[]): void {
    this.#named = [...this.#named, ...named];
  }

  /** What was named gives way to another that gave the same numbers, where this step tells them apart. */
  settle(judge: CellJudge, { nodes }: Gap, first: JudgedCells): JudgedCells {
    const inGap = new Set(nodes.map(({ key }) => key));
    const touches = (variant: Variant) => [...variant.nodes.keys()].some((key) => inGap.has(key));
    let judged = first;
    for (const [at, named] of this.#named.entries()) {
      const candidates = [named.variant, ...named.alike];
      if (candidates.length < 2 || !candidates.some(touches)) continue;
      const tried = candidates.flatMap((variant) => {
        this.#named = this.#named.with(at, { ...named, variant });
        const other = judge.look(this.changes, { isRight: true })?.judge();
        return other ? [{ variant, judged: other, bits: sumOf(other.bits) }] : [];
      });
      const least = Math.min(...tried.map(({ bits }) => bits));
      const [best, ...alike] = tried.filter(({ bits }) => bits <= least + 1e-9);
      const others = alike.map(({ variant }) => variant);
      this.#named = this.#named.with(at, { ...named, variant: best.variant, alike: others });
      judged = best.judged;
    }
    return judged;
  }

  /** A right way is right as a whole: where a mistake was made later in what it does otherwise, it was a mistake, too. */
  doubtWays(): void {
    this.#named = this.#named.map((named, at) => {
      if (!named.variant.isRight) return named;
      const isSpoiled = this.#named
        .slice(at + 1)
        .some(({ variant }) => [...variant.nodes.keys()].some((key) => named.variant.nodes.has(key)));
      const [mistake, ...alike] = named.alike.filter(({ isRight }) => !isRight);
      return isSpoiled && mistake ? { ...named, variant: mistake, alike } : named;
    });
  }
}
