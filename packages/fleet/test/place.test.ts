import { expect, it } from 'vitest'
import { placeId, placeText } from '../src/place.js'

it('a place has one id, and another place another', () => {
  const places = [
    { provider: 'aws' },
    { provider: 'aws', account: 'a' },
    { provider: 'aws', region: 'a' },
    { provider: 'aws', account: 'a', region: 'a' },
  ]
  expect(new Set(places.map(placeId)).size).toBe(places.length)
  expect(placeId({ provider: 'aws', account: undefined })).toBe(placeId({ provider: 'aws' }))
  expect(placeId({ provider: 'aws' })).toMatch(/^[0-9a-f]{24}$/)
})

it('a place is shown by its parts', () => {
  expect(placeText({ provider: 'tencent', region: 'ap-guangzhou' })).toBe('tencent ap-guangzhou')
})
