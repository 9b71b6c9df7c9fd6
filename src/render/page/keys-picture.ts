import type { KeysUsed } from "../../check/machine/keys-of-rows.js";

/** The width of all keys together. */
const WIDTH = 360;
const NAME = 64;
const LINE = 20;
const BAR = 12;

/** Draws which keys some rows were computed from, and which they should be computed from: one line per row. */
export function writeKeysUsed({ looked, keys }: KeysUsed): string {
  const x = (key: number) => round(NAME + (key / keys) * WIDTH);
  const width = (low: number, high: number) => round(((high - low) / keys) * WIDTH);
  const height = LINE * (looked.length + 1);
  const lines = looked.map(({ row, expected, seen }, at) => {
    const y = LINE * (at + 1);
    const made = seen
      ? `<rect class="made" x="${x(seen.low)}" y="${y + 2}" width="${width(seen.low, seen.high)}" height="${BAR - 4}"/>`
      : `<text x="${x(0) + 4}" y="${y + BAR - 2}">no range of keys gives this row</text>`;
    return `<text x="${NAME - 6}" y="${y + BAR - 2}" text-anchor="end">row ${row}</text><rect class="want" x="${x(expected.low)}" y="${y}" width="${width(expected.low, expected.high)}" height="${BAR}"/>${made}`;
  });
  const axis = `<text x="${NAME}" y="${LINE - 8}">key 0</text><text x="${NAME + WIDTH}" y="${LINE - 8}" text-anchor="end">key ${keys - 1}</text>`;
  const about = `Keys that ${looked.length} rows use`;
  return `<svg class="used" role="img" aria-label="${about}" viewBox="0 0 ${NAME + WIDTH + 1} ${height}" width="${NAME + WIDTH + 1}">${axis}${lines.join("")}</svg><p class="note"><span class="want">outlined</span>: the keys that the row should use; <span class="a">filled</span>: those that give its numbers</p>`;
}

const round = (value: number): number => Math.round(value * 100) / 100;
