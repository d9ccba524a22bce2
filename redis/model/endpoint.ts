import type { Endpoint } from "./model";

/** `host:port`, with brackets around an IPv6 address. */
export function at({ host, port }: Endpoint): string {
    return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

export function sameEndpoint(a: Endpoint | undefined, b: Endpoint): boolean {
    return a?.host === b.host && a.port === b.port;
}
