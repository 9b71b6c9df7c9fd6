import { toAscii } from "../../ascii.js";
import { channelsOf, coloursOf, type Tone } from "./colours.js";
import { type Drawing, LETTER, PAPER, type Point, type Shape } from "./drawing.js";
import type { PictureLook } from "./svg.js";

/** Pixels of the image for each of the drawing. */
const SCALE = 2;

/** Red, green and blue of every pixel, row by row. */
interface Image {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** An image that is painted: its pixels for each of the drawing, and the colours of tones. */
interface Canvas extends Image {
  readonly scale: number;
  colour(tone: Tone): string;
}

/** A drawing as PNG; equal drawings give equal pixels. */
export async function writePng(
  { width, height, shapes }: Drawing,
  { theme = "light", width: wanted }: PictureLook = {},
): Promise<Uint8Array> {
  const scale = wanted === undefined ? SCALE : wanted / width;
  const [across, down] = [wanted ?? Math.ceil(width * scale), Math.ceil(height * scale)];
  const image: Canvas = {
    width: across,
    height: down,
    data: new Uint8Array(3 * across * down),
    scale,
    colour: coloursOf(theme),
  };
  fillRect(image, [0, 0, image.width, image.height], PAPER);
  for (const shape of shapes) paintShape(image, shape);
  return encodePng(image);
}

function paintShape(image: Canvas, shape: Shape): void {
  switch (shape.kind) {
    case "rect": {
      const [left, top] = [Math.round(shape.x * image.scale), Math.round(shape.y * image.scale)];
      const right = Math.round((shape.x + shape.width) * image.scale);
      const bottom = Math.round((shape.y + shape.height) * image.scale);
      fillRect(image, [left, top, right, bottom], shape.fill);
      return;
    }
    case "line":
      paintLine(image, shape);
      return;
    case "text":
      paintText(image, shape);
  }
}

/** Left, top, right and bottom, in pixels. */
type Edges = readonly [number, number, number, number];

function fillRect(image: Canvas, [left, top, right, bottom]: Edges, fill: Tone): void {
  const [red, green, blue] = channelsOf(image.colour(fill));
  for (let y = Math.max(0, top); y < Math.min(image.height, bottom); y++) {
    for (let x = Math.max(0, left); x < Math.min(image.width, right); x++) {
      image.data.set([red, green, blue], 3 * (y * image.width + x));
    }
  }
}

/** Squares one beside the other along each piece, where no gap of the dashes is. */
function paintLine(image: Canvas, line: Extract<Shape, { kind: "line" }>): void {
  const { points, stroke, thickness, dash = [] } = line;
  const period = dash.reduce((sum, length) => sum + length, 0);
  const size = Math.max(1, Math.round((thickness * image.scale) / 2));
  let walked = 0;
  for (const [index, to] of points.entries()) {
    const from: Point = points[Math.max(0, index - 1)];
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    const steps = Math.max(1, Math.ceil(length * image.scale));
    for (let step = 0; step <= steps; step++) {
      const share = step / steps;
      if (period > 0 && isGap((walked + length * share) % period, dash)) continue;
      const x = Math.round((from[0] + (to[0] - from[0]) * share) * image.scale);
      const y = Math.round((from[1] + (to[1] - from[1]) * share) * image.scale);
      const [before, after] = [size >> 1, Math.ceil(size / 2)];
      fillRect(image, [x - before, y - before, x + after, y + after], stroke);
    }
    walked += length;
  }
}

function isGap(place: number, dash: readonly number[]): boolean {
  let end = 0;
  const index = dash.findIndex((length) => {
    end += length;
    return place < end;
  });
  return index % 2 === 1;
}

function paintText(image: Canvas, shape: Extract<Shape, { kind: "text" }>): void {
  const { x, y, text, anchor, fill, isStrong, isTurned } = shape;
  const { scale } = image;
  const glyphs = glyphsOf(text);
  const width = glyphs.length * LETTER.width;
  const start = anchor === "start" ? 0 : anchor === "middle" ? -width / 2 : -width;
  const thick = isStrong ? 0.5 : 0;
  for (const [index, columns] of glyphs.entries()) {
    for (const [column, bits] of columns.entries()) {
      for (let row = 0; row < 8; row++) {
        if (((bits >> row) & 1) === 0) continue;
        // Along the text, and across it from above.
        const [along, across] = [start + index * LETTER.width + 1 + column, row - 4];
        const [left, top, wide, high] = isTurned
          ? [x + across, y - along - 1 - thick, 1, 1 + thick]
          : [x + along, y + across, 1 + thick, 1];
        const edges = [left, top, left + wide, top + high].map((edge) => Math.round(edge * scale));
        fillRect(image, edges as unknown as Edges, fill);
      }
    }
  }
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const TRUECOLOUR = 2;

/** An image as PNG (W3C, third edition): eight bits a channel, no filter, one piece of data. */
export async function encodePng({ width, height, data }: Image): Promise<Uint8Array> {
  const { crc32, deflateSync } = await import("node:zlib");
  const lines = new Uint8Array(height * (3 * width + 1));
  for (let y = 0; y < height; y++) {
    lines.set(data.subarray(3 * width * y, 3 * width * (y + 1)), y * (3 * width + 1) + 1);
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, TRUECOLOUR, 0, 0, 0], 8);
  const piece = (name: string, contents: Uint8Array): Uint8Array => {
    const bytes = new Uint8Array(12 + contents.length);
    const fields = new DataView(bytes.buffer);
    fields.setUint32(0, contents.length);
    bytes.set(Buffer.from(name, "latin1"), 4);
    bytes.set(contents, 8);
    fields.setUint32(8 + contents.length, crc32(bytes.subarray(4, 8 + contents.length)));
    return bytes;
  };
  return Buffer.concat([
    SIGNATURE,
    piece("IHDR", header),
    piece("IDAT", deflateSync(lines, { level: 9 })),
    piece("IEND", new Uint8Array(0)),
  ]);
}

/** Five columns for each character from blank to tilde, the lowest bit on top. */
const COLUMNS =
  "0000000000 00005f0000 0007000700 147f147f14 242a7f2a12 2313086462 3649562050 0008070300 001c224100 0041221c00 2a1c7f1c2a " +
  "08083e0808 0080703000 0808080808 0000606000 2010080402 3e5149453e 00427f4000 7249494946 2141494d33 1814127f10 2745454539 " +
  "3c4a494931 4121110907 3649494936 464949291e 0000140000 0040340000 0008142241 1414141414 0041221408 0201590906 3e415d594e " +
  "7c1211127c 7f49494936 3e41414122 7f4141413e 7f49494941 7f09090901 3e41415173 7f0808087f 00417f4100 2040413f01 7f08142241 " +
  "7f40404040 7f021c027f 7f0408107f 3e4141413e 7f09090906 3e4151215e 7f09192946 2649494932 03017f0103 3f4040403f 1f2040201f " +
  "3f4038403f 6314081463 0304780403 6159494d43 007f414141 0204081020 004141417f 0402010204 4040404040 0003070800 2054547840 " +
  "7f28444438 3844444428 384444287f 3854545418 00087e0902 18a4a49c78 7f08040478 00447d4000 2040403d00 7f10284400 00417f4000 " +
  "7c04780478 7c08040478 3844444438 fc18242418 18242418fc 7c08040408 4854545424 04043f4424 3c4040207c 1c2040201c 3c4030403c " +
  "4428102844 4c9090907c 4464544c44 0008364100 0000770000 0041360800 0201020402";

const GLYPHS = COLUMNS.split(" ");
const BLANK = 0x20;
/** For a character that has no letter here: an empty frame. */
const UNKNOWN = "7f4141417f";
const OWN: Readonly<Record<string, string>> = {
  "·": "0000180000",
  "…": "6000600060",
  "×": "0028102800",
  "∞": "1824182418",
};

/** A text as columns of dots, a character each; what is written in signs of mathematics is spelled out. */
function glyphsOf(text: string): readonly (readonly number[])[] {
  const spelled = Array.from(text, (sign) => (sign in OWN ? sign : toAscii(sign))).join("");
  return Array.from(spelled, (sign) => {
    const code = (sign.codePointAt(0) ?? 0) - BLANK;
    const columns = OWN[sign] ?? GLYPHS[code] ?? UNKNOWN;
    return Array.from({ length: 5 }, (_, column) =>
      Number.parseInt(columns.slice(2 * column, 2 * column + 2), 16),
    );
  });
}
