import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { contractRoutes, type VehicleStores } from '../http/vehicle-app.ts';
import { openApiDocument, vehicleContract, type RouteContract } from './index.ts';

interface Operation {
  readonly summary: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const document = JSON.parse(JSON.stringify(openApiDocument())) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** What the application's router really has. Nothing is called, so nothing is needed behind it. */
function servedRoutes(): readonly string[] {
  const { stack } = contractRoutes({} as VehicleStores);
  return stack.flatMap(({ route }) =>
    (route?.stack ?? []).map(({ method }) => `${method} ${route?.path.replaceAll(/:(\w+)/g, '{$1}')}`),
  );
}

describe('the OpenAPI document', () => {
  test('describes every route that is served, and no other', () => {
    const described = operations.map(({ method, path }) => `${method} ${path}`);
    expect(described.toSorted()).toEqual(servedRoutes().toSorted());
  });

  test('declares exactly the parameters of each path', () => {
    for (const { path, operation } of operations) {
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => name)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  test('says which routes are for operators', () => {
    const forOperators = operations.filter(({ operation }) => operation.summary.endsWith(' For operators.'));
    const routes: readonly RouteContract[] = Object.values(vehicleContract);
    expect(forOperators.map(({ method, path }) => `${method} ${path}`)).toEqual(
      routes.filter(({ isForOperators }) => isForOperators).map(({ method, path }) => `${method} ${path}`),
    );
  });

  test('is valid, with every reference resolved', async () => {
    const validator = new Validator();
    expect(await validator.validate({ ...document })).toEqual({ valid: true });
    expect(() => validator.resolveRefs()).not.toThrow();
    expect(validator.version).toBe('3.1');
  });
});
