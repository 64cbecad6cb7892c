import { OpenAPIRegistry, OpenApiGeneratorV31, type ResponseConfig } from '@asteasolutions/zod-to-openapi';
import { commonProblems, problem, problems } from './problems.ts';
import type { Answer, RouteContract } from './route-contract.ts';
import { vehicleContract } from './routes.ts';

type Responses = Record<string, ResponseConfig>;

/** The OpenAPI 3.1 document of the whole contract, made from the very schemas that check requests. */
export function openApiDocument(): object {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' });
  for (const [operationId, contract] of Object.entries(vehicleContract)) registerRoute(registry, operationId, contract);
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'vehicle-service',
      version: '1.0.0',
      description: 'Vehicles, their sensors and diagnostics, the fleet.',
    },
    security: [{ bearer: [] }],
  });
}

function registerRoute(registry: OpenAPIRegistry, operationId: string, contract: RouteContract): void {
  const { method, path, params, query, body } = contract;
  const summary = contract.isForOperators ? `${contract.summary} For operators.` : contract.summary;
  registry.registerPath({
    method,
    path,
    summary,
    operationId,
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(body && {
        body: { required: !body.safeParse({}).success, content: { 'application/json': { schema: body } } },
      }),
    },
    responses: { ...responseOf(contract.answer), ...problemResponses(contract) },
  });
}

function responseOf({ status, schema, location }: Answer): Responses {
  return {
    [status]: {
      description: location === undefined ? 'Done.' : 'Created.',
      ...(location !== undefined && {
        headers: { Location: { description: location, schema: { type: 'string' } } },
      }),
      content: { 'application/json': { schema } },
    },
  };
}

function problemResponses(contract: RouteContract): Responses {
  const names = [...commonProblems, ...contract.problems];
  const statuses = new Set(names.map((name) => problems[name]));
  const content = { 'application/problem+json': { schema: problem } };
  return Object.fromEntries(
    [...statuses].map((status) => {
      const description = names.filter((name) => problems[name] === status).join(', ');
      return [status, { description, content }];
    }),
  );
}
