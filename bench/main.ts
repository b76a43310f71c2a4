const benches: Readonly<Record<string, () => Promise<unknown>>> = {
  attach: () => import('./attach.js'),
}

const name = process.argv[2]
if (name !== undefined && benches[name] === undefined) {
  process.stderr.write(
    `bench: no bench is called ${JSON.stringify(name)}; there are: ${Object.keys(benches).join(', ')}\n`,
  )
  process.exit(2)
}
for (const [known, run] of Object.entries(benches)) if (name === undefined || name === known) await run()
