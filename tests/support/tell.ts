/** Tells the parent process. Settled when it is told. */
export function tell(told: object): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve()
    else process.send(told, () => resolve())
  })
}
