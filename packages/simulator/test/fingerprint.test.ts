import { expect, test } from 'vitest'
import { startAlibabaEcsSimulator, startAlibabaEnsSimulator, startVolcengineSimulator } from '../src/index.js'

// Each key with the MD5 of what `openssl pkey -pubin -outform DER` prints of it.
const keys = [
  [
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDQj2cSfpWfBG6IEAfLc8Ylg8sUNZYE5mqHfkabQ5bWazEowGhScwyPDUMcLa5vXsoFpxhuTttpoy8p5FZ7m2X01k3PUB5qRbR9d/6j1FgQPEf7i7pyaSMupl6FuaSGxRNSihh5X15MfOuGX+9kMbtm9ZtJQEcXh5ZUUHHiazcxW3UdS/Xv5q91eK5nXTPpLdF+ZLgEiWMVUhNRRorvaMqPWdNx/iIkdFe4KtF9heI2FFAMmIQcJbho1OQNB+hRzzCUvSRYFI62/aCyLCIpaYZwrOFZRu1Zm/D4XWbvo3ZOM3taZzWB4b/BuvWa8MbagZD157o48l3hGQBfJfgrZqqZ',
    'f6c35f1b1597f88b747f53042ad1bcab',
  ],
  [
    'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBBkzQow5gOYkMUGI13pAv1VEpitvN9iq4WUQa6xMe+xDPtY1qnmsISWVsl/np76uMY0Zyew4uucAhT2nMH6oufg=',
    'd6e7ca48389f34032677cbc61206e3d0',
  ],
  [
    'ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBPXug8jvF20WiFB1s9ATkQ8FWPNfnKFy63aLNg7gdokV+pHblI1p6ZochTOEri6GbSDubvcTwkcHKtW4sdTsfhjjmtpSvAyEF+itwdcDumWvnqOoFjZOd1iUbd9gZWgu8w==',
    'dac8845e92354de3c67253184f445986',
  ],
  [
    'ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAAUBpv8hXGQ57uxOOvpdrTWWxPSxT1QWsNmZ7ef4U5WT2k2GALjGnHxUzNsNjauKtA8yv1C6LzbzWyi/l+DjTFRNwGVMWufxadDZETPVCEMcqkTSo2PkExDG7u/GYjFbTrE9tgK6OmHlJgDjNWwU2pQeG46vj6QP0h4c/C9jFEwQTARBw==',
    '92fd4ccab644310eb184ccf45f39672e',
  ],
  [
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINUA+N+KVj6rb+6i1Aa3663C0aXtSaO4TuviFDmb65hV',
    '283dfd6ea0ea70e00373c5e4c1f06f5d',
  ],
] as const

const variants = { fingerprint: 'md5-of-spki' } as const

test.each([
  ['Volcengine', () => startVolcengineSimulator({ variants })],
  ['Alibaba Cloud ECS', () => startAlibabaEcsSimulator({ variants })],
  ['Alibaba Cloud ENS', () => startAlibabaEnsSimulator({ variants })],
])('%s shows the MD5 of the SubjectPublicKeyInfo under that variant', async (_, start) => {
  const { world, close } = await start()
  for (const [publicKey, md5] of keys) {
    const { fingerprint } = world.seedKeyPair({ name: publicKey.slice(0, 20), publicKey })
    expect(fingerprint.replaceAll(':', '')).toBe(md5)
  }
  await close()
})
