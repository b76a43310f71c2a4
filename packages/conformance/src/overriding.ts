/**
 * The same object with some of its members replaced. What is not replaced keeps its own `this`, so that objects of
 * classes with private fields can be wrapped too.
 */
export function overriding<T extends object>(target: T, members: Partial<T>): T {
  const replaced = new Map<PropertyKey, unknown>(
    Reflect.ownKeys(members).map((key) => [key, Reflect.get(members, key)]),
  )
  return new Proxy(target, {
    get: (original, key) => {
      if (replaced.has(key)) return replaced.get(key)
      const member: unknown = Reflect.get(original, key)
      return typeof member === 'function' ? boundTo(original, member) : member
    },
    has: (original, key) => replaced.has(key) || Reflect.has(original, key),
  })
}

function boundTo(target: object, member: object): unknown {
  return (...given: readonly unknown[]): unknown =>
    typeof member === 'function' ? Reflect.apply(member, target, given) : member
}
