import { findStep } from "../../trace/trace.js";
import { escapeMarkup } from "../drawing/svg.js";
import { capitalized } from "../sentences/names.js";
import { type Answer, emphasised } from "./answer.js";
import type { Crossed } from "./figures.js";
import { MOST_IN_STRIP, writeStrip } from "./strip.js";
import type { PageRun } from "./table.js";

const MOST_STRIPS = 4;

/** Writes the result of a run as a sentence and as pictures. */
export function writeHero(
  page: PageRun,
  crossed: readonly Crossed[],
  { headline, more }: Answer,
  isDrawn: boolean,
): string {
  const strips = isDrawn ? [] : stripsOf(page, crossed, more);
  const isOfStrip = (text: string) => strips.length > 1 && crossed.some(({ scope }) => isAbout(text, scope));
  const paragraphs = more.filter((text) => !isOfStrip(text)).map((text) => `<p>${emphasised(text)}</p>`);
  const head = `<h1>${headline}</h1>\n${paragraphs.join("\n")}`;
  if (strips.length === 1) return `<div class="hero"><div>${head}</div>${strips[0]}</div>\n`;
  return `${head}${strips.length > 0 ? `<div class="strips">${strips.join("")}</div>` : ""}\n`;
}

/** Whether a sentence is about a head: "Head 0 spreads its weight". */
const isAbout = (text: string, scope: string) => scope !== "" && text.startsWith(`${capitalized(scope)} `);

function stripsOf(
  { trace, cells }: PageRun,
  crossed: readonly Crossed[],
  sentences: readonly string[],
): readonly string[] {
  if (crossed.length > MOST_STRIPS) return [];
  return crossed.flatMap(({ weights, scope }) => {
    const step = findStep(trace, weights);
    if (!step || Math.max(step.shape.rows, step.shape.cols) > MOST_IN_STRIP) return [];
    const label = `Who looks at whom${scope === "" ? "" : `, ${scope}`}: thicker lines are larger weights`;
    const strip = writeStrip(step, cells.matrix(weights), label, cells.format(weights));
    if (crossed.length === 1) return [strip];
    const notes = sentences
      .filter((text) => isAbout(text, scope))
      .map((text) => {
        return `<p class="note">${escapeMarkup(text.slice(scope.length + 1))}</p>`;
      });
    return [
      `<section><h2 class="sub">${escapeMarkup(capitalized(scope))}</h2>${notes.join("")}${strip}</section>`,
    ];
  });
}
