/** How long the raw-socket fuzzer runs; `.ci/nightly` sets 60. */
export const fuzzSeconds = Number(process.env['BANYAN_FUZZ_SECONDS'] ?? 5);

/** Of its first round; the rounds count up from it. A failure prints the one it was found with. */
export const fuzzSeed = Number(process.env['BANYAN_FUZZ_SEED'] ?? 1);

/** Whether the processes that are attacked run under valgrind, where it is installed; `.ci/nightly` says so. */
export const isMemoryChecked = process.env['BANYAN_MEMORY_CHECK'] === '1';
