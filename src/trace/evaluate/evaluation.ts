import { type Matrix, type RowRange, rowOf, rowsOf } from "../../math/matrix.js";
import { isStored } from "../../math/stored-matrix.js";
import type { Graph } from "../graph.js";
import type { Node, Numbers, Op } from "../op.js";
import type { Room } from "./room.js";
import { RowBlocks } from "./row-blocks.js";

/** How a step is worked out where that is not as its op says: rounded as on paper, or as a machine does. */
export type Arithmetic = (node: Node) => Op<unknown>["compute"];

/** Other numbers for a node, or another way to make them of what it is made of. */
export type Change = Matrix | Otherwise;

type Otherwise = (inputs: readonly Matrix[], node: Node) => Matrix;

/** The change of a node in some of its rows; the others are as its op makes them. */
export const inRows =
  (rows: readonly number[], otherwise: Otherwise): Otherwise =>
  (inputs, node) => {
    const made = node.op.compute(inputs, node.params);
    const other = otherwise(inputs, node);
    const data = made.data.slice();
    for (const row of rows) data.set(rowOf(other, row), row * made.cols);
    return { ...made, data };
  };

/** How nodes are worked out. Absent: exactly, but for the rounding of float64, and every number is kept. */
export interface How {
  readonly arithmetic?: Arithmetic | undefined;
  /** What is put in the place of inputs and nodes, by key; only numbers in that of an input. */
  readonly replace?: ReadonlyMap<string, Change> | undefined;
  /** Whether the numbers of a node are kept; others are worked out in blocks of rows for the nodes that need them. */
  readonly keeps?: ((node: Node) => boolean) | undefined;
  /** Whether anybody looks at the steps, beside the results of the run; absent: yes. */
  readonly areStepsSeen?: boolean | undefined;
  /** Room for numbers that may be let go, and worked out anew for who asks. */
  readonly room?: Room | undefined;
  /** The numbers that are let go together with those of a node; absent for a node whose numbers stay. */
  readonly shelfOf?: ((node: Node) => string | undefined) | undefined;
  /** What has been worked out elsewhere. */
  readonly known?: Known | undefined;
}

/** Numbers that are there already. */
export interface Known {
  has(key: string): boolean;
  of(key: string): Matrix;
}

/**
 * The numbers of a graph. A node is worked out when it is first asked for, together with others where that is quicker, and kept.
 * Equal numbers of the inputs give equal bits, whoever asks for what first.
 */
export class Evaluation implements Numbers {
  readonly nodes: Graph;
  readonly how: How;
  readonly passes = new Map<string, unknown>();
  readonly #numbers = new Map<string, Matrix>();
  readonly #kept = new Map<string, boolean>();
  readonly #blocks: RowBlocks;

  constructor(nodes: Graph, how: How = {}) {
    this.nodes = nodes;
    this.how = how;
    this.#blocks = new RowBlocks(this);
  }

  of({ key }: { readonly key: string }): Matrix {
    const kept = this.#numbers.get(key);
    if (kept) return kept;
    const { known, replace } = this.how;
    if (known?.has(key) && !replace?.has(key)) return known.of(key);
    const node = this.nodes.node(key);
    if (!node) return this.#input(key);
    if (!this.keeps(node)) return this.#workWhole(node);
    const made = this.#make(node);
    if (!this.#numbers.has(key)) this.keep(node, made);
    return made;
  }

  /** Keeps what a node has come to: as long as there is room. */
  keep(node: Node, made: Matrix): void {
    this.#numbers.set(node.key, made);
    this.hold(node, made.rows * made.cols, () => this.#numbers.delete(node.key));
  }

  /** Says that so many numbers of a node lie here until `letGo` is called. */
  hold(node: Node, count: number, letGo: () => void): void {
    const shelf = this.how.shelfOf?.(node);
    if (shelf !== undefined) this.how.room?.hold(shelf, count, letGo);
  }

  rows(ref: { readonly key: string }, range: RowRange): Matrix {
    const node = this.nodes.node(ref.key);
    if (node && !this.keeps(node)) return this.#blocks.rowsOf(node, range);
    const matrix = this.of(ref);
    return isStored(matrix) ? matrix.readRows(range) : rowsOf(matrix, range);
  }

  keeps({ key }: { readonly key: string }): boolean {
    const { keeps, replace } = this.how;
    if (!keeps) return true;
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const node = this.nodes.node(key);
    // Numbers that were changed are worked out once and held.
    const isKept = !node || replace?.has(key) === true || keeps(node);
    this.#kept.set(key, isKept);
    return isKept;
  }

  /**
   * The same computation with some nodes done otherwise: other numbers, or another way to make them. All that does not depend on these
   * is taken from here, and the rest is worked out when it is asked for.
   */
  altered(changes: ReadonlyMap<string, Change>): Evaluation {
    const after = [...changes.keys()].map((key) => this.nodes.after(key));
    const isAltered = (key: string) => after.some((keys) => keys.has(key));
    const known = { has: (key: string) => !isAltered(key), of: (key: string) => this.of({ key }) };
    const { arithmetic, keeps } = this.how;
    return new Evaluation(this.nodes, { arithmetic, keeps, replace: changes, known });
  }

  /** Whether the numbers are there, or lie in a file. */
  isReady(key: string): boolean {
    return this.#numbers.has(key) || this.how.known?.has(key) === true || !this.nodes.node(key);
  }

  get areStepsSeen(): boolean {
    return this.how.areStepsSeen !== false;
  }

  asRecorded(key: string): Node | undefined {
    const { replace, arithmetic } = this.how;
    return arithmetic || replace?.has(key) ? undefined : this.nodes.node(key);
  }

  /** Numbers of inputs as they are needed for all rows of what is made of them. */
  inputsOf({ inputs }: Pick<Node, "inputs">): Matrix[] {
    return inputs.map((key) => this.of({ key }));
  }

  /** What makes the numbers of a node of its inputs. */
  computeOf(node: Node): Op<unknown>["compute"] {
    const change = this.how.replace?.get(node.key);
    if (typeof change === "function") return (inputs) => change(inputs, node);
    return this.how.arithmetic?.(node) ?? node.op.compute;
  }

  #input(key: string): Matrix {
    const given = this.nodes.input(key);
    if (!given) throw new RangeError(`"${key}" is used before it is recorded`);
    const change = this.how.replace?.get(key);
    return typeof change === "object" ? change : given.matrix;
  }

  #make(node: Node): Matrix {
    const { replace, arithmetic } = this.how;
    const change = replace?.get(node.key);
    if (typeof change === "object") return change;
    if (change) return this.#workWhole(node);
    // Other arithmetic is that of every step: there is no quicker way through several, and parts of a sum are none of its numbers.
    if (!arithmetic) return node.op.fused?.(node, this) ?? this.#blocks.work(node) ?? this.#workWhole(node);
    return (node.op.sumsRows ? undefined : this.#blocks.work(node)) ?? this.#workWhole(node);
  }

  #workWhole(node: Node): Matrix {
    return this.computeOf(node)(this.inputsOf(node), node.params);
  }
}
