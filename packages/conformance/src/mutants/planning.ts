import type { PlannedCall } from '@cloud-keypair/core'
import { inService, ofService } from './break.js'
import { forgets } from './changes.js'
import { type Fault, killedBy, type Mutant } from './mutant.js'

/** Plans that are not what is done. */
export const planningMutants: readonly Mutant[] = [
  ...killedBy('KP-PLAN-01', 7, { 'a plan leaves out the restarts': planningWithout(['reboot', 'start']) }),
  ...killedBy('KP-PLAN-02', 7, {
    'a plan leaves out the delete of the replaced key pair': planningWithout(['delete']),
  }),
  ...killedBy('KP-PLAN-03', 7, {
    'a rotation ignores the expected plan': forgets('rotate', 'expect'),
  }),
  ...killedBy('KP-PLAN-04', 1, {
    'an attach accepts an edited plan': ofService('attach', (service, keyPair, instanceIds, options = {}) =>
      options.expect === undefined
        ? service.attach(keyPair, instanceIds, options)
        : service
            .plan(options.expect.request)
            .andThen((expect) => service.attach(keyPair, instanceIds, { ...options, expect })),
    ),
    'an attach that expects a plan ignores restartUnchanged': forgets('attach', 'restartUnchanged'),
  }),
  ...killedBy('KP-PLAN-05', 7, {
    'a rotation that expects a plan ignores force': forgets('rotate', 'force'),
    'a rotation that expects a plan takes any key': ofService('rotate', (service, replaced, options) => {
      const { request } = options.expect ?? {}
      const publicKey = request?.operation === 'rotate' ? request.publicKey : undefined
      const isGiven = options.publicKey !== undefined && publicKey !== undefined
      return service.rotate(replaced, isGiven ? { ...options, publicKey } : options)
    }),
  }),
  ...killedBy(
    'KP-PLAN-05',
    7,
    ({ description, tags, group }) => [description, tags, group].some((one) => one !== 'none'),
    {
      'a rotation that expects a plan ignores its metadata': forgets('rotate', 'description', 'tags', 'group'),
    },
  ),
]

/** Plans without these calls, and makes them anyway. */
function planningWithout(left: readonly PlannedCall['call'][]): Fault {
  return inService((service) => ({
    plan: (request, options) =>
      service
        .plan(request, options)
        .map((plan) => ({ ...plan, calls: plan.calls.filter(({ call }) => !left.includes(call)) })),
    attach: (keyPair, instanceIds, options) =>
      service.attach(keyPair, instanceIds, options && { ...options, expect: undefined }),
    rotate: (replaced, options) => service.rotate(replaced, { ...options, expect: undefined }),
  }))
}
