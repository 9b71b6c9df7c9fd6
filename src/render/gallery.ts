import { tabulate } from "../math/lists.js";
import type { Gallery, HeatMap, TitledPicture } from "./document.js";
import { writeHeatMap } from "./heatmap.js";
import { alignTo, widest, widthOf } from "./label.js";
import type { Pen } from "./pen.js";
import { writeTable } from "./table-sheets.js";
import { wrapText } from "./wrap.js";

const GAP = 3;
/** The minimum width of a map beside others. */
const NARROWEST = 12;
/** The wished number of maps side by side. Small maps may be more. */
const WISHED = 4;

/** Writes heat maps or tables in rows, as many as fit, each under its title. */
export async function* writeGallery({ pictures }: Gallery, pen: Pen): AsyncGenerator<string> {
  const drawn = await Promise.all(pictures.map((picture) => drawPicture(picture, pen)));
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

async function drawPicture({ title, block }: TitledPicture, pen: Pen) {
  const chunks: string[] = [];
  for await (const chunk of block.kind === "heatmap" ? writeSmallMap(block, pen) : writeTable(block, pen)) {
    chunks.push(chunk);
  }
  const lines = chunks.join("").trimEnd().split("\n");
  const width = widest(lines);
  const room = Math.min(Math.max(width, NARROWEST, widthOf(pen.spell(title))), pen.width);
  const heads = wrapText({ ...pen, width: room }, "strong", title);
  return { lines: [...heads, ...lines], width: Math.max(width, widest(heads)) };
}

function writeSmallMap(map: HeatMap, pen: Pen) {
  const share = Math.max(NARROWEST, Math.floor((pen.width + GAP) / WISHED) - GAP);
  return writeHeatMap(map, { ...pen, width: Math.min(share, pen.width) });
}

function endOfRow(drawn: readonly Drawn[], start: number, room: number) {
  let used = drawn[start].width;
  let end = start + 1;
  while (end < drawn.length && used + GAP + drawn[end].width <= room) {
    used += GAP + drawn[end].width;
    end++;
  }
  return end;
}

function besideEachOther(row: readonly Drawn[]) {
  const height = Math.max(...row.map(({ lines }) => lines.length));
  return tabulate(height, (line) =>
    row
      .map(({ lines, width }) => alignTo(lines[line] ?? "", width, "left"))
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
}
