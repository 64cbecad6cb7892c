import type { PatternSegment } from '../path/path-pattern.ts';
import type { RouteConditions } from './route-conditions.ts';
import type { Route } from './route.ts';

/** A route on its way into the index, with what a request must still fulfil once its path has led there. */
export interface RouteEntry {
  readonly route: Route;
  readonly segments: readonly PatternSegment[];
  readonly shape: RouteShape;
  readonly conditions: RouteConditions;
}

/** What a look-up reads of every route that it finds; routes that are alike in it share one. */
export interface RouteShape {
  /** Of the segments, those that have a value. */
  readonly parameters: readonly RouteParameter[];
  /** A request whose path is in lower case fulfils all conditions by having come here. */
  readonly isPlain: boolean;
}

export interface RouteParameter {
  readonly name: string;
  readonly index: number;
  /** All the rest of the path. */
  readonly isTail: boolean;
}
