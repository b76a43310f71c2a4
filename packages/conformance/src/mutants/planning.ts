import type { PlannedCall } from '@cloud-keypair/core'
import { inService, withInstances } from './break.js'
import type { Mutant } from './mutant.js'

/** Plans that are not what is done. */
export const planningMutants: readonly Mutant[] = [
  {
    name: 'a plan leaves out the restarts',
    breaks: 7,
    killedBy: 'KP-PLAN-01',
    appliesTo: withInstances,
    service: planningWithout(['reboot', 'start']),
  },
  {
    name: 'a plan leaves out that the replaced key pair is removed',
    breaks: 7,
    killedBy: 'KP-PLAN-02',
    appliesTo: withInstances,
    service: planningWithout(['delete']),
  },
  {
    name: 'a plan is applied whatever became of the world',
    breaks: 7,
    killedBy: 'KP-PLAN-03',
    appliesTo: withInstances,
    service: inService((service) => ({
      apply: ({ request }, options) => service.plan(request).andThen((plan) => service.apply(plan, options)),
    })),
  },
  {
    name: 'a plan that was edited is applied',
    breaks: 1,
    killedBy: 'KP-PLAN-04',
    appliesTo: withInstances,
    service: inService((service) => ({
      apply: ({ request }, options) => service.plan(request).andThen((plan) => service.apply(plan, options)),
    })),
  },
]

/** A service that plans without these calls, and makes them all the same. */
function planningWithout(left: readonly PlannedCall['call'][]): NonNullable<Mutant['service']> {
  return inService((service) => ({
    plan: (request, options) =>
      service
        .plan(request, options)
        .map((plan) => ({ ...plan, calls: plan.calls.filter(({ call }) => !left.includes(call)) })),
    apply: ({ request }, options) => service.plan(request).andThen((plan) => service.apply(plan, options)),
  }))
}
