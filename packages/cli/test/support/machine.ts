import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createHttpTransport, type HttpTransport } from '@cloud-keypair/core/http'
import type { Fault } from '@cloud-keypair/simulator'
import { expect } from 'vitest'
import { startWeb, type WebHost } from '../../../../tests/support/fake-web.js'
import { runCommand } from '../run-command.js'

/** Credentials that the simulators of these tests take: an access key, and a session. Every secret has `canary` in it. */
export const key = { id: 'AK-of-a-user', secret: 'canary-secret-of-a-user' } as const
export const session = { id: 'AK-of-a-session', secret: 'canary-secret-of-a-session', token: 'canary-token' } as const

/** An end that is far away, and one that is over. */
export const later: string = new Date(Date.now() + 3_600_000).toISOString()
export const over: string = new Date(Date.now() - 3_600_000).toISOString()

/** A machine of a user: files in the home directory, variables, and hosts of the internet. */
export interface Machine {
  readonly files?: Readonly<Record<string, unknown>>
  readonly environment?: Readonly<Record<string, string>>
  readonly hosts?: Readonly<Record<string, WebHost>>
  /** Arguments besides those that name the cloud. */
  readonly argv?: readonly string[]
  /** Set before the command runs. */
  readonly fault?: Fault
  /** The date of every answer of the simulator, if it is not that of this machine. */
  readonly date?: Date
}

/** A simulator, and the options that lead to it. */
export interface Simulated {
  readonly options: readonly string[]
  fault(fault: Fault): void
  close(): Promise<void>
}

export interface Check {
  readonly check: string
  readonly status: 'ok' | 'failed' | 'unknown'
  readonly message: string
  readonly hint?: string
}

/**
 * Runs `doctor` on a machine. Checks that each check that is not well says what to do, and that nothing shows a secret.
 * `HOME` in files and variables is the home directory.
 */
export async function examine(simulated: Simulated, machine: Machine) {
  const home = await mkdtemp(join(tmpdir(), 'cloud-keypair-doctor-'))
  await using web = await startWeb(machine.hosts ?? {})
  const transport = transportOf(web.strictTransport, machine.date)
  const atHome = (text: string): string => text.replaceAll('HOME', home)
  try {
    for (const [path, content] of Object.entries(machine.files ?? {})) {
      await mkdir(dirname(join(home, path)), { recursive: true })
      const text = typeof content === 'string' ? content : JSON.stringify(content)
      await writeFile(join(home, path), atHome(text), { mode: 0o600 })
    }
    const variables = Object.entries(machine.environment ?? {}).map(([name, value]) => [name, atHome(value)])
    const environment: Record<string, string> = { PATH: process.env['PATH'] ?? '', ...Object.fromEntries(variables) }
    if (machine.fault !== undefined) simulated.fault(machine.fault)
    const argv = ['doctor', ...simulated.options, ...(machine.argv ?? [])]
    const circumstances = { homeDirectory: home, environment, transport }
    const { exitCode, stdout, stderr } = await runCommand([...argv, '-o', 'json'], circumstances)
    expect(stdout + stderr).not.toContain('canary')
    if (stdout === '') throw new Error(stderr)
    const checks: readonly Check[] = JSON.parse(stdout)
    for (const check of checks) {
      if (check.status !== 'ok' && check.message !== 'not tried without credentials')
        expect(check).toMatchObject({ hint: expect.stringMatching(/\.$/) })
    }
    const named = Object.fromEntries(checks.map((check) => [check.check, check]))
    return { exitCode, stderr, checks, named, credentials: named['credentials'] }
  } finally {
    await transport.close()
    await simulated.close()
    await rm(home, { recursive: true })
  }
}

/** Makes a transport to the simulator on this machine, and to the hosts of the internet. */
function transportOf(internet: HttpTransport, date: Date | undefined): HttpTransport {
  const real = createHttpTransport({ environment: {} })
  return {
    send: async (request, signal) => {
      if (new URL(request.url).hostname !== '127.0.0.1') return internet.send(request, signal)
      const answered = await real.send(request, signal)
      if (date === undefined) return answered
      return answered.map((answer) => ({ ...answer, headers: { ...answer.headers, date: date.toUTCString() } }))
    },
    close: async () => {
      await real.close()
      await internet.close()
    },
  }
}
