import { describe, expect, it } from 'vitest'
import { readRequest } from '../src/options.js'
import { isRunning, runDemo, simulatorOf } from './run-demo.js'

describe.concurrent('the demo on a simulated cloud', () => {
  it(
    'takes every step, shows each refusal in plain lines without secrets, and leaves nothing',
    { timeout: 60_000 },
    async () => {
      const { code, output, lastLine, leftFiles } = await runDemo([], { FORCE_COLOR: '1' })
      expect(lastLine).toMatch(
        /^demo: 1 key pair, 250 instances, 246 attached, 4 refused with a reason, 9 changes and \d+ reads, nothing left behind$/,
      )
      expect(code).toBe(0)
      expect(output).toMatch(/i-demo041 +instance-unsupported +Windows/)
      expect(output).toMatch(/i-demo121 +instance-unsupported +Install/)
      expect(output).toMatch(/i-demo181 +instance-state /)
      expect(output).toMatch(/i-demo250 +not-found /)
      expect(output).toContain('delete while in use: refused, in-use by more than 100: i-demo001')
      expect(output).not.toMatch(/[^\P{Cc}\n]/u)
      expect(output).not.toMatch(/PRIVATE KEY|simulator-access-key|simulator-secret-key/)
      expect(leftFiles).toEqual([])
      expect(isRunning(simulatorOf(output))).toBe(false)
    },
  )

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'puts everything back and ends with 130 on %s in the middle of the attach',
    { timeout: 60_000 },
    async (signal) => {
      const { code, output, lastLine, leftFiles } = await runDemo([], {}, (line, { kill }) => {
        if (line.startsWith('attach: 250 instances')) kill(signal)
      })
      expect(lastLine).toBe('demo: interrupted; nothing left behind')
      expect(code).toBe(130)
      expect(output).not.toContain('usages')
      expect(leftFiles).toEqual([])
      expect(isRunning(simulatorOf(output))).toBe(false)
    },
  )

  it('says so and ends with 1 where the simulator dies', { timeout: 60_000 }, async () => {
    const { code, lastLine, leftFiles } = await runDemo([], {}, (line, { output }) => {
      if (line.startsWith('attach: 250 instances')) process.kill(simulatorOf(output()), 'SIGKILL')
    })
    expect(lastLine).toContain('demo: the simulator ended unexpectedly (SIGKILL)')
    expect(code).toBe(1)
    expect(leftFiles).toEqual([])
  })
})

describe.concurrent('the command line of the demo', () => {
  it('is explained by --help', { timeout: 60_000 }, async () => {
    const { code, output } = await runDemo(['--help'])
    expect(code).toBe(0)
    expect(output).toContain('--yes-change-these-instances')
    expect(output).toContain('volcengine')
  })

  it('ends with 1 and says why where it is wrong', { timeout: 60_000 }, async () => {
    const { code, output, leftFiles } = await runDemo(['--colour'])
    expect(output).toMatch(/^demo: Unknown option '--colour'.*--help/)
    expect(code).toBe(1)
    expect(leftFiles).toEqual([])
  })

  it.each([
    [['extra'], 'extra'],
    [['--region', 'cn-beijing'], '--region needs --provider'],
    [['--yes-change-these-instances'], '--yes-change-these-instances needs --provider'],
    [['--provider', 'toString', '--instances', 'i-a'], 'no provider toString'],
    [['--provider', 'volcengine'], '--instances'],
    [['--provider', 'volcengine', '--instances', ' , '], '--instances'],
    [['--provider', 'volcengine', '--instances', 'i-a,i-b'], 'i-a, i-b: add --yes-change-these-instances'],
  ])('refuses %j and says why', (args, why) => {
    expect(readRequest(args)).toEqual({ kind: 'wrong', why: expect.stringContaining(why) })
  })
})
