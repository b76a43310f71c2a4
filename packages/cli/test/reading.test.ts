import { expect, test } from 'vitest'
import { runCommand, startAlibabaEcs, startVolcengine } from './run-command.js'

test('which shows the key pair of each instance, and ends with 3 if one does not exist', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances([{ id: 'i-1', keyPair: 'deploy' }, { id: 'i-2' }])
  const read = await runCommand(['which', 'i-1', 'i-2', 'i-3', '--no-header', ...options], circumstances)
  expect(read).toEqual({
    exitCode: 3,
    stdout: 'i-1\tbound\tdeploy\trunning\ni-2\tvacant\t\trunning\ni-3\tnot-found\t\t\n',
    stderr: '',
  })
})

test('usages are listed as JSON lines', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  simulator.world.seedKeyPair({ name: 'deploy' })
  simulator.world.seedInstances([{ id: 'i-1', keyPair: 'deploy' }])
  const listed = await runCommand(['usages', 'deploy', '-o', 'jsonl', ...options], circumstances)
  expect(JSON.parse(listed.stdout)).toEqual({ instanceId: 'i-1', power: 'running', matchedBy: 'id' })
})

test('an audit fails for the findings that --fail-on names, and can be Markdown or SARIF', async () => {
  await using ecs = await startAlibabaEcs()
  const { simulator, options, circumstances } = ecs
  simulator.world.seedKeyPair({ name: 'unused|<b>' })
  const run = (...argv: readonly string[]) => runCommand(['audit', ...argv, ...options], circumstances)
  expect(await run('--fail-on', 'weak-key')).toMatchObject({
    exitCode: 0,
    stdout: 'finding\tkey-pair\tmessage\nunused\tunused|<b>\tno instance has it\n',
  })
  expect(await run('--fail-on', 'unused,weak-key', '-o', 'json')).toMatchObject({ exitCode: 3 })
  expect(await run('--fail-on', 'any', '-o', 'name')).toMatchObject({ exitCode: 3, stdout: 'unused|<b>\n' })
  expect(await run('--fail-on', 'old')).toMatchObject({ exitCode: 2 })
  expect((await run('-o', 'markdown')).stdout).toContain('| unused | unused\\|\\<b\\> | no instance has it |')
  const sarif = JSON.parse((await run('-o', 'sarif')).stdout)
  expect(sarif).toMatchObject({ version: '2.1.0', runs: [{ results: [{ ruleId: 'unused', level: 'note' }] }] })
})

test('control characters of a cloud reach neither a terminal nor a pipe', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  simulator.world.seedKeyPair({ name: 'deploy', description: 'a\u001b[2Jb\tc\u009bd\u200f' })
  const argv = ['list', '--columns', 'name,description', '--no-header', ...options]
  const shown = 'a\\u001b[2Jb\\u0009c\\u009bd\\u200f'
  expect((await runCommand(argv, circumstances)).stdout).toBe(`deploy\t${shown}\n`)
  expect((await runCommand(argv, { ...circumstances, columns: 80 })).stdout).toBe(`deploy  ${shown}\n`)
  const json = (await runCommand(['show', 'deploy', '-o', 'json', ...options], circumstances)).stdout
  expect(json).toContain('a\\u001b[2Jb\\tc\\u009bd\\u200f')
})

test('a table on a terminal fits its width, and counts wide characters twice', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  simulator.world.seedKeyPair({ name: 'deploy', description: '部署用的密钥对'.repeat(12) })
  simulator.world.seedKeyPair({ name: 'ci', description: 'short' })
  const argv = ['list', '--columns', 'name,description,fingerprint', ...options]
  const { stdout } = await runCommand(argv, {
    ...circumstances,
    columns: 80,
    environment: { ...circumstances.environment, NO_COLOR: '1' },
  })
  const lines = stdout.trimEnd().split('\n')
  const widthOf = (line: string): number =>
    [...line].reduce((sum, one) => sum + (/[\u4e00-\u9fff]/.test(one) ? 2 : 1), 0)
  expect(lines).toHaveLength(3)
  expect(lines.map(widthOf).every((width) => width <= 80)).toBe(true)
  expect(lines.find((line) => line.startsWith('deploy'))).toMatch(/部署用.*…\s+[0-9a-f]{32}$/)
  expect(new Set(lines.slice(1).map((line) => widthOf(line.slice(0, line.search(/ [0-9a-f]{8}/))))).size).toBe(1)
})

test('capabilities of a cloud are data', async () => {
  const { stdout, exitCode } = await runCommand(['capabilities', '--cloud', 'alibaba-ens', '-o', 'json'])
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject([{ cloud: 'alibaba-ens', capabilities: { tags: 'none' } }])
})

test('a narrow table keeps the first column whole, and breaks sentences and lists into lines', async () => {
  await using volcengine = await startVolcengine()
  const { simulator, options, circumstances } = volcengine
  const name = 'a-key-pair-with-a-name-that-somebody-wants-to-copy'
  const ids = ['i-aaaaaaaaaaaaaaaa1', 'i-aaaaaaaaaaaaaaaa2', 'i-aaaaaaaaaaaaaaaa3', 'i-aaaaaaaaaaaaaaaa4']
  simulator.world.seedKeyPair({ name })
  simulator.world.seedInstances(ids.map((id) => ({ id })))
  const narrow = { ...circumstances, columns: 60, environment: { ...circumstances.environment, NO_COLOR: '1' } }
  const listed = (await runCommand(['list', '--columns', 'name,fingerprint', ...options], narrow)).stdout
  expect(listed.split('\n')[1]).toMatch(new RegExp(`^${name}  [0-9a-f]+…$`))
  const planned = (await runCommand(['plan', 'attach', name, ...ids, '--max-unavailable', '4', ...options], narrow))
    .stdout
  for (const id of ids) expect(planned).toContain(id)
  for (const line of planned.split('\n')) expect(line.length).toBeLessThanOrEqual(60)
  const capabilities = (await runCommand(['capabilities'], { ...narrow, columns: 80 })).stdout.trimEnd().split('\n')
  expect(capabilities.every((line) => line !== '' && line.length <= 80 && !line.includes('…'))).toBe(true)
})
