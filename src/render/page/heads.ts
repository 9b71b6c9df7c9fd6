import { setting } from "../../errors.js";
import { sumOver, tabulate } from "../../math/lists.js";
import { type Matrix, rowOf, transpose } from "../../math/matrix.js";
import { largestMagnitude } from "../../math/rows.js";
import { shadeOf } from "../drawing/colours.js";
import { escapeMarkup } from "../drawing/svg.js";
import type { Crossed } from "./figures.js";
import { isSmall, pictureOf, shareOf } from "./head-picture.js";
import { type HeadsData, ROW_BYTES, TOP_BYTES, TOP_WEIGHTS } from "./heads-data.js";
import { base64Of, FILTERS, greyImage } from "./images.js";
import { measure, type PageRun } from "./table.js";

/** The maximum count of numbers of Q, K, V and O of all heads together. More are shown only on the page of one head. */
const MOST_PARTS = 60_000;
/** The maximum number of letters of all pictures together. */
const MOST_CHARACTERS = 120_000;
/** One byte holds the key of a weight. */
const MOST_KEYS = 255;

/** Pictures of heads, one of which can be opened. */
export interface Heads {
  /** `pictures`: the pictures with their scale. `opened`: the place where one is opened. */
  readonly pictures: string;
  readonly opened: string;
  readonly data: HeadsData;
}

/** Draws many heads, or one large one, and says what each does. */
export async function writeHeads(
  page: PageRun,
  figures: readonly Crossed[],
  about: (figure: Crossed) => string,
): Promise<Heads> {
  const { cells } = page;
  const names: (readonly string[])[] = [];
  const listOf = (key: string, side: 0 | 1) => {
    const { rowNames, colNames } = measure(page, { key });
    const list = side === 0 ? rowNames : colNames;
    const known = names.findIndex((other) => other.join("\n") === list.join("\n"));
    return known >= 0 ? known : names.push(list) - 1;
  };
  const pictures: string[] = [];
  let left = MOST_CHARACTERS;
  for (const figure of figures) {
    const picture = await pictureOf(page, figure);
    if (picture.length > left && pictures.length > 0) break;
    left -= picture.length;
    pictures.push(picture);
  }
  const shown = figures.slice(0, pictures.length);
  const canOpen = shown.every(
    ({ weights }) => Math.max(cells.matrix(weights).rows, cells.matrix(weights).cols) <= MOST_KEYS,
  );
  const parts = shown.map((figure) => partsOf(figure));
  const numbers = sumOver(
    parts.flatMap((keys) => keys ?? []),
    (key) => cells.matrix(key).data.length,
  );
  const headOf = async ({ weights }: Crossed, at: number) => {
    const matrix = cells.matrix(weights);
    const keys = numbers <= MOST_PARTS ? (parts[at] ?? []) : [];
    return {
      rows: listOf(weights, 0),
      cols: listOf(weights, 1),
      tops: base64Of(topsOf(matrix)),
      ...(isSmall(matrix) && { image: await greyImage(matrix, 0, shareOf) }),
      parts: await Promise.all(keys.map((key, side) => partOf(cells.matrix(key), side === 1 || side === 2))),
    };
  };
  const heads = await Promise.all((canOpen ? shown : []).map(headOf));
  const items = shown.map((figure, at) => {
    const text = about(figure);
    const inside = `<span class="pic">${pictures[at]}</span><span class="name">${escapeMarkup(figure.scope || "weights")}</span>${text === "" ? "" : `<span class="what">${text}</span>`}`;
    return canOpen
      ? `<li><button type="button" data-head="${at}" aria-pressed="${at === 0}">${inside}</button></li>`
      : `<li>${inside}</li>`;
  });
  const rest = figures.length - shown.length;
  const more =
    rest > 0
      ? `<p class="note">${escapeMarkup(`${rest} more heads do not fit on this page: ${setting("layer")} and ${setting("head")} show one.`)}</p>\n`
      : "";
  const isNamed = shown.every(({ weights }) => isSmall(cells.matrix(weights)));
  const missing =
    numbers > MOST_PARTS
      ? `<p class="note">${escapeMarkup(`Q, K, V and the outputs of all heads do not fit here: ${setting("head")} 0 shows one head.`)}</p>`
      : "";
  const legend = isNamed ? "" : "<span>(shades are square roots: half as dark is a quarter)</span>";
  return {
    pictures: `${FILTERS}<ul class="multi${isNamed ? " named" : ""}">${items.join("")}</ul>${more}
<div class="scale"><span>weight 0</span><ol aria-hidden="true">${tabulate(11, (at) => `<li class="a${2 * at}"></li>`).join("")}</ol><span>1</span>${legend}</div>\n`,
    opened:
      heads.length === 0
        ? ""
        : `<h2 class="live" id="opened">${titleOfOpened(shown)}</h2>${missing}
<div class="heat" hidden><div class="around" tabindex="0" role="img" aria-label="Keys above, queries left, weights where they meet, values below, output right"><div class="at"></div><img class="ak" alt=""><span class="q lq">Q</span><span class="k lk">Kᵀ</span><div class="an"></div><img class="aq" alt=""><img class="aw" alt=""><img class="ao" alt=""><span class="lo">O</span><img class="av" alt=""><span class="v lv">Vᵀ</span><i class="row"></i><i class="col"></i></div><div><h3 class="of" aria-live="polite"></h3><table class="bars"><caption class="hide">The largest weights of the chosen row</caption><tbody></tbody></table><p class="note rest"></p><p class="note">Point at a row, or use the arrow keys. Columns are keys, with K above and V below them; rows are queries, with Q on their left and the output on their right. <span class="q">Positive</span> and <span class="k">negative</span> numbers; larger ones are stronger.</p></div></div>\n`,
    data: { names, heads },
  };
}

function titleOfOpened(shown: readonly Crossed[]) {
  if (shown.length === 1) return "The weights in detail";
  return shown.every(({ scope }) => /head \d+$/.test(scope)) ? "A head in detail" : "One of them in detail";
}

function partsOf({ left, above, isTurned, values, output }: Crossed) {
  if (left === undefined || above === undefined || !isTurned || values === undefined || output === undefined)
    return undefined;
  return [left, above, values, output];
}

/** Returns the image of Q, K, V or the output. Turned, each key is a column. */
async function partOf(matrix: Matrix, isTurned: boolean) {
  const largest = largestMagnitude(matrix.data);
  const drawn = isTurned ? transpose(matrix) : matrix;
  return { cols: matrix.cols, image: await greyImage(drawn, -1, (value) => shadeOf(value, largest)) };
}

function topsOf(weights: Matrix) {
  const bytes = new Uint8Array(weights.rows * ROW_BYTES).fill(0);
  const word = (at: number, value: number) => bytes.set([value >> 8, value & 255], at);
  for (let row = 0; row < weights.rows; row++) {
    const line = rowOf(weights, row);
    const order = Array.from(line.keys())
      .sort((a, b) => line[b] - line[a])
      .slice(0, TOP_WEIGHTS);
    const start = row * ROW_BYTES;
    for (let top = 0; top < TOP_WEIGHTS; top++) {
      const key = order[top];
      bytes[start + TOP_BYTES * top] = key === undefined || !(line[key] > 0) ? 255 : key;
      word(start + TOP_BYTES * top + 1, key === undefined ? 0 : Math.round(10_000 * (line[key] || 0)));
    }
    const rest = sumOver(line, (weight, key) => (order.includes(key) ? 0 : weight || 0));
    word(start + TOP_BYTES * TOP_WEIGHTS, Math.round(1000 * rest));
  }
  return bytes;
}
