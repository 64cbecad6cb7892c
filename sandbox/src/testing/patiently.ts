/** For `expect.poll`: processes start slowly on a busy machine, and a state that never comes still fails the test. */
export const patiently = { timeout: 30_000, interval: 20 } as const;
