import { fork, type ForkOptions } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Runs a file, by its URL from this folder, as a process of its own, and collects what it tells. What goes wrong fails the whole run. */
export async function inProcess<Told>(
  file: string,
  parameters: readonly string[],
  onTold: (told: Told) => void = () => {},
  settings: ForkOptions = {},
): Promise<readonly Told[]> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), parameters, settings)
  const all: Told[] = []
  child.on('message', (told: Told) => {
    all.push(told)
    onTold(told)
  })
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  if (code !== 0) {
    process.stdout.write(`${file} ${parameters.join(' ')} ended with ${code}\n`)
    process.exitCode = 1
  }
  return all
}
