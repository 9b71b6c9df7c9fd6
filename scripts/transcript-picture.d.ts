/** Draws a command line and the beginning of its output. */
export function pictureOf(command: string, text: string, mostLines: number): string;

export const PICTURES: readonly {
  readonly page: string;
  readonly file: string;
  readonly command: string;
  readonly words: readonly string[];
  readonly transcript: string;
  readonly lines: number;
}[];
