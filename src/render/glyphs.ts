/** The signs that qkv itself draws with. */
export interface Glyphs {
  /** Replaces rows or columns that are left out. */
  readonly ellipsis: string;
  /** One character at the end of a label that was cut. */
  readonly cut: string;
  readonly rule: string;
  readonly masked: string;
  readonly none: string;
  /** From zero to the largest number. */
  readonly shades: readonly string[];
  readonly notANumber: string;
  /** The left edge of a chart, and its lower corner. */
  readonly side: string;
  readonly corner: string;
  /** The signs of each curve: level, fallen to, risen to, falling from, rising from, upright. */
  readonly lines: readonly string[];
  /** Eight directions clockwise from up. */
  readonly hands: readonly string[];
}

export const UNICODE_GLYPHS: Glyphs = {
  ellipsis: "…",
  cut: "…",
  rule: "─",
  masked: "·",
  none: "—",
  shades: [" ", "░", "▒", "▓", "█"],
  notANumber: "?",
  side: "┤",
  corner: "└",
  lines: ["─╰╭╮╯│", "━┗┏┓┛┃", "═╚╔╗╝║", "╌╰╭╮╯╎"],
  hands: ["↑", "↗", "→", "↘", "↓", "↙", "←", "↖"],
};

export const ASCII_GLYPHS: Glyphs = {
  ellipsis: "...",
  cut: "~",
  rule: "-",
  masked: ".",
  none: "-",
  shades: [" ", ":", "+", "*", "#"],
  notANumber: "?",
  side: "|",
  corner: "+",
  lines: ["-`,.'|"],
  hands: ["^", "/", ">", "\\", "v", "/", "<", "\\"],
};
