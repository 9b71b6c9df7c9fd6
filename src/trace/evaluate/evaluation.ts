import { type Matrix, type RowRange, rowOf, rowsOf } from "../../math/matrix.js";
import { isStored } from "../../math/stored-matrix.js";
import type { Graph } from "../graph.js";
import type { Node, Numbers, Op } from "../op.js";
import type { MemoryBudget } from "./memory-budget.js";
import { RowBlocks } from "./row-blocks.js";

/**
 * Returns the compute function of a step, if it is not the one of its op: rounded as on paper, or in the arithmetic of
 * a machine.
 */
export type Arithmetic = (node: Node) => Op<unknown>["compute"];

/** A replacement for a node: other numbers, or another way to compute them from its inputs. */
export type Replacement = Matrix | ReplacementFunction;

type ReplacementFunction = (inputs: readonly Matrix[], node: Node) => Matrix;

/** Changes a node in some of its rows only. The other rows are computed by its op. */
export const replaceInRows =
  (rows: readonly number[], replacement: ReplacementFunction): ReplacementFunction =>
  (inputs, node) => {
    const computed = node.op.compute(inputs, node.params);
    const replaced = replacement(inputs, node);
    const data = computed.data.slice();
    for (const row of rows) data.set(rowOf(replaced, row), row * computed.cols);
    return { ...computed, data };
  };

/** How nodes are computed. The defaults are float64 arithmetic, and all numbers are kept. */
export interface EvaluationOptions {
  readonly arithmetic?: Arithmetic | undefined;
  /** Replacements of inputs and nodes, by key. An input can only be replaced by numbers. */
  readonly replace?: ReadonlyMap<string, Replacement> | undefined;
  /**
   * Whether the numbers of a node are kept. Other nodes are computed in blocks of rows for the nodes that need them.
   */
  readonly keeps?: ((node: Node) => boolean) | undefined;
  /** Whether anybody looks at the steps in addition to the results of the run. Default: true. */
  readonly areStepsShown?: boolean | undefined;
  /** A limited store for numbers that may be dropped and computed again when they are asked for. */
  readonly budget?: MemoryBudget | undefined;
  /**
   * The group of a node: all numbers of one group are dropped together. Undefined for a node whose numbers are never
   * dropped.
   */
  readonly memoryGroupOf?: ((node: Node) => string | undefined) | undefined;
  /** Numbers that were computed elsewhere. */
  readonly known?: KnownNumbers | undefined;
}

/** Numbers that are known already. */
export interface KnownNumbers {
  has(key: string): boolean;
  of(key: string): Matrix;
}

/**
 * The numbers of a graph. A node is computed when it is first asked for, and kept. It is computed together with other
 * nodes if that is faster. Equal input numbers give equal bits, in whichever order the nodes are asked for.
 */
export class Evaluation implements Numbers {
  readonly nodes: Graph;
  readonly options: EvaluationOptions;
  readonly passes = new Map<string, unknown>();
  readonly #numbers = new Map<string, Matrix>();
  readonly #kept = new Map<string, boolean>();
  readonly #blocks: RowBlocks;

  constructor(nodes: Graph, options: EvaluationOptions = {}) {
    this.nodes = nodes;
    this.options = options;
    this.#blocks = new RowBlocks(this);
  }

  of({ key }: { readonly key: string }): Matrix {
    const kept = this.#numbers.get(key);
    if (kept) return kept;
    const { known, replace } = this.options;
    if (known?.has(key) && !replace?.has(key)) return known.of(key);
    const node = this.nodes.node(key);
    if (!node) return this.#input(key);
    if (!this.keeps(node)) return this.#computeWhole(node);
    const matrix = this.#compute(node);
    if (!this.#numbers.has(key)) this.keep(node, matrix);
    return matrix;
  }

  /** Keeps the numbers of a node while there is room. */
  keep(node: Node, matrix: Matrix): void {
    this.#numbers.set(node.key, matrix);
    this.trackMemory(node, matrix.rows * matrix.cols, () => this.#numbers.delete(node.key));
  }

  /** Reports that `count` numbers of a node are stored here until `evict` is called. */
  trackMemory(node: Node, count: number, evict: () => void): void {
    const group = this.options.memoryGroupOf?.(node);
    if (group !== undefined) this.options.budget?.add(group, count, evict);
  }

  rows(ref: { readonly key: string }, range: RowRange): Matrix {
    const node = this.nodes.node(ref.key);
    if (node && !this.keeps(node)) return this.#blocks.rowsOf(node, range);
    const matrix = this.of(ref);
    return isStored(matrix) ? matrix.readRows(range) : rowsOf(matrix, range);
  }

  keeps({ key }: { readonly key: string }): boolean {
    const { keeps, replace } = this.options;
    if (!keeps) return true;
    const cached = this.#kept.get(key);
    if (cached !== undefined) return cached;
    const node = this.nodes.node(key);
    // Numbers that were changed are computed once and kept.
    const isKept = !node || replace?.has(key) === true || keeps(node);
    this.#kept.set(key, isKept);
    return isKept;
  }

  /**
   * Returns the same computation with some nodes replaced: by other numbers, or by another way to compute them. Nodes
   * that do not depend on the changes are taken from here. The others are computed when they are asked for.
   */
  withReplacements(changes: ReadonlyMap<string, Replacement>): Evaluation {
    const after = [...changes.keys()].map((key) => this.nodes.after(key));
    const isAltered = (key: string) => after.some((keys) => keys.has(key));
    const known = { has: (key: string) => !isAltered(key), of: (key: string) => this.of({ key }) };
    const { arithmetic, keeps } = this.options;
    return new Evaluation(this.nodes, { arithmetic, keeps, replace: changes, known });
  }

  /** Whether the numbers are computed already, or can be read from a file. */
  isReady(key: string): boolean {
    return this.#numbers.has(key) || this.options.known?.has(key) === true || !this.nodes.node(key);
  }

  get areStepsShown(): boolean {
    return this.options.areStepsShown !== false;
  }

  asRecorded(key: string): Node | undefined {
    const { replace, arithmetic } = this.options;
    return arithmetic || replace?.has(key) ? undefined : this.nodes.node(key);
  }

  /** Returns the whole input matrices of a node. */
  inputsOf({ inputs }: Pick<Node, "inputs">): Matrix[] {
    return inputs.map((key) => this.of({ key }));
  }

  /** Returns the function that computes a node from its inputs. */
  computeOf(node: Node): Op<unknown>["compute"] {
    const change = this.options.replace?.get(node.key);
    if (typeof change === "function") return (inputs) => change(inputs, node);
    return this.options.arithmetic?.(node) ?? node.op.compute;
  }

  #input(key: string): Matrix {
    const given = this.nodes.input(key);
    if (!given) throw new RangeError(`"${key}" is used before it is recorded`);
    const change = this.options.replace?.get(key);
    return typeof change === "object" ? change : given.matrix;
  }

  #compute(node: Node): Matrix {
    const { replace, arithmetic } = this.options;
    const change = replace?.get(node.key);
    if (typeof change === "object") return change;
    if (change) return this.#computeWhole(node);
    // Other arithmetic applies to every single step. So fused steps are not used, and neither are partial sums, which
    // are not numbers of a step.
    if (!arithmetic)
      return node.op.fused?.(node, this) ?? this.#blocks.compute(node) ?? this.#computeWhole(node);
    return (node.op.sumsOverRows ? undefined : this.#blocks.compute(node)) ?? this.#computeWhole(node);
  }

  #computeWhole(node: Node): Matrix {
    return this.computeOf(node)(this.inputsOf(node), node.params);
  }
}
