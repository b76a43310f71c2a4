import { attachOptions, forgets } from './changes.js'
import { killedBy, type Mutant } from './mutant.js'

/** Ways to change something for which the caller gave no permission. */
export const gateMutants: readonly Mutant[] = [
  ...killedBy('KP-GATE-01', 7, {
    'an attach does not ask mayCall': forgets('attach', 'mayCall'),
    'an attach makes one more call after mayCall refused one': attachOptions(({ mayCall, ...options }) => {
      let refusals = 0
      const isAllowed = (): boolean => {
        if (mayCall?.() === false) refusals += 1
        return refusals < 2
      }
      return { ...options, mayCall: isAllowed }
    }),
  }),
  ...killedBy('KP-GATE-02', 8, {
    'an import does not ask mayCall': forgets('import', 'mayCall'),
    'a delete does not ask mayCall': forgets('delete', 'mayCall'),
  }),
]
