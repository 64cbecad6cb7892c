import { suggestion } from '../../problem/did-you-mean.ts';
import type { Finding } from '../../problem/finding.ts';
import { entryOf, routesOf, type Validator } from './validator.ts';

export const unknownCapability: Validator = (draft) =>
  routesOf(draft).flatMap(({ rule: { capability }, path }): readonly Finding[] => {
    if (capability === undefined || entryOf(draft.capabilities, capability)) return [];
    const remedy = suggestion(capability, Object.keys(draft.capabilities ?? {}));
    const message = `There is no capability "${capability}".`;
    return [{ code: 'unknown-capability', path: [...path, 'capability'], message, remedy }];
  });
