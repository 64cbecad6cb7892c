import { Lexer } from 'yaml';

export const deepestNesting = 64;
const widestIndent = 256;

/**
 * The place where a YAML text nests too deeply, if it does.
 *
 * Looked for in the tokens before anything is parsed: the parser recurses, and a line of 200,000 brackets ends the process.
 */
export function findDeepNesting(text: string): { readonly line: number; readonly column: number } | undefined {
  const place: Place = { depth: 0, dashCount: 0, line: 1, column: 1 };
  for (const token of new Lexer().lex(text)) {
    advanceDepth(place, token);
    if (place.depth > deepestNesting || place.dashCount > deepestNesting || isWideIndent(token))
      return { line: place.line, column: place.column };
    advancePlace(place, token);
  }
  return undefined;
}

interface Place {
  depth: number;
  dashCount: number;
  line: number;
  column: number;
}

function advanceDepth(place: Place, token: string): void {
  if (token === '[' || token === '{') place.depth++;
  else if (token === ']' || token === '}') place.depth = Math.max(0, place.depth - 1);
  else if (token === '-' || token === '?') place.dashCount++;
}

function isWideIndent(token: string): boolean {
  return token.length > widestIndent && token.trim() === '';
}

function advancePlace(place: Place, token: string): void {
  const lineEnd = token.lastIndexOf('\n');
  if (lineEnd === -1) {
    // The lexer's own marks (document start, flow end, scalar follows) stand for no character of the file.
    place.column += isLexerMark(token) ? 0 : token.length;
    return;
  }
  for (const character of token) if (character === '\n') place.line++;
  place.column = token.length - lineEnd;
  place.dashCount = 0;
}

function isLexerMark(token: string): boolean {
  return token === '\u0002' || token === '\u0018' || token === '\u001f';
}
