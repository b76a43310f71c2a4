import { defineConfig } from 'vitest/config'
import shared from '../../vitest.config.js'

// Logins to an OpenSSH server, which has to be installed: apart from the tests that need nothing but Node.js.
export default defineConfig({ ...shared, test: { ...shared.test, include: ['tests/ssh-login/*.test.ts'] } })
