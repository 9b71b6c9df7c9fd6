import { optionOf } from "../../setting-names.js";

/**
 * What the page does when a cell is pointed at, focused or touched: it says the cell's arithmetic and lights what it is made
 * of. The data of a table is a list with one entry a cell: the arithmetic, then for each number used its input, row and
 * column, where −1 is all of them. Everything is written as text. The page has the hash of this script, so that nothing in it
 * is left to be spelled later.
 */
export const SCRIPT = `"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const panel = document.getElementById("why");
  const tables = new Map();
  for (const table of document.querySelectorAll("table[data-k]")) if (!tables.has(table.dataset.k)) tables.set(table.dataset.k, table);
  const place = (cell) => ({ table: cell.closest("table"), row: cell.parentElement.sectionRowIndex, col: cell.cellIndex - 1 });
  const cellAt = (table, row, col) => { const line = table && table.tBodies[0].rows[row]; const cell = line && line.cells[col + 1]; return cell && !cell.classList.contains("sum") ? cell : undefined; };
  const nameOf = (cell) => { const { table, row, col } = place(cell); const head = table.tHead.rows[0].cells[col + 1]; return table.dataset.k + "[" + table.tBodies[0].rows[row].cells[0].textContent + "," + (head ? head.textContent : col) + "]"; };
  let pinned;
  const refsOf = (entry, inputs) => { const found = []; for (let at = 1; at + 2 < entry.length; at += 3) { const table = tables.get(inputs[entry[at]]); if (!table) continue; const rows = entry[at + 1] < 0 ? [...table.tBodies[0].rows].map((_, row) => row) : [entry[at + 1]]; for (const row of rows) { const cols = entry[at + 2] < 0 ? [...table.tBodies[0].rows[row].cells].map((_, col) => col - 1).slice(1) : [entry[at + 2]]; for (const col of cols) { const cell = cellAt(table, row, col); if (cell) found.push(cell); } } } return found; };
  const clear = () => { for (const cell of document.querySelectorAll("td.lit,td.at")) cell.classList.remove("lit", "at"); };
  const add = (name, text, className) => { const line = document.createElement(name); line.textContent = text; if (className) line.className = className; panel.append(line); return line; };
  const show = (cell) => {
    const { table, row, col } = place(cell);
    clear();
    cell.classList.add("at");
    panel.replaceChildren();
    panel.hidden = false;
    const known = data[table.dataset.k];
    const width = table.tHead.rows[0].cells.length - 1 - table.querySelectorAll("thead .sum").length;
    const entry = known && known.c[row * width + col];
    add("p", nameOf(cell) + " = " + (entry && entry[0] !== cell.textContent ? entry[0] + " = " : "") + cell.textContent);
    if (!known) { add("p", known === undefined && table.dataset.given === undefined ? "This page does not hold the arithmetic of this step: ${optionOf("why")} shows it." : "given", "dim"); return; }
    if (known.f) add("p", known.f, "dim");
    const made = refsOf(entry, known.i);
    for (const other of made) other.classList.add("lit");
    for (const other of made.slice(0, 24)) { const button = add("button", nameOf(other) + " = " + other.textContent); button.type = "button"; button.addEventListener("click", () => { pinned = other; other.scrollIntoView({ block: "center", inline: "center" }); other.focus({ preventScroll: true }); show(other); }); }
    if (made.length > 24) add("span", "and " + (made.length - 24) + " more", "dim");
  };
  const target = (event) => { const cell = event.target.closest && event.target.closest("table[data-k] tbody td"); return cell && !cell.classList.contains("sum") ? cell : undefined; };
  for (const table of tables.values()) for (const cell of table.querySelectorAll("tbody td:not(.sum)")) cell.tabIndex = -1;
  for (const table of tables.values()) { const first = cellAt(table, 0, 0); if (first) first.tabIndex = 0; }
  document.addEventListener("mouseover", (event) => { const cell = target(event); if (cell && !pinned) show(cell); });
  document.addEventListener("click", (event) => { const cell = target(event); if (cell) { pinned = pinned === cell ? undefined : cell; show(cell); } else if (!panel.contains(event.target)) { pinned = undefined; } });
  document.addEventListener("focusin", (event) => { const cell = target(event); if (cell) show(cell); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { pinned = undefined; clear(); panel.hidden = true; return; }
    const cell = target(event);
    if (!cell) return;
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (move) { const { table, row, col } = place(cell); const next = cellAt(table, row + move[0], col + move[1]); if (next) { event.preventDefault(); next.focus(); } }
    if (event.key === "Enter") { const first = panel.querySelector("button"); if (first) { event.preventDefault(); first.click(); } }
  });
})();
`;
