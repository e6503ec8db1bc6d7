/** SHA-256 in hexadecimal, by which files of the build are pinned and cached. */

export async function sha256(...parts: readonly Uint8Array<ArrayBuffer>[]): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await new Blob([...parts]).arrayBuffer());
  return new Uint8Array(digest).toHex();
}
