import type { ChalkInstance } from "chalk";
import type { Tone } from "./document.js";
import { BLACK, inkOn, mixed, type Rgb, rgbOf } from "./rgb.js";

/** 0 no colour, 1 sixteen colours, 2 256 colours, 3 truecolor. */
export type ColorLevel = 0 | 1 | 2 | 3;

export interface Painter {
  /** Whether there are enough colours for a heat map. */
  readonly hasShades: boolean;
  paint(tone: Tone, text: string): string;
  /** Writes the text on a background between darkest (0) and lightest (1). */
  shade(fraction: number, text: string): string;
  /** Paints a piece of a curve; curves count from 0. */
  curve(index: number, text: string): string;
}

/** A painter without colours. */
export const PLAIN_PAINTER: Painter = {
  hasShades: false,
  paint: (_, text) => text,
  shade: (_, text) => text,
  curve: (_, text) => text,
};

/** Creates a painter for a colour level. The colour library is loaded only if the level is above 0. */
export async function createPainter(level: ColorLevel): Promise<Painter> {
  if (level === 0) return PLAIN_PAINTER;
  const { Chalk } = await import("chalk");
  const chalk = new Chalk({ level });
  const styles = stylesOf(chalk);
  return {
    hasShades: level >= 2,
    paint: (tone, text) => styles[tone](text),
    shade: level === 3 ? shadeTrue(chalk) : shadeOf256(chalk),
    curve(index, text) {
      const colors = [chalk.cyan, chalk.yellow, chalk.magenta, chalk.green, chalk.blue, chalk.red];
      return colors[index % colors.length](text);
    },
  };
}

function stylesOf(chalk: ChalkInstance): Readonly<Record<Tone, (text: string) => string>> {
  return {
    plain: (text) => text,
    label: chalk.cyan,
    dim: chalk.dim,
    strong: chalk.bold,
    masked: chalk.dim,
    warning: chalk.yellow,
    wrong: chalk.red,
    formula: chalk.magenta,
  };
}

/** From dark to light, so that the order is also visible without hue, to eyes and on printers. */
const RAMP = "#10122c #342270 #7a287e #be3e62 #ea743e #fabc54 #fff4cc".split(" ").map(rgbOf);

/** The ramp from dark to light in the 256 colours of xterm's cube (16 + 36r + 6g + b). */
export const RAMP_256: readonly number[] = [17, 18, 54, 90, 126, 162, 168, 203, 209, 215, 222, 229];

/** Returns the colour of the ramp at a fraction from 0 to 1. */
export function rampAt(fraction: number): Rgb {
  const place = clamp(fraction) * (RAMP.length - 1);
  const below = Math.min(Math.floor(place), RAMP.length - 2);
  return mixed(RAMP[below], RAMP[below + 1], place - below);
}

/** Returns the colour of a number in the 6×6×6 cube. */
export function cubeColor(code: number): Rgb {
  const level = (step: number) => (step === 0 ? 0 : 55 + 40 * step);
  const index = code - 16;
  return [level(Math.floor(index / 36)), level(Math.floor(index / 6) % 6), level(index % 6)];
}

function shadeTrue(chalk: ChalkInstance): Painter["shade"] {
  return (fraction, text) => {
    const background = rampAt(fraction);
    const painted = chalk.bgRgb(...background);
    if (text.trim() === "") return painted(text);
    return painted.rgb(...inkOn(background))(text);
  };
}

function shadeOf256(chalk: ChalkInstance): Painter["shade"] {
  return (fraction, text) => {
    const code = RAMP_256[Math.round(clamp(fraction) * (RAMP_256.length - 1))];
    const painted = chalk.bgAnsi256(code);
    if (text.trim() === "") return painted(text);
    return painted.ansi256(inkOn(cubeColor(code)) === BLACK ? 16 : 231)(text);
  };
}

const clamp = (fraction: number) => Math.min(1, Math.max(0, fraction));
