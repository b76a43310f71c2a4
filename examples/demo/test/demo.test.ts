import { beforeAll, describe, expect, it } from 'vitest'
import { readRequest } from '../src/options.js'
import { type DemoRun, isRunning, runDemo, simulatorsOf } from './run-demo.js'

/** Calls back at the line that begins the attach on the cloud that is the nth, from 1. */
function atAttach(nth: number, act: () => void): (line: string) => void {
  let seen = 0
  return (line) => {
    if (!line.startsWith('attach: 250 instances')) return
    seen += 1
    if (seen === nth) act()
  }
}

describe('the demo on simulated clouds', () => {
  let whole: DemoRun

  beforeAll(async () => {
    whole = await runDemo([], { FORCE_COLOR: '1' })
  })

  it('takes every step on each cloud, and leaves nothing behind', () => {
    expect(whole.lastLine).toMatch(
      /^demo: 6 clouds, 1500 instances, 983 attached, 17 refused with a reason, 55 changes and \d+ reads, 4 rotations killed half-way and finished, nothing left behind$/,
    )
    expect(whole.code).toBe(0)
    expect(whole.leftFiles).toEqual([])
    expect(simulatorsOf(whole.output)).toHaveLength(10)
    expect(simulatorsOf(whole.output).filter(isRunning)).toEqual([])
  })

  it('shows the reasons of each refusal', () => {
    const [volcengine = '', ecs = '', ens = '', tencent = '', , , ...rest] = whole.output.split(
      /^(?=Volcengine|Alibaba Cloud|Tencent Cloud|Amazon|OpenStack)/m,
    )
    expect(rest).toEqual([])
    expect(volcengine).toMatch(/i-demo041 +instance-unsupported +Windows/)
    expect(volcengine).toMatch(/i-demo121 +instance-unsupported +Install/)
    expect(volcengine).toMatch(/i-demo181 +instance-state /)
    expect(volcengine).toMatch(/i-demo250 +not-found /)
    expect(ecs).toMatch(/i-demo041 +instance-unsupported +Windows/)
    expect(ecs).toMatch(/i-demo181 +instance-state /)
    expect(ecs).toMatch(/i-demo250 +not-found /)
    expect(ens.match(/i-demo\d+ +instance-state .*stopped/g)).toHaveLength(5)
    expect(ens).toMatch(/i-demo250 +not-found /)
    expect(tencent).toMatch(/i-demo041 +instance-unsupported /)
    expect(tencent.match(/i-demo\d+ +instance-state .*stopped/g)).toHaveLength(2)
    expect(tencent).toMatch(/i-demo250 +not-found /)
  })

  it.each(['Volcengine ECS', 'Alibaba Cloud ECS', 'Alibaba Cloud ENS', 'Tencent Cloud CVM'])(
    'rotates on %s in a process that is killed, and resumes in others',
    (title) => {
      const lines = whole.output.split('\n').filter((line) => line.startsWith(`rotate, ${title}: `))
      const told = lines.join('\n')
      const [, killed, down] = /process (\d+) killed with 1 of 5 done, while down: (.*)$/m.exec(told) ?? []
      const [, resumed] = /process (\d+) resumed it: .*, i-rotate4, i-rotate5 at their next start$/m.exec(told) ?? []
      const [, ended] = /process (\d+) removed demo_replaced; every guest accepts demo_new alone$/m.exec(told) ?? []
      expect(down).toMatch(/^i-rotate[23](, i-rotate3)?$/)
      const workers = new Set([killed, resumed, ended].map(Number))
      expect(workers.size).toBe(3)
      expect([...workers].filter(isRunning)).toEqual([])
      expect(lines).toContainEqual(expect.stringMatching(/: 0 of 5, \w+ i-rotate1$/))
      expect(lines).toContainEqual(expect.stringMatching(/: 5 of 5, finished i-rotate4, i-rotate5$/))
    },
  )

  it('writes plain lines without secrets if there is no terminal', () => {
    expect(whole.output).not.toMatch(/[^\P{Cc}\n]/u)
    expect(whole.output).not.toMatch(
      /PRIVATE KEY|simulator-access-key|simulator-secret-key|simulator-application-secret/,
    )
  })

  it('ends with a table of the clouds side by side', () => {
    const [table = ''] = /^ +Volcengine ECS +Alibaba.*?^$/ms.exec(whole.output) ?? []
    const rows = table.split('\n').map((line) => line.trim().split(/ {2,}/))
    expect(rows).toEqual([
      ['Volcengine ECS', 'Alibaba Cloud ECS', 'Alibaba Cloud ENS', 'Tencent Cloud CVM'],
      Array.from({ length: 5 }, () => expect.stringMatching(/^-+$/)),
      ['create', 'verified', 'verified', 'verified', 'verified'],
      ['attach', '246 ok, 4 refused', '247 ok, 3 refused', '244 ok, 6 refused', '246 ok, 4 refused'],
      ['usages', '246 bound', '247 bound', '244 bound', '246 bound'],
      ['delete while in use', 'in-use', 'in-use', 'in-use', 'in-use'],
      ['detach', '246 ok', '247 ok', '244 ok', '246 ok'],
      ['delete', 'deleted', 'deleted', 'deleted', 'deleted'],
      ['changing calls', '9', '13', '20', '9'],
      ['reading calls', ...Array.from({ length: 4 }, () => expect.stringMatching(/^\d+$/))],
      ['seconds', ...Array.from({ length: 4 }, () => expect.stringMatching(/^\d+\.\d$/))],
      [''],
    ])
  })

  it('shows a key pair of the clouds without attach in a table of their own', () => {
    const [table = ''] = /^ +Amazon EC2 +OpenStack$.*?^$/ms.exec(whole.output) ?? []
    const rows = table.split('\n').map((line) => line.trim().split(/ {2,}/))
    expect(rows).toEqual([
      ['Amazon EC2', 'OpenStack'],
      Array.from({ length: 3 }, () => expect.stringMatching(/^-+$/)),
      ['create', 'verified', 'verified'],
      ['attach', '-', '-'],
      ['usages', '250 bound', '250 bound'],
      ['delete while in use', 'in-use', 'in-use'],
      ['detach', '-', '-'],
      ['delete', 'deleted', 'deleted'],
      ['changing calls', '2', '2'],
      ['reading calls', ...Array.from({ length: 2 }, () => expect.stringMatching(/^\d+$/))],
      ['seconds', ...Array.from({ length: 2 }, () => expect.stringMatching(/^\d+\.\d$/))],
      [''],
    ])
  })
})

describe.concurrent('the demo, cut off', () => {
  it.each([
    ['SIGINT', 1],
    ['SIGTERM', 2],
    ['SIGINT', 3],
  ] as const)(
    'puts everything back and ends with 130 on %s in the middle of the attach on cloud %i',
    async (signal, nth) => {
      const { code, output, lastLine, leftFiles } = await runDemo([], {}, ({ kill }) =>
        atAttach(nth, () => kill(signal)),
      )
      expect(lastLine).toBe('demo: interrupted; nothing left behind')
      expect(code).toBe(130)
      expect(output.match(/^usages: who/gm) ?? []).toHaveLength(nth - 1)
      expect(leftFiles).toEqual([])
      expect(simulatorsOf(output)).toHaveLength(nth)
      expect(simulatorsOf(output).filter(isRunning)).toEqual([])
    },
  )

  it('ends every process with 130 on SIGINT in the middle of a rotation', async () => {
    let isSent = false
    const { code, output, lastLine, leftFiles } = await runDemo([], {}, ({ kill }) => (line) => {
      if (isSent || !/^rotate, .*: 1 of 5, attaching/.test(line)) return
      isSent = true
      kill('SIGINT')
    })
    expect(lastLine).toBe('demo: interrupted; nothing left behind')
    expect(code).toBe(130)
    expect(leftFiles).toEqual([])
    expect(simulatorsOf(output)).toHaveLength(10)
    expect(simulatorsOf(output).filter(isRunning)).toEqual([])
  })

  it('continues with the next cloud if a simulator dies, and ends with 1', async () => {
    const { code, output, lastLine, leftFiles } = await runDemo([], {}, ({ output: soFar }) =>
      atAttach(2, () => process.kill(simulatorsOf(soFar()).at(-1) ?? 0, 'SIGKILL')),
    )
    expect(lastLine).toBe('demo: the simulator of alibaba-ecs ended unexpectedly (SIGKILL); nothing left behind')
    expect(code).toBe(1)
    expect(output).toMatch(/^delete +deleted +- +deleted +deleted$/m)
    expect(leftFiles).toEqual([])
  })
})

describe.concurrent('the command line of the demo', () => {
  it('is explained by --help', async () => {
    const { code, output } = await runDemo(['--help'])
    expect(code).toBe(0)
    expect(output).toContain('--yes-change-these-instances')
    expect(output).toContain('volcengine, alibaba-ecs, alibaba-ens, tencent')
  })

  it('ends with 1 and the reason if it is wrong', async () => {
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
    [['--provider', 'alibaba-ens', '--region', 'cn-beijing', '--instances', 'i-a'], '--region'],
    [['--provider', 'volcengine'], '--instances'],
    [['--provider', 'volcengine', '--instances', ' , '], '--instances'],
    [['--provider', 'alibaba-ecs', '--instances', 'i-a,i-b'], 'i-a, i-b: add --yes-change-these-instances'],
  ])('refuses %j with the reason', (args, why) => {
    expect(readRequest(args)).toEqual({ kind: 'wrong', why: expect.stringContaining(why) })
  })
})
