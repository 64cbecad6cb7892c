import { OpenAPIRegistry, OpenApiGeneratorV31, type ResponseConfig } from '@asteasolutions/zod-to-openapi';
import { commonProblems, problemDocument } from './problems.ts';
import type { RouteContract } from './route-contract.ts';

export interface DocumentParts<Name extends string> {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  /** Each under its operation id. */
  readonly routes: Readonly<Record<string, RouteContract<Name>>>;
  /** The status of every problem that a route names. */
  readonly problems: Readonly<Record<Name, number>>;
}

type Statuses = Readonly<Record<string, number>>;
type Responses = Record<string, ResponseConfig>;

/** The OpenAPI 3.1 document of `routes`, made from the very schemas that check requests. */
export function describeRoutes<Name extends string>({ info, routes, problems }: DocumentParts<Name>): object {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' });
  for (const [operationId, contract] of Object.entries<RouteContract>(routes))
    registerRoute(registry, operationId, contract, { ...commonProblems, ...problems });
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info,
    security: [{ bearer: [] }],
  });
}

function registerRoute(
  registry: OpenAPIRegistry,
  operationId: string,
  contract: RouteContract,
  statuses: Statuses,
): void {
  const { method, path, summary, params, query, body } = contract;
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
    responses: { ...responseOf(contract.answer), ...problemResponses(contract, statuses) },
  });
}

function responseOf(answer: RouteContract['answer']): Responses {
  if (answer.kind === 'events')
    return {
      [answer.status]: {
        description: answer.description,
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
    };
  const { status, schema, location } = answer;
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

/** One response per status, naming the problems that share it. */
function problemResponses(contract: RouteContract, statuses: Statuses): Responses {
  const names = [...Object.keys(commonProblems), ...contract.problems];
  const content = { 'application/problem+json': { schema: problemDocument } };
  const byStatus = names.map((name): readonly [string, ResponseConfig] => {
    const description = names.filter((each) => statuses[each] === statuses[name]).join(', ');
    return [String(statuses[name]), { description, content }];
  });
  return Object.fromEntries(byStatus);
}
