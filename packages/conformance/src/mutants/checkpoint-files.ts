import { readFile, writeFile } from 'node:fs/promises'
import { withInstances } from './break.js'
import { type Fault, killedBy, type Mutant } from './mutant.js'

/** If only stopped instances are changed, a running one that has the key has been restarted, whatever a checkpoint says. */
const changesRunning: NonNullable<Fault['appliesTo']> = ({ instances }) =>
  instances !== false && instances.power.includes('running')

/** Ways to take a checkpoint file for more or less than what was written. */
export const checkpointFileMutants: readonly Mutant[] = [
  ...killedBy('KP-CHECKPOINT-01', 7, withInstances, {
    'the last line of a checkpoint file is lost': reading((lines) => lines.slice(0, -1)),
    'the first line of a checkpoint file alone is read': reading((lines) => lines.slice(0, 1)),
  }),
  ...killedBy('KP-CHECKPOINT-02', 7, changesRunning, {
    'the lines of a checkpoint file are folded from the last to the first': reading(([first = '', ...changes]) => [
      first,
      ...changes.toReversed(),
    ]),
  }),
  ...killedBy('KP-CHECKPOINT-03', 7, withInstances, {
    'a line that was cut off is taken for whole': reading((lines, cutOff) => [
      ...lines,
      ...(cutOff === '' ? [] : [`${cutOff}}`]),
    ]),
    'a file with a line that was cut off is refused': reading((lines, cutOff) =>
      cutOff === '' ? lines : [...lines, cutOff, '{}'],
    ),
    'a resumed run appends to a line that was cut off': {
      checkpointFile: (checkpointFile) => async (path) => {
        const before = await textIn(path)
        const { resume, onCheckpoint } = await checkpointFile(path)
        let isFirst = resume !== undefined
        return {
          resume,
          onCheckpoint: async (checkpoint, update) => {
            await onCheckpoint(checkpoint, update)
            if (isFirst) await writeFile(path, `${before}${JSON.stringify({ instances: checkpoint.instances })}\n`)
            isFirst = false
          },
        }
      },
    },
  }),
]

/** Changes what is read of a checkpoint file: its whole lines, and what follows the last line feed. */
function reading(change: (lines: readonly string[], cutOff: string) => readonly string[]): Fault {
  return {
    checkpointFile: (checkpointFile) => async (path) => {
      const lines = (await textIn(path)).split('\n')
      const cutOff = lines.pop() ?? ''
      if (lines.length > 0)
        await writeFile(
          path,
          change(lines, cutOff)
            .map((line) => `${line}\n`)
            .join(''),
        )
      return checkpointFile(path)
    },
  }
}

async function textIn(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}
