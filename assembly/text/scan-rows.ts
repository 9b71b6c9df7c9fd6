import { scanNumber } from "./scan-number";

const TAB: u8 = 9;
const LINE_FEED: u8 = 10;
const CARRIAGE_RETURN: u8 = 13;
const SPACE: u8 = 32;
const COMMA: u8 = 44;
const OPEN_BRACKET: u8 = 91;
const CLOSE_BRACKET: u8 = 93;

/** The address after the rows of the last call. */
let stop: usize = 0;

export function scannedTo(): usize {
  return stop;
}

/**
 * Reads lines of `cols` numbers separated by the delimiter (a space means any blanks) into `to`, and returns the number
 * of lines. Stops before the first line that contains anything else or has no line end.
 */
export function scanLines(at: usize, cols: i32, delimiter: u8, to: usize): i32 {
  let rows = 0;
  while (true) {
    stop = at;
    at = skipBlanks(at, delimiter);
    for (let col = 1; ; col++) {
      const end = scanNumber(at, to);
      if (end === 0) return rows;
      to += 8;
      at = load<u8>(end) === delimiter ? end : skipBlanks(end, delimiter);
      if (col === cols) break;
      if (delimiter === SPACE) {
        if (at === end && load<u8>(at) !== SPACE) return rows;
      } else if (load<u8>(at) !== delimiter) return rows;
      else at++;
      at = skipBlanks(at, delimiter);
    }
    at = skipBlanks(at, delimiter);
    if (load<u8>(at) === CARRIAGE_RETURN) at++;
    if (load<u8>(at) !== LINE_FEED) return rows;
    at++;
    rows++;
  }
}

// @ts-ignore: decorator
@inline
function skipBlanks(at: usize, delimiter: u8): usize {
  while (load<u8>(at) === SPACE || (load<u8>(at) === TAB && delimiter !== TAB)) at++;
  return at;
}

/**
 * Reads lists of `cols` numbers, `[1, 2], [3, 4], …`, each followed by a comma and the next list, into `to`. Returns
 * the number of lists. Stops before the bracket of the first list that contains anything else or is the last.
 */
export function scanLists(at: usize, cols: i32, to: usize): i32 {
  stop = at;
  let rows = 0;
  while (true) {
    if (load<u8>(at) !== OPEN_BRACKET) return rows;
    for (let col = 1; ; col++) {
      at = scanNumber(skipSpace(at + 1), to);
      if (at === 0) return rows;
      to += 8;
      at = skipSpace(at);
      if (col === cols) break;
      if (load<u8>(at) !== COMMA) return rows;
    }
    if (load<u8>(at) !== CLOSE_BRACKET) return rows;
    at = skipSpace(at + 1);
    if (load<u8>(at) !== COMMA) return rows;
    at = skipSpace(at + 1);
    if (load<u8>(at) !== OPEN_BRACKET) return rows;
    stop = at;
    rows++;
  }
}

/** Skips white space, but not the zero that ends the text. */
// @ts-ignore: decorator
@inline
function skipSpace(at: usize): usize {
  while (load<u8>(at) - 1 < SPACE) at++;
  return at;
}
