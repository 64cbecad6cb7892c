import type { RouteConditions } from './route-conditions.ts';
import type { RouteShape } from './route-entry.ts';
import type { Route } from './route.ts';

/**
 * The routes of one method by the segments of their paths, as a few long arrays.
 *
 * In a large table, a look-up mostly goes where none went lately, and waits for memory at each step. With an object and a map per
 * node, a way led all over the heap, and one of 10,000 routes cost 2 to 2.9 times what one of 10 did; with arrays it leads to few
 * places, close to others of their kind, and costs 1.1 to 1.5 times as much.
 */
export interface PathTree {
  /** Nodes one after another, each before what it leads to; a node is known by where its numbers begin. */
  readonly nodes: ArrayLike<number>;
  /** Hash and node, by hash: the literals that stand beside others. */
  readonly slots: ArrayLike<number>;
  /** UTF-16 of all literals, in lower case; a route that minds case has the spelling among its conditions. */
  readonly codes: ArrayLike<number>;
  /** Routes by node: those that end there in the order of the file, then those that take all the rest from there on. */
  readonly routes: readonly Route[];
  readonly shapes: readonly RouteShape[];
  readonly conditions: readonly RouteConditions[];
}

/** Places of a node's numbers. */
export const field = { nameStart: 0, nameLength: 1, literal: 2, parameter: 3, ends: 4, tails: 5, end: 6 } as const;

export const rootNode = 0;
/** Nothing leads to the root. */
export const noNode = 0;
/** In place of a node's literal: it has several. */
export const severalNodes = -1;

/** One of the numbers of a node. */
export function numberOf({ nodes }: PathTree, node: number, place: number): number {
  return nodes[node + place] ?? 0;
}

/** The way on by a literal, or `noNode`. */
export function literalFrom(tree: PathTree, node: number, lowerName: string): number {
  const only = numberOf(tree, node, field.literal);
  if (only === severalNodes) return hashedLiteral(tree, node, lowerName);
  return only !== noNode && isNamed(tree, only, lowerName) ? only : noNode;
}

function hashedLiteral(tree: PathTree, node: number, name: string): number {
  const { slots } = tree;
  const hash = hashOf(node, name);
  for (let slot = slotOf(hash, slots); ; slot = slotAfter(slot, slots)) {
    const child = slots[slot + 1] ?? noNode;
    if (child === noNode) return noNode;
    if (slots[slot] === hash && isNamed(tree, child, name)) return child;
  }
}

/** By hand: V8 compares a segment just cut out of a path, of 13 characters or more, outside of compiled code. */
function isNamed(tree: PathTree, node: number, name: string): boolean {
  if (numberOf(tree, node, field.nameLength) !== name.length) return false;
  const { codes } = tree;
  const start = numberOf(tree, node, field.nameStart);
  for (let index = 0; index < name.length; index += 1)
    if (codes[start + index] !== name.charCodeAt(index)) return false;
  return true;
}

/**
 * FNV-1a over the characters, begun with the node, so that all nodes share the slots. Each step can be undone: one name from two
 * nodes never has one hash, and who has found hash and name has found the node.
 */
export function hashOf(node: number, name: string): number {
  let hash = 0x811c9dc5 ^ node;
  for (let index = 0; index < name.length; index += 1) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return hash ^ (hash >>> 15);
}

/** Where to look first. A slot is two numbers, and their count a power of two. */
export function slotOf(hash: number, { length }: ArrayLike<number>): number {
  return (hash << 1) & (length - 1);
}

export function slotAfter(slot: number, { length }: ArrayLike<number>): number {
  return (slot + 2) & (length - 1);
}
