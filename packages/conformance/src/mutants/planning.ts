import type { PlannedCall } from '@cloud-keypair/core'
import { inService, ofService } from './break.js'
import { type Fault, killedBy, type Mutant } from './mutant.js'

const plansAnew = ofService('apply', (service, { request }, options) =>
  service.plan(request).andThen((plan) => service.apply(plan, options)),
)

/** Plans that are not what is done. */
export const planningMutants: readonly Mutant[] = [
  ...killedBy('KP-PLAN-01', 7, { 'a plan leaves out the restarts': planningWithout(['reboot', 'start']) }),
  ...killedBy('KP-PLAN-02', 7, {
    'a plan leaves out that the replaced key pair is removed': planningWithout(['delete']),
  }),
  ...killedBy('KP-PLAN-03', 7, { 'a plan is applied whatever became of the world': plansAnew }),
  ...killedBy('KP-PLAN-04', 1, { 'a plan that was edited is applied': plansAnew }),
]

/** Plans without these calls, and makes them all the same. */
function planningWithout(left: readonly PlannedCall['call'][]): Fault {
  return inService((service) => ({
    plan: (request, options) =>
      service
        .plan(request, options)
        .map((plan) => ({ ...plan, calls: plan.calls.filter(({ call }) => !left.includes(call)) })),
    apply: ({ request }, options) => service.plan(request).andThen((plan) => service.apply(plan, options)),
  }))
}
