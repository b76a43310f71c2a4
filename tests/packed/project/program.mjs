import { checks } from './checks.mjs'

async function main() {
  for (const check of Object.values(checks)) await check()
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
