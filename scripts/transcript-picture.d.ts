export function pictureOf(command: string, text: string, mostLines: number): string;
export const README_PICTURE: {
  readonly file: string;
  readonly command: string;
  readonly transcript: string;
  readonly lines: number;
};
