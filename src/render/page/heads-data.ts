/** The data of a head that can be opened. */
export interface HeadData {
  /** Which list of names its queries and its keys use. */
  readonly rows: number;
  readonly cols: number;
  /**
   * In base64, the largest weights of each row: key (one byte), weight in ten-thousandths (two bytes). Then the sum of
   * the other weights, in thousandths.
   */
  readonly tops: string;
  /** The image of the weights, if the page shows them otherwise. */
  readonly image?: string;
  /** The images of Q, K, V and O. Empty if there is no room. */
  readonly parts: readonly HeadPart[];
}

export interface HeadPart {
  readonly cols: number;
  readonly image: string;
}

export interface HeadsData {
  readonly names: readonly (readonly string[])[];
  readonly heads: readonly HeadData[];
}

/** How many weights of each row are listed. */
export const TOP_WEIGHTS = 5;
/** TOP_BYTES: bytes of a weight with its key. ROW_BYTES: bytes of a row. */
export const TOP_BYTES = 3;
export const ROW_BYTES = TOP_WEIGHTS * TOP_BYTES + 2;
