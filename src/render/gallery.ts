import type { Gallery, TitledMap } from "./document.js";
import { writeHeatMap } from "./heatmap.js";
import { alignTo, truncate, widthOf } from "./label.js";
import { type Pen, write } from "./pen.js";

const GAP = 3;
/** No map is made narrower than this to fit beside another. */
const NARROWEST = 12;
/** So many beside each other are wished for; small maps stand closer. */
const WISHED = 4;

/** Heat maps in rows of as many as fit, each under its title. */
export function* writeGallery({ maps }: Gallery, pen: Pen): Generator<string> {
  const share = Math.max(NARROWEST, Math.floor((pen.width + GAP) / WISHED) - GAP);
  const drawn = maps.map((map) => drawMap(map, { ...pen, width: Math.min(share, pen.width) }));
  for (let start = 0; start < drawn.length; ) {
    const end = endOfRow(drawn, start, pen.width);
    if (start > 0) yield "\n";
    yield `${besideEachOther(drawn.slice(start, end)).join("\n")}\n`;
    start = end;
  }
}

interface Drawn {
  readonly lines: readonly string[];
  readonly width: number;
}

function drawMap({ title, map }: TitledMap, pen: Pen): Drawn {
  const lines = [
    write(pen, "strong", truncate(pen.spell(title), pen.width, pen.glyphs.cut)),
    ...Array.from(writeHeatMap(map, pen)).join("").trimEnd().split("\n"),
  ];
  return { lines, width: Math.max(...lines.map(widthOf)) };
}

function endOfRow(drawn: readonly Drawn[], start: number, room: number): number {
  let used = drawn[start].width;
  let end = start + 1;
  while (end < drawn.length && used + GAP + drawn[end].width <= room) {
    used += GAP + drawn[end].width;
    end++;
  }
  return end;
}

function besideEachOther(row: readonly Drawn[]): string[] {
  const height = Math.max(...row.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    row
      .map(({ lines, width }) => alignTo(lines[line] ?? "", width, "left"))
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
}
