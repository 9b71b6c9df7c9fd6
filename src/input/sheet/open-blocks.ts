import { headWithin } from "../../attention/names.js";
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
export const startOf = (titles: StepTitles): State => ({
  titles,
  blocks: [],
  aside: [],
  texts: [],
  head: undefined,
  over: undefined,
  scope: undefined,
  block: undefined,
});

/** Opens a block where a title names a step. */
export function openBlock(
  state: State,
  line: SheetLine,
  title: string,
  { printed }: { readonly printed?: PrintedTable } = {},
): Block | undefined {
  const { title: name, head: number } = headWithin(title);
  const head = number ?? headOf(state);
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
    line,
    title: name,
    scope,
    steps,
    rows: [],
    above: undefined,
    form: undefined,
    printed,
    head: scope === undefined ? head : undefined,
    isClosed: printed !== undefined,
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

/** How matrices begin that other forms read: those of LaTeX, and calls. */
export const FORM = /\\begin\{\w*(?:matrix|array|tabular)|^\s*[A-Za-z_][\w.]*\(\s*[[({]|^\s*tf\.Tensor\(\s*$/;

/** Takes the lines of a matrix that another form reads; how many there are beyond the first. */
export function takeForm({ block }: State, lines: readonly SheetLine[], index: number): number {
  const row = block?.rows[block.rows.length - 1];
  if (!block || !row || row.line !== lines[index]) return 0;
  const text = row.line.text.slice(row.from);
  if (!FORM.test(text)) return 0;
  const end = lines.findIndex((_, at) => at >= index && isComplete(lines.slice(index, at + 1), row.from));
  const last = end < 0 ? index : end;
  block.rows.pop();
  block.form = { first: row, lines: lines.slice(index, last + 1) };
  block.isClosed = true;
  return last - index;
}

function isComplete(lines: readonly SheetLine[], from: number): boolean {
  const text = lines.map((line, index) => (index === 0 ? line.text.slice(from) : line.text)).join("\n");
  if (text.includes("\\begin")) return /\\end\{\w+\*?\}/.test(text);
  return (
    [...text].reduce(
      (depth, sign) => depth + ("([{".includes(sign) ? 1 : ")]}".includes(sign) ? -1 : 0),
      0,
    ) <= 0
  );
}
