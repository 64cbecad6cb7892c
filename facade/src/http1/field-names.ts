import { ownText } from '../own-text.ts';

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

// Clients say the same few dozen names again and again; what somebody makes up must not fill the memory.
const rememberedLimit = 1_000;
const rememberedLength = 64;
const remembered = new Map<string, string>();

/** The lower-case name; undefined for what is no name of a field (RFC 9110 5.1). */
export function lowerNameOf(name: string): string | undefined {
  return remembered.get(name) ?? look(name);
}

function look(name: string): string | undefined {
  if (!token.test(name)) return undefined;
  if (name.length > rememberedLength) return name.toLowerCase();
  if (remembered.size >= rememberedLimit) remembered.clear();
  const own = ownText(name);
  const lowerName = own.toLowerCase();
  remembered.set(own, lowerName);
  return lowerName;
}
