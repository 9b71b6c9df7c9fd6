import { present, sumOver } from "../../math/lists.js";

// Decides how the parts of an attention are placed, side by side or below each other. It depends on their widths and
// the width of the window.

/** Window widths in pixels, and the room that each has, in rem. */
const WINDOWS = [
  { from: 1264, room: 75.8 },
  { from: 900, room: 53 },
  { from: 600, room: 34.5 },
] as const;

/** In a figure with more rows than this, the arrows are placed at the height of this row. */
export const roomFor = { rows: 16 } as const;

/** The maximum number of products of a matrix side by side. */
export const MOST_BESIDE = 8;

/** The minimum room for the arithmetic of a cell beside a figure. */
const PANEL = 17;
/** The factor by which letters grow in a figure that is narrower than the room. */
const LARGER = 1.165;

/** Widths in rem without the names of rows, and the widths of those names. */
export interface Parts {
  readonly meet: number;
  readonly band: readonly number[];
  readonly bandNames: number;
  readonly end: number;
  readonly endNames: number;
}

/**
 * Returns the classes of a figure, one per window: `one` line, `two` (a break before the weights), `three` (breaks
 * before and after the softmax), or `each` (every matrix of the softmax may begin a line). `below` puts the arithmetic
 * under the scores.
 */
export function layoutClasses({ meet, band, bandNames, end, endNames }: Parts) {
  const between = sumOver(band);
  const whole = meet + between + end;
  const classes = WINDOWS.map(({ room }, at) => {
    if (whole <= room) return `one${at}`;
    if (meet + between <= room && between >= PANEL) return `two${at}`;
    const lines = bandNames + between <= room ? "three" : "each";
    return `${lines}${at}${meet + PANEL <= room ? "" : ` below${at}`}`;
  });
  const isSmall = whole * LARGER <= WINDOWS[0].room;
  return present([isSmall && "big", ...classes, end + endNames > WINDOWS[0].room && "wide"]).join(" ");
}

/** Returns the CSS rules for the classes of a figure, each for its window widths. */
export function layoutRules() {
  return WINDOWS.map(({ from }, at) => {
    const to = at === 0 ? "" : ` and (max-width:${WINDOWS[at - 1].from - 1}px)`;
    const flat = (selector: string) => `${selector}{flex-wrap:nowrap}`;
    const bare = (selector: string) => `${selector} :is(tbody th,thead td){display:none}`;
    const rules = [
      `.one${at}{grid-template:"a p c" 1fr "a b c" auto/auto auto auto}${flat(`.one${at} .gb`)}${bare(`.one${at} :is(.gb,.gc .ba,.gc .bd)`)}`,
      `.two${at}{grid-template:"a p" 1fr "a b" auto "c c" auto/auto 1fr;row-gap:0}.two${at} .gc{margin-top:1.5rem}${flat(`.two${at} .gb`)}${bare(`.two${at} :is(.gb,.gc .bd)`)}`,
      `:is(.three${at},.each${at}){grid-template:"a p" "b b" "c c"/auto 1fr}${flat(`.three${at} .gb`)}.three${at} .gb .blk:not(:first-child) :is(tbody th,thead td){display:none}${bare(`:is(.three${at},.each${at}) .gc .bd`)}`,
      `.below${at}{grid-template:"a" "p" "b" "c"/auto}`,
    ];
    return `@media(min-width:${from}px)${to}{${rules.join("")}}`;
  }).join("\n");
}
