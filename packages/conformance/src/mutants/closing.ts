import { inStore } from './break.js'
import { neverSent } from './changes.js'
import { type Fault, killedBy, type Mutant } from './mutant.js'

const stops: Fault['appliesTo'] = ({ instances }) =>
  instances !== false && (instances.restart === 'stop-and-start' || !instances.power.includes('running'))

const keepsOpen = inStore(() => ({ close: async () => {} }))

/** Ways to get the end of a service wrong. */
export const closingMutants: readonly Mutant[] = [
  ...killedBy('KP-CLOSE-01', 7, stops, {
    'a start that is owed at the close is said to be made': neverSent('doStartInstances'),
  }),
  ...killedBy('KP-CLOSE-01', 7, ({ instances }) => instances !== false, { 'a close ends no operation': keepsOpen }),
  ...killedBy('KP-CLOSE-02', 8, { 'a closed service goes on': keepsOpen }),
]
