import { field, hashOf, noNode, severalNodes, slotAfter, slotOf, type PathTree } from './path-tree.ts';
import type { RouteEntry } from './route-entry.ts';

interface GrowingNode {
  readonly literals: Map<string, GrowingNode>;
  parameter: GrowingNode | undefined;
  readonly ends: RouteEntry[];
  readonly tails: RouteEntry[];
}

export function buildPathTree(entries: readonly RouteEntry[]): PathTree {
  const root = emptyNode();
  for (const entry of entries) plant(root, entry);
  return layOut(root);
}

function plant(root: GrowingNode, entry: RouteEntry): void {
  let node = root;
  for (const segment of entry.segments) {
    if (segment.kind === 'tail') {
      node.tails.push(entry);
      return;
    }
    node = segment.kind === 'parameter' ? parameterOf(node) : literalOf(node, segment.name.toLowerCase());
  }
  node.ends.push(entry);
}

function parameterOf(node: GrowingNode): GrowingNode {
  node.parameter ??= emptyNode();
  return node.parameter;
}

function literalOf(node: GrowingNode, name: string): GrowingNode {
  const child = node.literals.get(name) ?? emptyNode();
  node.literals.set(name, child);
  return child;
}

function emptyNode(): GrowingNode {
  return { literals: new Map(), parameter: undefined, ends: [], tails: [] };
}

/** What the arrays of the tree are made from. */
interface Layout {
  readonly nodes: number[];
  readonly entries: RouteEntry[];
  /** Name → where it starts. */
  readonly names: Map<string, number>;
  /** Of literals that stand beside others: their hash and the node. */
  readonly hashed: (readonly [hash: number, node: number])[];
  codeCount: number;
}

function layOut(root: GrowingNode): PathTree {
  const layout: Layout = { nodes: [], entries: [], names: new Map(), hashed: [], codeCount: 0 };
  placeNode(layout, root, '');
  const { nodes, entries, names, hashed } = layout;
  return Object.freeze({
    nodes: Int32Array.from(nodes),
    slots: slotsOf(hashed),
    codes: codesOf([...names.keys()].join('')),
    routes: Object.freeze(entries.map(({ route }) => route)),
    shapes: Object.freeze(entries.map(({ shape }) => shape)),
    conditions: Object.freeze(entries.map(({ conditions }) => conditions)),
  });
}

/** Depth first, so that a way without branches is one piece of memory. */
function placeNode(layout: Layout, growing: GrowingNode, name: string): number {
  const { literals, parameter, ends, tails } = growing;
  const { nodes, entries } = layout;
  const node = nodes.length;
  const tailsAt = entries.length + ends.length;
  nodes.push(placeName(layout, name), name.length, noNode, noNode);
  nodes.push(entries.length, tailsAt, tailsAt + tails.length);
  for (const entry of [...ends, ...tails]) entries.push(entry);
  const children = [...literals].map(([key, child]) => [key, placeNode(layout, child, key)] as const);
  if (children.length > 1) for (const [key, child] of children) layout.hashed.push([hashOf(node, key), child]);
  nodes[node + field.literal] = children.length > 1 ? severalNodes : (children[0]?.[1] ?? noNode);
  if (parameter) nodes[node + field.parameter] = placeNode(layout, parameter, '');
  return node;
}

function placeName(layout: Layout, name: string): number {
  const start = layout.names.get(name) ?? layout.codeCount;
  if (start === layout.codeCount) {
    layout.names.set(name, start);
    layout.codeCount += name.length;
  }
  return start;
}

/** At most half full, so that a name is mostly found where its hash says. */
function slotsOf(hashed: Layout['hashed']): Int32Array {
  const slots = new Int32Array(2 * 2 ** Math.ceil(Math.log2(2 * hashed.length + 1)));
  for (const [hash, node] of hashed) {
    let slot = slotOf(hash, slots);
    while (slots[slot + 1] !== noNode) slot = slotAfter(slot, slots);
    slots[slot] = hash;
    slots[slot + 1] = node;
  }
  return slots;
}

function codesOf(text: string): Uint16Array {
  return Uint16Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}
