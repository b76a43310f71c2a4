import { inStore } from './break.js'
import { failures } from './changes.js'
import { killedBy, type Mutant } from './mutant.js'

/** Ways to send calls at a rate that the cloud refused. */
export const pacingMutants: readonly Mutant[] = [
  ...killedBy('KP-PACE-01', 8, {
    'a refusal for the rate passes for one of a busy key pair': failures('doDescribeKeyPairs', (failure) =>
      failure.code === 'throttled' ? { ...failure, code: 'busy' } : failure,
    ),
    'the hint of a refused read is lost': failures('doDescribeKeyPairs', ({ retryAfterMs: _, ...failure }) => failure),
  }),
  ...killedBy('KP-PACE-02', 8, {
    'a refusal for the rate passes for a failure of the cloud': failures('doDescribeKeyPairs', (failure) =>
      failure.code === 'throttled' ? { ...failure, code: 'unavailable' } : failure,
    ),
  }),
  ...killedBy('KP-PACE-03', 8, {
    'the signal of a read that waits is ignored': inStore((service) => ({
      get: (keyPair, { signal: _, ...options } = {}) => service.get(keyPair, options),
    })),
    'the deadline of a read that waits is ignored': inStore((service) => ({
      get: (keyPair, { deadlineMs: _, ...options } = {}) => service.get(keyPair, options),
    })),
  }),
]
