import type { Place } from '@cloud-keypair/fleet'
import type { Session } from '../session.js'
import { usageError } from '../usage-error.js'
import { placeName } from '../views/place-reports.js'

const shownPlaces = 20

/** Names the places in which instances are going to be restarted, and asks a person if they may be. */
export async function confirmRun(
  what: string,
  places: readonly Place[],
  {
    maxUnavailable = 1,
    placesAtOnce = 4,
  }: { readonly maxUnavailable?: number | undefined; readonly placesAtOnce?: number | undefined },
  { output, surroundings, interruptions }: Session,
): Promise<boolean> {
  const count = places.length === 1 ? '1 place' : `${places.length} places, at most ${placesAtOnce} at once`
  await output.note(`To ${what} restarts instances in ${count}, at most ${maxUnavailable} at a time in each.`, 'strong')
  const rest = places.length - shownPlaces
  const names = places.slice(0, shownPlaces).map(placeName).join(', ')
  await output.note(`  ${names}${rest > 0 ? ` and ${rest} more` : ''}`)
  if (surroundings.confirm === undefined) {
    throw usageError('nobody is there to confirm the restarts', 'Give --yes to restart them without a question.')
  }
  if (await surroundings.confirm('Restart them?', interruptions.signal)) return true
  await output.note('Nothing was changed.')
  return false
}
