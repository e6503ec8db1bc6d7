/** Pictures that stand alone: what all of the benchmark's have in common. */

/** @param parts Elements; they lie on white. */
export function svg(width: number, height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
    `font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}

/** Words whose beginning, middle or end is at the place. */
export function svgText(
  x: number,
  y: number,
  words: string,
  anchor: "start" | "middle" | "end",
): string {
  const escaped = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="#333333">${escaped}</text>`;
}
