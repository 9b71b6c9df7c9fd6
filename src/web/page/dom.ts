import type { Markup } from "../../render/page/markup.js";

/** Returns all elements that match a selector. */
export const all = <E extends Element = HTMLElement>(selector: string, root: ParentNode = document): E[] => [
  ...root.querySelectorAll<E>(selector),
];

const MATHML = "http://www.w3.org/1998/Math/MathML";

/** Creates MathML nodes from markup. Strings become text nodes, never markup. */
export function nodeOf(markup: Markup): Node {
  if (typeof markup === "string") return document.createTextNode(markup);
  const [tag, attributes = {}, ...kids] = markup;
  const node = document.createElementNS(MATHML, tag);
  for (const [name, value] of Object.entries(attributes ?? {}))
    if (value !== undefined) node.setAttribute(name, value);
  node.append(...kids.map(nodeOf));
  return node;
}

/** Creates a formula on its own line. */
export const mathNode = (markup: Markup): Node => nodeOf(["math", { displaystyle: "true" }, markup]);

/** Calls `act`, and scrolls so that `node` stays in place when the content above it grows. */
export function keepInPlace(node: Element, act: () => void): void {
  const { top } = node.getBoundingClientRect();
  act();
  window.scrollBy(0, node.getBoundingClientRect().top - top);
}

/** The row and the column by which an arrow key moves. */
export const MOVES: Readonly<Record<string, readonly [row: number, col: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Decodes base64 into bytes. */
export const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
