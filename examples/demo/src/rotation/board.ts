import type { Screen } from '../screen.js'
import type { Progress } from './messages.js'

/** The display of rotations on several clouds at once. */
export interface Board extends Disposable {
  /** Shows progress on a cloud: all clouds in one line, or one line each if lines cannot be updated. */
  show(cloud: { readonly provider: string; readonly title: string }, progress: Progress): void
  /** Writes a line that stays. */
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
