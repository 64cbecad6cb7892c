/**
 * facade: the data plane: one public door that decides per request which side serves it, forwards it and records what became of it.
 * It must never know the legacy or the extracted model, or wait for the control plane.
 * Start reading at `handle-request.ts`: the walk of a request, step by step.
 */
export { composeFacade, type ComposeParts, type RunningFacade } from './compose.ts';
export { facadeSpec, readFacadeConfig, type FacadeConfig } from './config.ts';
