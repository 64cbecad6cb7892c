import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, inject, test } from 'vitest';

// Without a broker (a laptop without Java) the reason was printed at the start; under CI the run has failed by now.
test.runIf(inject('kafkaBrokers') !== '')('the Kafka of a run accepts connections where it says', async () => {
  const [first = ''] = inject('kafkaBrokers').split(',');
  const socket = connect({ host: first.slice(0, first.lastIndexOf(':')), port: Number(first.split(':').at(-1)) });
  await expect(once(socket, 'connect')).resolves.toEqual([]);
  socket.destroy();
});
