import { z } from 'zod';
import type { KeyPath } from '../problem/finding.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

export interface SchemaPlace {
  /** Keys that may stand in the map at this place. */
  readonly keys: readonly string[];
  readonly description: string | undefined;
}

/** What a schema says about one place in a value; where alternatives are allowed there, about all of them. */
export function schemaPlace(schema: z.ZodType, path: KeyPath): SchemaPlace {
  let places: readonly JsonSchema[] = [jsonSchemaOf(schema)];
  for (const step of path) places = places.flatMap(alternativesOf).flatMap((place) => stepInto(place, step));
  const alternatives = places.flatMap(alternativesOf);
  return {
    keys: [...new Set(alternatives.flatMap(({ properties }) => Object.keys(properties ?? {})))],
    description: [...places, ...alternatives].find(({ description }) => description !== undefined)?.description,
  };
}

// A file may have thousands of problems, and each asks about the same schema.
const known = new WeakMap<z.ZodType, JsonSchema>();

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const made = known.get(schema) ?? z.toJSONSchema(schema, { io: 'input' });
  known.set(schema, made);
  return made;
}

function alternativesOf(schema: JsonSchema): readonly JsonSchema[] {
  return [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].filter(isSchema).concat(schema);
}

function stepInto(schema: JsonSchema, step: string | number): readonly JsonSchema[] {
  const next =
    typeof step === 'number'
      ? schema.items
      : Object.hasOwn(schema.properties ?? {}, step)
        ? schema.properties?.[step]
        : schema.additionalProperties;
  return isSchema(next) ? [next] : [];
}

function isSchema(candidate: unknown): candidate is JsonSchema {
  return typeof candidate === 'object' && candidate !== null && !Array.isArray(candidate);
}
