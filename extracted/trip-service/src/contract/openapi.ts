import { describeRoutes } from '@banyan/platform';
import { problems } from './problems.ts';
import { tripContract } from './routes.ts';

/** The OpenAPI 3.1 document of the whole contract. */
export function openApiDocument(): object {
  return describeRoutes({
    info: { title: 'trip-service', version: '1.0.0', description: 'Trips, their routes, and where they are.' },
    routes: tripContract,
    problems,
  });
}
