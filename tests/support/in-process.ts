import { fork, type ForkOptions } from 'node:child_process'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

// Each case is a world that is soon forgotten: with room for some of them, most are gone before they are looked at.
const roomForTheYoung = '--max-semi-space-size=32'

/** Runs a file as its own process, and collects its messages. A failure fails the whole run. */
export async function inProcess<Told>(
  file: URL,
  parameters: readonly string[],
  onTold: (told: Told) => void = () => {},
  settings: ForkOptions = {},
): Promise<readonly Told[]> {
  const { execArgv = process.execArgv } = settings
  const path = fileURLToPath(file)
  const child = fork(path, parameters, { ...settings, execArgv: [...execArgv, roomForTheYoung] })
  const all: Told[] = []
  child.on('message', (told: Told) => {
    all.push(told)
    onTold(told)
  })
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  if (code !== 0) {
    process.stdout.write(`${basename(path)} ${parameters.join(' ')} ended with ${code}\n`)
    process.exitCode = 1
  }
  return all
}

/** Runs a file with the built packages instead of their sources. */
export const onBuilt: typeof inProcess = (file, parameters, onTold) =>
  inProcess(file, parameters, onTold, {
    execArgv: process.execArgv.filter((flag) => !flag.startsWith('--conditions=')),
  })
