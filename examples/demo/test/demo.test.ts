import { describe, expect, it } from 'vitest'
import { isRunning, runDemo, simulatorOf } from './run-demo.js'

describe.concurrent('the demo on a simulated cloud', () => {
  it('takes every step, shows each refusal with its code, and leaves nothing', { timeout: 60_000 }, async () => {
    const { code, output, lastLine, leftFiles } = await runDemo([])
    expect(lastLine).toMatch(
      /^demo: 1 key pair, 250 instances, 246 attached, 4 refused with a reason, 9 changes and \d+ reads, nothing left behind$/,
    )
    expect(code).toBe(0)
    expect(output).toMatch(/i-demo041 +instance-unsupported +Windows/)
    expect(output).toMatch(/i-demo121 +instance-unsupported +Install/)
    expect(output).toMatch(/i-demo181 +instance-state /)
    expect(output).toMatch(/i-demo250 +not-found /)
    expect(output).toContain('delete while in use: refused, in-use by more than 100: i-demo001')
    expect(leftFiles).toEqual([])
    expect(isRunning(simulatorOf(output))).toBe(false)
  })

  it('prints plain lines without secrets where there is no terminal', { timeout: 60_000 }, async () => {
    const { output } = await runDemo([], { FORCE_COLOR: '1' })
    // eslint-disable-next-line no-control-regex
    expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/)
    expect(output).not.toMatch(/PRIVATE KEY|simulator-access-key|simulator-secret-key/)
  })

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

  it.each([
    [['--colour'], "Unknown option '--colour'"],
    [['extra'], 'extra'],
    [['--region', 'cn-beijing'], '--region needs --provider'],
    [['--yes-change-these-instances'], '--yes-change-these-instances needs --provider'],
    [['--provider', 'toString', '--instances', 'i-a'], 'no provider toString'],
    [['--provider', 'volcengine'], '--instances'],
    [['--provider', 'volcengine', '--instances', ' , '], '--instances'],
    [['--provider', 'volcengine', '--instances', 'i-a,i-b'], 'add --yes-change-these-instances'],
  ])('refuses %j and says why', { timeout: 60_000 }, async (args, why) => {
    const { code, lastLine, leftFiles } = await runDemo(args)
    expect(lastLine).toMatch(/^demo: /)
    expect(lastLine).toContain(why)
    expect(code).toBe(1)
    expect(leftFiles).toEqual([])
  })
})
