/** A map, or a weak one. */
interface Known<K, V> {
    get(key: K): V | undefined;
    set(key: K, value: V): unknown;
}

/** What is known for a key; made where nothing is. */
export function kept<K, V>(known: Known<K, V>, key: K, make: () => V): V {
    let value = known.get(key);
    if (value === undefined) {
        value = make();
        known.set(key, value);
    }
    return value;
}
