import { attachOptions, forgets } from './changes.js'
import { killedBy, type Mutant } from './mutant.js'

/** Ways to change something for which the caller gave no permission. */
export const gateMutants: readonly Mutant[] = [
  ...killedBy('KP-GATE-01', 7, {
    'an attach does not ask mayCall': forgets('attach', 'mayCall'),
    'an attach asks again after mayCall refused a call': attachOptions(({ mayCall, ...options }) => {
      let asked = false
      return {
        ...options,
        mayCall: () => {
          const isAllowed = asked || mayCall?.() !== false
          asked = !isAllowed
          return isAllowed
        },
      }
    }),
  }),
  ...killedBy('KP-GATE-02', 8, {
    'an import does not ask mayCall': forgets('import', 'mayCall'),
    'a delete does not ask mayCall': forgets('delete', 'mayCall'),
  }),
]
