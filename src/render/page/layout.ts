import { sumOver } from "../../math/lists.js";

// How the parts of an attention stand beside or below each other, by how wide they are and how wide a window is.

/** Windows from so many pixels on have so much room, in rem. */
const WINDOWS = [
  { from: 1264, room: 75.8 },
  { from: 900, room: 53 },
  { from: 600, room: 34.5 },
] as const;

/** Figures with more rows than this put their arrows at the height of the last of them. */
export const roomFor = { rows: 16 } as const;

/** So many products of a matrix stand beside each other. */
export const MOST_BESIDE = 8;

/** The arithmetic of a cell has at least so much room beside a figure. */
const PANEL = 17;
/** Letters of a figure that is narrower than the room are larger by this. */
const LARGER = 1.165;

/** Widths in rem without the names of rows, and those of the names. */
export interface Parts {
  readonly meet: number;
  readonly band: readonly number[];
  readonly bandNames: number;
  readonly end: number;
  readonly endNames: number;
}

/**
 * The classes of a figure, one a window: `one` line, `two` (before the weights), `three` (before and behind the softmax), or `each`, where
 * every matrix of the softmax may begin a line. `below` puts the arithmetic under the scores.
 */
export function layoutClasses({ meet, band, bandNames, end, endNames }: Parts): string {
  const between = sumOver(band);
  const whole = meet + between + end;
  const classes = WINDOWS.map(({ room }, at) => {
    if (whole <= room) return `one${at}`;
    if (meet + between <= room && between >= PANEL) return `two${at}`;
    const lines = bandNames + between <= room ? "three" : "each";
    return `${lines}${at}${meet + PANEL <= room ? "" : ` below${at}`}`;
  });
  const isSmall = whole * LARGER <= WINDOWS[0].room;
  return [
    ...(isSmall ? ["big"] : []),
    ...classes,
    ...(end + endNames > WINDOWS[0].room ? ["wide"] : []),
  ].join(" ");
}

/** Rules of style for the classes of a figure in the windows for which they are meant. */
export function layoutRules(): string {
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
