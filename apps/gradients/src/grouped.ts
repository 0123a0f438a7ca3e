/** Elements by what they have in common, in the order in which each first comes. `Map.groupBy`, which Node 20 lacks. */
export function grouped<K, V>(list: readonly V[], keyOf: (each: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const each of list) {
    const key = keyOf(each);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return groups;
}
