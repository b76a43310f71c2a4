import { defineConfig } from 'tsup'
import { shared, withPartsOf } from '../../tsup.shared.js'

export default defineConfig({ ...shared, ...withPartsOf('valibot'), entry: ['src/index.ts'] })
