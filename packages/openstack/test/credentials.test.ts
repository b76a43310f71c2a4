import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { err } from '@cloud-keypair/core'
import type { HttpRequest } from '@cloud-keypair/core/http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createOpenStackDriver, type OpenStackOptions } from '../src/index.js'
import { list } from './support/cloud.js'

const password = 'canary-password'
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openstack-'))
  mkdirSync(join(folder, '.config', 'openstack'), { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string): void => writeFileSync(join(folder, '.config', 'openstack', name), text)

/** Makes one call, and returns what was sent to Keystone, or the failure. */
async function logInWith(options: OpenStackOptions, environment: Readonly<Record<string, string>> = {}) {
  const sent: HttpRequest[] = []
  const driver = createOpenStackDriver({
    ...options,
    transport: {
      send: async (request) => {
        sent.push(request)
        return err({ kind: 'network', sent: false, message: 'No connection' })
      },
      close: () => Promise.reject(new Error('A transport that is given stays open')),
    },
    testing: { environment, homeDirectory: folder },
  })
  const signal = new AbortController().signal
  const result = await driver.doDescribeKeyPairs(list, { signal, token: '', trace: () => undefined })
  await driver.close()
  const failure = result.isErr() ? result.error : undefined
  expect(JSON.stringify(failure)).not.toContain('canary')
  const [request] = sent
  const body: unknown = request?.body === undefined ? undefined : JSON.parse(request.body)
  return { failure, url: request?.url, body }
}

const cloudsYaml = `
clouds:
  one:
    auth:
      auth_url: https://one.example.org:5000
      username: me
      project_name: web
      domain_name: Default
    region_name: R1
  two:
    auth_type: v3applicationcredential
    auth:
      auth_url: https://two.example.org/identity/v3
      application_credential_id: ac2
      application_credential_secret: ${password}
`

const passwordLogin = {
  auth: {
    identity: {
      methods: ['password'],
      password: { user: { name: 'me', domain: { name: 'Default' }, password } },
    },
    scope: { project: { name: 'web', domain: { name: 'Default' } } },
  },
}

describe('clouds.yaml', () => {
  test('a cloud gets its password from secure.yaml', async () => {
    write('clouds.yaml', cloudsYaml)
    write('secure.yaml', `clouds: { one: { auth: { password: ${password} } } }`)
    const { url, body } = await logInWith({ profile: 'one' })
    expect(url).toBe('https://one.example.org:5000/v3/auth/tokens')
    expect(body).toEqual(passwordLogin)
  })

  test.each(['yaml', 'json'])('a cloud gets what it lacks from its profile in clouds-public.%s', async (end) => {
    write(
      'clouds.yaml',
      `clouds: { one: { profile: vendor, auth: { username: me, project_name: web, domain_name: Default } } }`,
    )
    write('secure.yaml', `clouds: { one: { auth: { password: ${password} } } }`)
    const auth = { auth_url: 'https://vendor.example.org', username: 'nobody' }
    write(`clouds-public.${end}`, JSON.stringify({ 'public-clouds': { vendor: { auth } } }))
    const { url, body } = await logInWith({ profile: 'one' })
    expect(url).toBe('https://vendor.example.org/v3/auth/tokens')
    expect(body).toEqual(passwordLogin)
  })

  test.each([
    ['has no such profile', '{ public-clouds: { other: {} } }', /auth_url is missing/, /clouds-public\.yaml/],
    ['cannot be read', '{ public-clouds: [x] }', /clouds-public\.yaml has no list of public-clouds/, /./],
    [
      'turns off the check of certificates',
      '{ public-clouds: { vendor: { verify: false } } }',
      /certificates/,
      /cacert/,
    ],
  ])('a cloud whose clouds-public.yaml %s is an error that says so', async (_, text, message, hint) => {
    write('clouds.yaml', `clouds: { one: { profile: vendor, auth: { token: ${password} } } }`)
    write('clouds-public.yaml', text)
    const { failure, url } = await logInWith({ profile: 'one' })
    expect(failure).toMatchObject({ message: expect.stringMatching(message), hint: expect.stringMatching(hint) })
    expect(url).toBeUndefined()
  })

  test.each(['secure.yaml', 'clouds.yaml'])('an auth in %s that is a text is an error', async (name) => {
    const cloud = { auth_url: 'https://one.example.org', token: password }
    write('clouds.yaml', JSON.stringify({ clouds: { one: { profile: 'vendor', auth: cloud } } }))
    write('clouds-public.yaml', JSON.stringify({ 'public-clouds': { vendor: { auth: cloud } } }))
    write(name, JSON.stringify({ clouds: { one: { profile: 'vendor', auth: password } } }))
    const { failure, url } = await logInWith({ profile: 'one' })
    expect(failure).toMatchObject({ message: expect.stringContaining('auth is not a list of fields') })
    expect(url).toBeUndefined()
  })

  test('OS_CLOUD names the cloud, before other variables', async () => {
    write('clouds.yaml', cloudsYaml)
    const { url, body } = await logInWith(
      {},
      { OS_CLOUD: 'two', OS_AUTH_URL: 'https://no', OS_PASSWORD: 'no-password' },
    )
    expect(url).toBe('https://two.example.org/identity/v3/auth/tokens')
    expect(body).toEqual({
      auth: {
        identity: {
          methods: ['application_credential'],
          application_credential: { id: 'ac2', secret: password },
        },
      },
    })
  })

  test('of several clouds none is chosen without a name', async () => {
    write('clouds.yaml', cloudsYaml)
    const { failure, url } = await logInWith({})
    expect(failure).toMatchObject({ code: 'unauthenticated', hint: expect.stringContaining('OS_CLOUD') })
    expect(url).toBeUndefined()
  })

  test.each([
    ['a missing cloud', cloudsYaml, 'three', /has no cloud three/],
    ['a missing password', cloudsYaml, 'one', /password is missing/],
    ['no YAML', `clouds: [${password}`, 'one', /is not YAML/],
    ['a list of clouds', `clouds: [${password}]`, 'one', /no list of clouds/],
    ['a text alone', password, 'one', /no list of clouds/],
    [
      'a number as password',
      'clouds: {one: {auth: {auth_url: "https://a", password: 12345678}}}',
      'one',
      /password is not a text/,
    ],
    [
      'another kind of login',
      'clouds: {one: {auth_type: v3oidcpassword, auth: {auth_url: "https://a"}}}',
      'one',
      /another kind/,
    ],
    [
      'no check of certificates',
      'clouds: {one: {verify: false, auth: {auth_url: "https://a"}}}',
      'one',
      /check of certificates/,
    ],
    [
      'no check of certificates, as a text',
      'clouds: {one: {insecure: "True", auth: {auth_url: "https://a"}}}',
      'one',
      /check of certificates/,
    ],
    [
      'a client certificate',
      'clouds: {one: {cert: a.pem, auth: {auth_url: "https://a"}}}',
      'one',
      /client certificate/,
    ],
    ['a vendor profile alone', 'clouds: {one: {profile: vexxhost, auth: {token: t}}}', 'one', /auth_url is missing/],
    [
      'another interface',
      'clouds: {one: {interface: own, auth: {auth_url: "https://a", token: t}}}',
      'one',
      /interface is none of/,
    ],
    [
      'a missing authority',
      'clouds: {one: {cacert: /none/ca.pem, auth: {auth_url: "https://a", token: t}}}',
      'one',
      /certificate authority does not exist/,
    ],
    ['Keystone v2', 'clouds: {one: {auth: {auth_url: "https://a/v2.0", token: t}}}', 'one', /version 2/],
    [
      'an address without TLS',
      'clouds: {one: {auth: {auth_url: "http://a.example.org/v3", token: t}}}',
      'one',
      /https/,
    ],
  ])('with %s is an error that says so, and nothing is sent', async (_, text, profile, message) => {
    write('clouds.yaml', text)
    const { failure, url } = await logInWith({ profile })
    expect(failure).toMatchObject({ outcome: 'none', message: expect.stringMatching(message) })
    expect(failure?.hint).toMatch(/./)
    expect(url).toBeUndefined()
  })

  test.each([
    ['OS_CLIENT_CONFIG_FILE', '', 'other.yaml'],
    ['XDG_CONFIG_HOME', 'configuration', 'configuration/openstack/clouds.yaml'],
  ])('is looked for where %s says', async (variable, value, path) => {
    write('clouds.yaml', 'clouds: { two: {} }')
    mkdirSync(join(folder, 'configuration', 'openstack'), { recursive: true })
    writeFileSync(join(folder, path), cloudsYaml)
    const { url } = await logInWith({ profile: 'two' }, { [variable]: join(folder, value || path) })
    expect(url).toBe('https://two.example.org/identity/v3/auth/tokens')
  })

  test('with the file of an authority has its certificates trusted in place of others', async () => {
    writeFileSync(join(folder, 'ca.pem'), 'no certificate')
    write(
      'clouds.yaml',
      `clouds: {one: {cacert: "${join(folder, 'ca.pem')}", auth: {auth_url: "https://127.0.0.1:1", token: t}}}`,
    )
    const driver = createOpenStackDriver({ profile: 'one', testing: { environment: {}, homeDirectory: folder } })
    const signal = new AbortController().signal
    const refused = await driver.doDescribeKeyPairs(list, { signal, token: '', trace: () => undefined })
    await driver.close()
    expect(refused.isErr() && refused.error.message).toContain('holds no certificate in PEM')
  })

  test('that cannot be read ends the search', async () => {
    mkdirSync(join(folder, '.config', 'openstack', 'clouds.yaml'))
    const { failure } = await logInWith({ profile: 'one' })
    expect(failure).toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('is not a regular file'),
    })
  })

  test('bombs of aliases are refused', async () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]']
    for (const [one, other] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg'])
      bomb.push(`${other}: &${other} [${`*${one},`.repeat(10)}]`)
    write('clouds.yaml', `${bomb.join('\n')}\nclouds: { one: *g }`)
    expect((await logInWith({ profile: 'one' })).failure).toMatchObject({ code: 'unauthenticated' })
  })
})

describe('the variables OS_*', () => {
  const variables = {
    OS_AUTH_URL: 'https://keystone.example.org/v3/',
    OS_USERNAME: 'me',
    OS_PASSWORD: password,
    OS_PROJECT_NAME: 'web',
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_DOMAIN_NAME: 'Default',
  }

  test('of an openrc file log in', async () => {
    const { url, body } = await logInWith({}, variables)
    expect(url).toBe('https://keystone.example.org/v3/auth/tokens')
    expect(body).toEqual(passwordLogin)
  })

  test.each([
    ['OS_AUTH_URL', /OS_AUTH_URL is missing/],
    ['OS_USERNAME', /OS_USERNAME is missing/],
    ['OS_PROJECT_NAME', /OS_PROJECT_NAME is missing/],
    ['OS_USER_DOMAIN_NAME', /OS_USER_DOMAIN_NAME is missing/],
  ])('without %s are an error that names it', async (name, message) => {
    const { failure } = await logInWith({}, { ...variables, [name]: '' })
    expect(failure).toMatchObject({ code: 'unauthenticated', message: expect.stringMatching(message) })
  })
})

describe('the option credentials', () => {
  const credentials = { kind: 'token', token: password } as const

  test('has its address from OS_AUTH_URL, and nothing else from the other variables', async () => {
    const environment = { OS_CLOUD: 'two', OS_AUTH_URL: 'https://keystone.example.org', OS_USERNAME: 'me' }
    const { url, body } = await logInWith({ credentials: async () => credentials }, environment)
    expect(url).toBe('https://keystone.example.org/v3/auth/tokens')
    expect(body).toBeUndefined()
  })

  test.each([
    ['without a password', { kind: 'password', userId: 'u' }, /password is missing/],
    ['without a domain', { kind: 'password', username: 'me', password }, /userDomainName is missing/],
    ['without an id', { kind: 'application-credential' }, /applicationCredentialId is missing/],
    ['of no kind', {}, /kind is none of password, application-credential, token/],
  ])('%s is an error that names the field', async (_, given, message) => {
    const options: OpenStackOptions = JSON.parse(JSON.stringify({ authUrl: 'https://a', credentials: given }))
    const { failure, url } = await logInWith(options)
    expect(failure).toMatchObject({ code: 'unauthenticated', message: expect.stringMatching(message) })
    expect(url).toBeUndefined()
  })
})

describe('the location of a driver', () => {
  const environment = { OS_AUTH_URL: 'https://keystone.example.org', OS_REGION_NAME: 'R2' }
  const ofVariables = { region: 'R2', endpoint: 'https://keystone.example.org' }
  const credentials = { kind: 'token', token: password } as const

  test.each([
    ['of the variables', {}, { OS_PASSWORD: password }, ofVariables],
    ['of the option credentials', { credentials }, { OS_CLOUD: 'two' }, ofVariables],
    ['of a cloud of clouds.yaml is not known', { profile: 'one' }, {}, { region: '', endpoint: '' }],
    ['of OS_CLOUD is not known', {}, { OS_CLOUD: 'two', OS_PASSWORD: password }, { region: '', endpoint: '' }],
    ['of the only cloud is not known', {}, {}, { region: '', endpoint: '' }],
    [
      'is that of options, whatever the source',
      { profile: 'one', region: 'R3', endpoint: 'https://nova.example.org/v2.1' },
      {},
      { region: 'R3', endpoint: 'https://nova.example.org/v2.1' },
    ],
  ])('%s', (_, options, variables, location) => {
    const testing = { environment: { ...environment, ...variables }, homeDirectory: folder }
    expect(createOpenStackDriver({ ...options, testing }).location).toEqual(location)
  })
})

test('without any source the error tells where credentials were looked for', async () => {
  const { failure } = await logInWith({})
  expect(failure).toMatchObject({ code: 'unauthenticated', hint: expect.stringMatching(/OS_\*.*clouds\.yaml/) })
})

test.each(['{"authUrl":1}', '{"interface":"own"}', '{"cloud":"one"}'])(
  'the options %s are a mistake of the program',
  (json) => {
    const options: OpenStackOptions = JSON.parse(json)
    expect(() => createOpenStackDriver(options)).toThrow(TypeError)
  },
)
