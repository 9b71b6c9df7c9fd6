/**
 * Characters that fill one column each, and do not combine: ASCII, Greek, the signs of formulas, tables and shades,
 * arrows, ✓ and ✗, and the dash of a setting (errors.ts). Nearly all output consists of them, and the general
 * measurement is slow to start.
 */
const NARROW =
  /^[ -~±·×÷\u0391-\u03a9\u03b1-\u03c9\u1d2c-\u1d6a\u2010-\u2026\u2032\u2070-\u209c\u2190-\u2193\u2200-\u22ff\u2500-\u259f\u2713\u2717\ufdd0]*$/;

/** Whether every character fills one column and combines with none. */
export const isNarrow = (text: string) => NARROW.test(text);
