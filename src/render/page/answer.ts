import { columnSums } from "../../math/rows.js";
import { findStep, keysOfResult, scopeText, type Trace } from "../../trace/trace.js";
import { type Block, textOf } from "../document.js";
import { escapeMarkup } from "../drawing/svg.js";
import { nameAlong } from "../label.js";
import { looksOfRun } from "../looks.js";
import { capitalized } from "../sentences/names.js";
import { findingBlocks } from "../solution.js";
import type { Crossed } from "./figures.js";
import { MOST_IN_STRIP, writeStrip } from "./strip.js";
import type { PageRun } from "./table.js";

/** A page's first sentence, and the other findings. */
interface Answer {
  /** Plain text, for the title of the window. */
  readonly title: string;
  /** Markup. */
  readonly headline: string;
  /** Sentences, as plain text. */
  readonly more: readonly string[];
}

/** Up to this number of queries or heads, each one is described. */
const MOST_DESCRIBED = 6;
/** A longer sentence is no headline. */
const LONGEST_HEADLINE = 120;
/** Matches the beginning of a longer text, if that is short enough for a headline. */
const BEGINNING = new RegExp(`^(.{1,${LONGEST_HEADLINE}}?)[;.] (.*)$`, "s");

/** Returns the result of a run: where its queries or heads have their largest weights, or what it found. */
export function answerOf(trace: Trace, crossed: readonly Crossed[] = []): Answer {
  const looks = looksOfRun(trace);
  if (looks.length > 0 && looks.length <= MOST_DESCRIBED) {
    const parts = looks.map(({ query, at, share }, place) => {
      const keys = at.split(" and ").map((key) => `<b>${escapeMarkup(key)}</b>`);
      return `<b>${escapeMarkup(query)}</b> ${place === 0 ? "looks most at" : "at"} ${keys.join(" and ")} <span class="pc">${share}</span>`;
    });
    const [{ query, at }] = looks;
    return { title: `${query} looks most at ${at}`, headline: `${parts.join(", ")}.`, more: [] };
  }
  const sentences = findingBlocks(trace).flatMap(sentencesOf);
  if (crossed.length > 1 && crossed.length <= MOST_DESCRIBED) {
    const strongest = crossed.map((figure) => [figure.scope, strongestKey(trace, figure)] as const);
    const said = (name: (text: string) => string) =>
      strongest
        .map(([head, key], place) => `${name(head)} ${place === 0 ? "looks most at" : "at"} ${name(key)}`)
        .join(", ");
    return {
      title: capitalized(said(String)),
      headline: `${said((text) => `<b>${escapeMarkup(text)}</b>`).replace("<b>h", "<b>H")}.`,
      more: sentences,
    };
  }
  const ranked = crossed.length > MOST_DESCRIBED ? rankedHeads(trace) : undefined;
  if (ranked) return ranked;
  const [first = resultOf(trace), ...more] = sentences;
  if (first.length > LONGEST_HEADLINE) {
    const [, beginning, rest] = BEGINNING.exec(first) ?? [];
    if (beginning !== undefined)
      return { title: beginning, headline: `${emphasised(beginning)}.`, more: [capitalized(rest), ...more] };
    return {
      title: `qkv ${trace.command}`,
      headline: escapeMarkup(trace.command),
      more: sentences,
    };
  }
  return { title: first.replace(/\.$/, ""), headline: emphasised(first), more };
}

const sentencesOf = (block: Block) => (block.kind === "paragraph" ? [textOf(block.spans)] : []);

/** Emphasises the subject of a sentence: Head 0. */
const emphasised = (text: string) =>
  escapeMarkup(text).replace(/^((?:Head|Layer|Of \d+ queries|query) ?\d*)/i, "<b>$1</b>");

/** For many heads: names the surest one, and the one that spreads its weight most. */
function rankedHeads(trace: Trace): Answer | undefined {
  const heads = trace.steps
    .filter(({ role }) => role === "head-entropy")
    .flatMap(({ output, scope }) =>
      Array.from(output().data, (entropy, head) => ({
        entropy,
        name: [scopeText(scope), `head ${head}`].filter(Boolean).join(", "),
      })),
    )
    .filter(({ entropy }) => Number.isFinite(entropy))
    .toSorted((a, b) => a.entropy - b.entropy);
  const [surest, last] = [heads[0], heads.at(-1)];
  if (!surest || !last || surest === last) return undefined;
  const share = ({ entropy }: { readonly entropy: number }) =>
    `entropy ${Math.round(100 * entropy)} % of the maximum`;
  return {
    title: `${capitalized(surest.name)} is the surest`,
    headline: `<b>${capitalized(surest.name)}</b> is the surest <span class="pc">${share(surest)}</span>; <b>${last.name}</b> spreads its weight most <span class="pc">${share(last)}</span>.`,
    more: [],
  };
}

/** Describes the last result of a run without findings: "Encoding: 6 × 8, position × column". */
function resultOf(trace: Trace) {
  const keys = keysOfResult(trace.results);
  const step = findStep(trace, keys.at(-1) ?? "") ?? trace.steps.at(-1);
  if (!step) return `qkv ${trace.command}`;
  const { rows, cols } = step.shape;
  return `${step.title}: ${rows} × ${cols}, ${step.axes.map(({ name }) => name).join(" × ")}`;
}

/** Returns the key that receives most of a head's weight. */
function strongestKey(trace: Trace, { weights }: Crossed) {
  const step = findStep(trace, weights);
  if (!step) return "";
  const { data } = columnSums(step.output());
  return nameAlong(step.axes[1], data.indexOf(Math.max(...data)));
}

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
