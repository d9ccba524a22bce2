/** `a.b` and `a["b c"]`: keys that are no plain words stand in brackets. */
export function below(path: string, key: string): string {
    if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
    return path ? `${path}.${key}` : key;
}
