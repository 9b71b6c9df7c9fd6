import { type HeadData, ROW_BYTES, TOP_BYTES, TOP_WEIGHTS } from "../../render/page/heads-data.js";
import { bytesOf } from "./dom.js";

/** Shows the largest weights of the row under the pointer. */
export function showTopWeights(
  heat: HTMLElement,
  head: HeadData,
  rowNames: readonly string[],
  colNames: readonly string[],
  [row, col]: readonly [number, number],
): void {
  const line = bytesOf(head.tops).subarray(row * ROW_BYTES, (row + 1) * ROW_BYTES);
  const word = (at: number) => line[at] * 256 + line[at + 1];
  const tops = Array.from(
    { length: TOP_WEIGHTS },
    (_, top) => [line[TOP_BYTES * top], word(TOP_BYTES * top + 1)] as const,
  );
  const known = tops.filter(([key]) => key < colNames.length);
  const title = heat.querySelector(".of");
  if (title) title.textContent = `${rowNames[row]} looks at`;
  heat.querySelector(".bars tbody")?.replaceChildren(
    ...known.map(([key, share]) => {
      const [tr, name, bar, value] = ["tr", "th", "td", "td"].map((tag) => document.createElement(tag));
      Object.assign(name, { textContent: colNames[key], scope: "row" });
      if (key === col) name.className = "on";
      const meter = document.createElement("span");
      meter.className = "bar";
      meter.style.width = `${Math.max(0.5, share / 100)}%`;
      bar.append(meter);
      value.textContent = (share / 10_000).toFixed(4);
      tr.append(name, bar, value);
      return tr;
    }),
  );
  const rest = heat.querySelector(".rest");
  const shared = word(TOP_BYTES * TOP_WEIGHTS);
  if (rest) rest.textContent = shared > 0 ? `All other keys share ${(shared / 10).toFixed(1)} %.` : "";
}
