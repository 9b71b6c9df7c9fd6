import type { Source } from "../source.js";
import type { RowText } from "./pieces.js";
import type { PrintedTable } from "./printed-run.js";
import type { SheetLine } from "./sheet-lines.js";
import type { StepTitles, TitledStep } from "./titled-step.js";

/** A title, and what stands under it. */
export interface Block {
  readonly line: SheetLine;
  readonly title: string;
  /** The head whose part it stands in, as it is counted on the sheet. */
  readonly head: number | undefined;
  /** The scope that a printed run says. */
  readonly scope: string | undefined;
  readonly steps: readonly TitledStep[];
  readonly rows: RowText[];
  /** What may be names of columns. */
  above: SheetLine | undefined;
  /** Text that another form reads, such as a matrix of LaTeX. */
  form: { readonly first: RowText; readonly lines: readonly SheetLine[] } | undefined;
  readonly printed: PrintedTable | undefined;
  /** It is said that nothing is answered, or a table stands here: no rows may follow. */
  isClosed: boolean;
}

/** A sheet as it is read: what was found so far, and where it stands. */
export interface State {
  readonly source: Source;
  readonly titles: StepTitles;
  readonly blocks: Block[];
  readonly aside: SheetLine[];
  head: number | undefined;
  /** The title above the heads, when it is that of each. */
  over: string | undefined;
  scope: string | undefined;
  block: Block | undefined;
  /** Lines of text since the title or the last row. */
  texts: SheetLine[];
}

/** A sheet of which nothing is read yet. */
export const startOf = (source: Source, titles: StepTitles): State => ({
  ...{ source, titles, blocks: [], aside: [], texts: [] },
  ...{ head: undefined, over: undefined, scope: undefined, block: undefined },
});

/** The number of a head in a title. */
export const HEAD = /(?:^|[\s,(/–-])\(?(?:attention\s+)?head[\s_]*#?\s*(\d{1,3})\b\)?\s*[:/.–-]*\s*/i;

/** Opens a block where a title names a step. */
export function openBlock(
  state: State,
  line: SheetLine,
  title: string,
  { printed }: { readonly printed?: PrintedTable } = {},
): Block | undefined {
  const [said, number] = HEAD.exec(title) ?? [];
  const head = number === undefined ? headOf(state) : Number(number);
  const name = said === undefined ? title : title.replace(said, " ").trim();
  if (name === "") return undefined;
  const scope = printed?.scope ?? state.scope;
  const steps = state.titles.find(
    name,
    scope ?? (head === undefined || state.titles.heads === 0 ? "" : "head 0"),
    printed?.formula,
  );
  if (steps.length === 0) return undefined;
  state.over = undefined;
  if (number === undefined) state.head = head;
  const block: Block = {
    ...{ line, title: name, scope, steps, rows: [], above: undefined, form: undefined, printed },
    ...{ head: scope === undefined ? head : undefined, isClosed: printed !== undefined },
  };
  state.blocks.push(block);
  state.block = block;
  state.aside.push(...state.texts);
  state.texts = [];
  return block;
}

/** The head that a title stands in; behind the heads under a title of their own the next one stands in none. */
function headOf({ head, over, block }: State): number | undefined {
  return over !== undefined && block && (block.rows.length > 0 || block.form) ? undefined : head;
}

export function enterScope(state: State, scope: string): void {
  state.scope = scope;
  state.block = undefined;
}
