import { describeRoutes } from '@banyan/platform';
import { problems } from './problems.ts';
import type { RouteContract } from './route-contract.ts';
import { vehicleContract } from './routes.ts';

/** The OpenAPI 3.1 document of the whole contract. */
export function openApiDocument(): object {
  const routes = Object.entries<RouteContract>(vehicleContract).map(([name, route]) => [name, withAudience(route)]);
  return describeRoutes({
    info: {
      title: 'vehicle-service',
      version: '1.0.0',
      description: 'Vehicles, their sensors and diagnostics, the fleet.',
    },
    routes: Object.fromEntries(routes) as Readonly<Record<string, RouteContract>>,
    problems,
  });
}

function withAudience(route: RouteContract): RouteContract {
  return route.isForOperators ? { ...route, summary: `${route.summary} For operators.` } : route;
}
