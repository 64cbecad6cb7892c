import type { RequestLimit, RouteLimits } from '../table/limits.ts';

/** For people: `Bodies up to 1000 bytes. 10 requests a second, 20 at once, for each subject (trips).` */
export function describeLimits({ bodyBytes, requests }: RouteLimits): string {
  const bodies = bodyBytes === undefined ? [] : [`Bodies up to ${bodyBytes} bytes.`];
  return [...bodies, ...(requests ? [describeRequests(requests)] : [])].join(' ');
}

function describeRequests({ name, perSecond, burst, by }: RequestLimit): string {
  return `${perSecond} requests a second, ${burst} at once, for each ${by} (${name}).`;
}
