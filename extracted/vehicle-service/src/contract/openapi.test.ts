import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { contractRoutes, type VehicleStores } from '../http/vehicle-app.ts';
import { openApiDocument, vehicleContract, type RouteContract } from './index.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const document = JSON.parse(JSON.stringify(openApiDocument())) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);
const contracts: readonly (readonly [string, RouteContract])[] = Object.entries(vehicleContract);

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

  test('names every operation as the contract does', () => {
    expect(operations.map(({ operation }) => operation.operationId).toSorted()).toEqual(
      contracts.map(([name]) => name).toSorted(),
    );
  });

  test('declares exactly the parameters of each path', () => {
    for (const { path, operation } of operations) {
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => name)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  test('is valid, with every reference resolved', async () => {
    const validator = new Validator();
    expect(await validator.validate({ ...document })).toEqual({ valid: true });
    expect(() => validator.resolveRefs()).not.toThrow();
    expect(validator.version).toBe('3.1');
  });

  test.each(contracts)('gives %s its answer, its body and its problems', (name, contract) => {
    const operation = operations.find((each) => each.operation.operationId === name)?.operation;
    const statuses = Object.keys(operation?.responses ?? {});
    expect(statuses).toContain(String(contract.answer.status));
    expect(statuses).toContain('401');
    expect(operation?.requestBody !== undefined).toBe(contract.body !== undefined);
    for (const problem of contract.problems)
      expect(Object.values(operation?.responses ?? {}).some(({ description }) => description.includes(problem))).toBe(
        true,
      );
  });
});
