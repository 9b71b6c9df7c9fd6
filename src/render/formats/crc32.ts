let table: Int32Array | undefined;

/** The CRC-32 of zip and gzip (ISO 3309) of these bytes, or of those whose CRC is `before` with these behind them. */
export function crc32(bytes: Uint8Array, before = 0): number {
  table ??= fillTable();
  let crc = ~before;
  for (let at = 0; at < bytes.length; at++) crc = table[(crc ^ bytes[at]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}

function fillTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc;
  });
}
