/** gzip without a name and a time in its header: the same bytes for the same text. */

/** Source: RFC 1952, 2.3 (MTIME 0, no FNAME). */
export async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
