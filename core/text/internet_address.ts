/** IP addresses as text. */

/** @returns Four bytes in network order; undefined: it is no such address. */
export function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  const bytes = parts.map((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) ? Number(part) : 256);
  return bytes.every((byte) => byte < 256) ? bytes : undefined;
}

/**
 * RFC 4291, section 2.2: eight groups, one run of zeros as `::`, the last two perhaps as IPv4.
 *
 * @returns Sixteen bytes in network order; undefined: it is no such address.
 */
export function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [front, back] = halves.map(groupBytes);
  if (front === undefined) return undefined;
  if (halves.length === 1) return front.length === 16 ? front : undefined;
  if (back === undefined || front.length + back.length > 14) return undefined;
  return [...front, ...Array<number>(16 - front.length - back.length).fill(0), ...back];
}

function groupBytes(text: string): readonly number[] | undefined {
  if (text === "") return [];
  const groups = text.split(":");
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    const embedded = index === groups.length - 1 ? parseIpv4(group) : undefined;
    if (embedded !== undefined) bytes.push(...embedded);
    else if (!/^[0-9A-Fa-f]{1,4}$/.test(group)) return undefined;
    else bytes.push(parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff);
  }
  return bytes;
}
