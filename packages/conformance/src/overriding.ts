/**
 * Returns the object with some members replaced. Other members keep their own `this`, so that objects of classes with
 * private fields can be wrapped too.
 */
export function overriding<T extends object>(target: T, members: Partial<T>): T {
  return replacing(target, new Map(Reflect.ownKeys(members).map((key) => [key, Reflect.get(members, key)])))
}

/** Returns the object with one member replaced. The caller is responsible for the type of the member. */
export function overridingOne<T extends object>(target: T, key: PropertyKey, member: unknown): T {
  return replacing(target, new Map([[key, member]]))
}

function replacing<T extends object>(target: T, replaced: ReadonlyMap<PropertyKey, unknown>): T {
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
