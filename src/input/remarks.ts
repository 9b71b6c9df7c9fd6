// What stands on a sheet besides its steps: names, dates, references, sentences.

const MONTH =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";

/** 3 May 2024, the 3rd of May. */
export const DAY_AND_MONTH = `\\d{1,2}(?:st|nd|rd|th)?\\.?(?: of)? ${MONTH}\\b\\.?,?(?: \\d{4})?`;

/** May 3rd, 2024; May 2024. */
export const MONTH_AND_YEAR = `${MONTH}\\b\\.?(?: \\d{1,2}(?:st|nd|rd|th)?,?)? \\d{4}\\b`;

/** Numbers of which it is known what they are, and that they answer nothing. */
const KNOWN: readonly RegExp[] = [
  // 2024-05-01, 01.05.2024, 5/1/24, 3 May 2024, May 3rd, 2024, 10:30
  /\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b/g,
  /\b\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?(?:\d{4}|\d{2})\b/g,
  new RegExp(`\\b${DAY_AND_MONTH}`, "gi"),
  new RegExp(`\\b${MONTH_AND_YEAR}`, "gi"),
  /\b\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]m)?\b/gi,
  /\b(?:ws|ss|winter|summer|spring|fall|autumn)\s?(?:\d{4}|\d{2})(?:\/\d{2,4})?\b/gi,
  // Student ID: 123456, Homework 2, page 1 of 3, eq. (1), step 2
  /\b(?:name|student|id|matr(?:ikel)?\.?(?:-?nr\.?|nummer)?|number|no|nr|course|class|group|section|team|seat|room|sheet|worksheet|homework|hw|assignment|exercise|ex|hausaufgabe|übungsblatt|problem|task|question|quiz|exam|test|page|week|lecture|chapter|lesson|unit|version|grade|period|step|part|eq|equation|attempt|head|uebung|übung|blatt|klasse|gruppe|aufgabe|seite)\b[\s.:#-]*(?:id|no|nr|number)?[\s.:#-]*\(?[a-z]{0,3}-?\d+[a-z]?\)?(?:\s*(?:\/|of|von)\s*\d+)?(?![\d.,]*\d)/gi,
  // Ada Lovelace, 12345678
  /^\s*\p{Lu}[\p{L}'.-]+(?:\s+\p{Lu}[\p{L}'.-]+)+\s*[,(–-]*\s*#?\d{6,9}\)?\s*$/gu,
  // CS224N, x@y1.com
  /\b[A-Z]{2,}[- ]?\d{2,}[A-Z]?\b/g,
  /(?<!\S)\S+@\S+/g,
  // Scores shape: (3, 3)
  /\b(?:shape|size)\b\s*[:=]?\s*[([]?(?:torch\.Size\()?\[?\d+(?:\s*[,×x]\s*\d+)*\s*,?[\])]*/gi,
  // 3×3, rounded to 2 decimals, d_k = 4
  /\b\d+\s?[×x]\s?\d+\b/g,
  /\b(?:to|with|in)?\s*\d+\s+(?:decimals?|decimal places|digits|d\.?p\.?|significant (?:figures|digits)|sig\.? ?figs?\.?|places|pages?|heads?|tokens?|queries|keys|rows|columns|dimensions)\b/gi,
  /\b(?:d_?(?:k|v|q|model)|n|m|h)\s*=\s*\d+\b/gi,
];

/** Notes: they may say anything. */
const NOTE =
  /^\s*(?:\/\/|%|<!--.*-->\s*$|(?:name|student|date|class|course|id|e-?mail|group)s?\s*:(?!.*;)|note:|notes:|remark:|comment:|nb:)/i;

/** Whether a line may be left aside: it has no number that is not known to be something else. */
export function isRemark(text: string): boolean {
  if (NOTE.test(text)) return true;
  return !holdsNumbers(KNOWN.reduce((rest, pattern) => rest.replace(pattern, " "), text));
}

/** Whether a number stands in a text that is no part of a word, such as the 1 of `W_1`. */
function holdsNumbers(text: string): boolean {
  return /(?<![\p{L}\p{N}_^]|\p{L}-)[-+−]?(?:\d|\.\d|(?:inf|infinity|nan)(?!\p{L}))|[½⅓⅔¼¾∞]/iu.test(text);
}
