/** Makes small ZIP archives for tests, packed by "deflate" or not at all. */

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** One file in an archive; the checksum field stays zero, as the reader does not look at it. */
export async function zipArchive(
  name: string,
  contents: Uint8Array<ArrayBuffer>,
  method: "stored" | "deflated",
): Promise<Uint8Array<ArrayBuffer>> {
  const packed = method === "stored" ? contents : await deflate(contents);
  const nameBytes = new TextEncoder().encode(name);
  const code = method === "stored" ? 0 : 8;
  const local = record(30, [[0, 0x04034b50, 4], [8, code, 2], [26, nameBytes.length, 2]]);
  const central = record(46, [
    [0, 0x02014b50, 4],
    [10, code, 2],
    [20, packed.length, 4],
    [24, contents.length, 4],
    [28, nameBytes.length, 2],
  ]);
  const start = local.length + nameBytes.length + packed.length;
  const end = record(22, [[0, 0x06054b50, 4], [10, 1, 2], [16, start, 4]]);
  const parts = [local, nameBytes, packed, central, nameBytes, end];
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** A record with some fields set: offset, value, bytes of the field. */
function record(
  size: number,
  fields: readonly (readonly [number, number, 2 | 4])[],
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (const [offset, value, width] of fields) {
    if (width === 2) view.setUint16(offset, value, true);
    else view.setUint32(offset, value, true);
  }
  return bytes;
}
