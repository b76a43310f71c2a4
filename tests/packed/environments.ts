import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from './matrix.js'
import { packages, type Project, readManifest, runCommand } from './project.js'

const nodes: readonly Environment[] = ['20', '22', '24'].map((version) => ({
  name: `Node.js ${version}`,
  inShortForm: version === '22',
  run: async ({ folder, tool }, runChecks) => {
    const node = tool(`node-${version}/bin/node`)
    const required = packages.map((name) => `require('@cloud-keypair/${name}')`).join(';')
    await runCommand({ file: node, parameters: ['-e', required], folder })
    await runChecks({ file: node, parameters: ['program.mjs'], folder })
  },
}))

const otherRuntimes: readonly Environment[] = [
  {
    name: 'Bun',
    run: ({ folder, tool }, runChecks) => runChecks({ file: tool('.bin/bun'), parameters: ['program.mjs'], folder }),
  },
  {
    name: 'Deno',
    command: 'deno run --allow-env --allow-net --allow-read --allow-write --allow-sys program.mjs',
    run: ({ folder, tool }, runChecks) => {
      const allowed = ['--allow-env', '--allow-net', '--allow-read', '--allow-write', '--allow-sys']
      return runChecks({ file: tool('.bin/deno'), parameters: ['run', ...allowed, 'program.mjs'], folder })
    },
  },
]

const testRunners: readonly Environment[] = [
  {
    name: 'node:test',
    run: ({ folder }, runChecks) =>
      runChecks({ file: process.execPath, parameters: ['--test', 'checks.node.mjs'], folder }),
  },
  ...['node', 'jsdom'].map((environment) => ({
    name: `jest, ${environment}`,
    inShortForm: true,
    command: `NODE_OPTIONS=--experimental-vm-modules jest --env=${environment}`,
    config: 'jest.config.mjs',
    run: ({ folder, tool }: Project, runChecks: Parameters<Environment['run']>[1]) =>
      runChecks({
        file: tool('.bin/jest'),
        parameters: [`--env=${environment}`],
        folder,
        environment: { NODE_OPTIONS: '--experimental-vm-modules' },
      }),
  })),
  ...['node', 'jsdom', 'happy-dom'].map((environment) => ({
    name: `vitest, ${environment}`,
    run: ({ folder, tool }: Project, runChecks: Parameters<Environment['run']>[1]) =>
      runChecks({ file: tool('.bin/vitest'), parameters: ['run', '--environment', environment], folder }),
  })),
]

const compilers: readonly Environment[] = ['5.4', '5.5', '5.6', '5.7', '5.8', '5.9', '6.0', '7.0'].map((version) => ({
  name: `TypeScript ${version}, every declaration checked`,
  run: async ({ folder, tool }) => {
    const compiler = tool(`typescript-${version}/bin/tsc`)
    for (const resolution of [[], ['--module', 'esnext', '--moduleResolution', 'bundler']]) {
      await runCommand({ file: process.execPath, parameters: [compiler, '-p', '.', ...resolution], folder })
    }
  },
}))

/** The things that a package must not do, so that its bundle runs. */
const forbidden = [
  'createRequire',
  'require.cache',
  'require.resolve',
  'debuglog',
  'instanceof Error',
  'instanceof AbortSignal',
]

/** Packages whose files are loaded by paths that they do not document. */
const pinned = [
  'undici',
  '@volcengine/openapi',
  '@alicloud/ecs20140526',
  '@alicloud/openapi-util',
  '@alicloud/credentials',
  'tencentcloud-sdk-nodejs-common',
]

const contents: Environment = {
  name: 'contents of the packages',
  inShortForm: true,
  run: async (project) => {
    for (const name of packages) {
      const dist = project.tool(`@cloud-keypair/${name}/dist`)
      const files = (await readdir(dist)).filter((file) => file.endsWith('.js'))
      const texts = await Promise.all(files.map((file) => readFile(join(dist, file), 'utf8')))
      const found = forbidden.filter((word) => texts.some((text) => text.includes(word)))
      if (found.length > 0) throw new Error(`@cloud-keypair/${name} has ${found.join(', ')}`)
      const { dependencies } = await readManifest(project.tool(`@cloud-keypair/${name}/package.json`))
      const loose = Object.entries(dependencies)
        .filter(([dependency, version]) => pinned.includes(dependency) && !/^\d+\.\d+\.\d+$/.test(version))
        .map(([dependency, version]) => `${dependency} ${version}`)
      if (loose.length > 0) throw new Error(`@cloud-keypair/${name} does not pin ${loose.join(', ')}`)
    }
  },
}

/** Makes a fleet, without a server: its errors name the reason, and the process ends. */
const fleet: Environment = {
  name: 'fleet, without Redis',
  inShortForm: true,
  run: async ({ folder }) => {
    await runCommand({ file: process.execPath, parameters: ['fleet-check.mjs'], folder })
  },
}

export const environments: readonly Environment[] = [
  contents,
  ...nodes,
  ...otherRuntimes,
  ...testRunners,
  ...compilers,
  fleet,
]
