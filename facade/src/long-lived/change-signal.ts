/** Says that something which decides has changed; it does not say what. */
export interface ChangeSignal {
  tell(): void;
  listen(listener: () => void): void;
}

export function createChangeSignal(): ChangeSignal {
  const listeners: (() => void)[] = [];
  return {
    tell: () => listeners.forEach((listener) => listener()),
    listen: (listener) => void listeners.push(listener),
  };
}
