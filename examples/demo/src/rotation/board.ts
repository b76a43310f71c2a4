import type { Screen } from '../screen.js'
import type { Progress } from './messages.js'

/** Where rotations on several clouds at once are shown. */
export interface Board extends Disposable {
  /** What is being done on a cloud: the last of all clouds in one line, or where that cannot be updated each in its own. */
  show(cloud: { readonly provider: string; readonly title: string }, progress: Progress): void
  /** A line that stays. */
  note(title: string, text: string): void
}

export function createBoard(screen: Screen): Board {
  const states = new Map<string, string>()
  const now = (): string => [...states].map(([provider, state]) => `${provider} ${state}`).join(', ')
  let line = screen.isLive ? screen.begin('rotate') : undefined
  return {
    show: ({ provider, title }, { step, instanceIds, finished, total }) => {
      states.set(provider, `${finished}/${total} ${step}`)
      line?.update(now())
      if (line === undefined)
        screen.line(`rotate, ${title}: ${finished} of ${total}, ${step} ${instanceIds.join(', ')}`)
    },
    note: (title, text) => {
      line?.end()
      screen.line(`${screen.paint('strong', `rotate, ${title}:`)} ${text}`)
      line = line && screen.begin(now())
    },
    [Symbol.dispose]: () => line?.end(),
  }
}
