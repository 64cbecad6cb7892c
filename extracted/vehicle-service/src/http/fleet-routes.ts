import { vehicleContract } from '../contract/index.ts';
import type { Diagnostics } from '../store/diagnostics.ts';
import type { Fleet } from '../store/fleet.ts';
import { idOfCursor, pageOf } from './page.ts';
import { refusal } from './refusal.ts';
import { serve, type Router } from './serve.ts';

export function addFleetRoutes(router: Router, diagnostics: Diagnostics, fleet: Fleet): void {
  serve(router, vehicleContract.listDiagnostics, async ({ query: { vehicleId, severity, limit, cursor } }) => {
    const listing = { vehicleId, severity, beforeId: idOfCursor(cursor), limit: limit + 1 };
    return pageOf(await diagnostics.list(listing), limit);
  });

  serve(router, vehicleContract.reportDiagnostic, async ({ body }) => {
    const diagnostic = await diagnostics.report(body);
    if (diagnostic) return diagnostic;
    throw refusal('vehicle-not-found', `There is no vehicle ${body.vehicleId}.`);
  });

  serve(router, vehicleContract.readFleetStatus, () => fleet.status());
}
