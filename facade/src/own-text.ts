/**
 * The same text, by itself. A part of a text keeps all of it in memory, which for a header, a token or a piece of a path is
 * the whole head of its request; whoever keeps one for longer than the request keeps a copy.
 */
export function ownText(text: string): string {
  return Buffer.from(text).toString();
}
