import { createHash } from "node:crypto";

/** What Redis adds to a port for its cluster bus. */
export const busOffset = 10_000;
/** The highest client port whose bus port exists. */
export const highestPort = 65_535 - busOffset;

/** Bits of a deployment's subnet: 4094 addresses. */
const subnetBits = 20;
/**
 * How many fixed addresses a subnet has. An address follows from the port alone, so that it stays when other nodes come
 * or go; ports that are equal modulo this number would share one.
 */
export const addressCount = 4_093;
/** Below are the network's own address and Docker's gateway. */
const firstAddress = 2;

/**
 * The subnet of a deployment's bridge network: one of 4096 in 10.0.0.0/8, chosen by the prefix of its names, so that two
 * stacks rarely meet and one stack always gets the same.
 */
export function subnetFor(prefix: string): string {
    const chosen = createHash("sha256").update(prefix).digest().readUInt16BE(0) >> 4;
    return `10.${chosen >> 4}.${(chosen & 15) << 4}.0/${subnetBits}`;
}

/** The fixed address of the node with a port, within a subnet. */
export function addressFor(subnet: string, port: number): string {
    const { base } = parseSubnet(subnet) ?? { base: 0 };
    return showAddress(base + firstAddress + (port % addressCount));
}

/** What is wrong with a declared subnet, or undefined. */
export function subnetProblem(value: unknown): string | undefined {
    const form = `an IPv4 network of ${subnetBits} bits or larger such as 172.20.0.0/${subnetBits}`;
    const parsed = typeof value === "string" ? parseSubnet(value) : undefined;
    if (!parsed) return `Must be ${form}, not ${JSON.stringify(value)}`;
    if (parsed.bits > subnetBits || parsed.bits < 8)
        return `Must be ${form}: each node has an address of its own there`;
    if (parsed.base % 2 ** (32 - parsed.bits) !== 0) {
        const base = parsed.base - (parsed.base % 2 ** (32 - parsed.bits));
        return `Has bits set beyond its mask; ${showAddress(base)}/${parsed.bits} would do`;
    }
    const isPrivate = privateRanges.some((range) => includes(range, parsed));
    return isPrivate ? undefined : `Must lie within ${privateRanges.map(showSubnet).join(", ")}, which no one routes`;
}

/** The address that Docker gives to the host itself in a subnet; undefined of what is no IPv4 subnet. */
export function firstAddressOf(subnet: string): string | undefined {
    const parsed = parseSubnet(subnet);
    return parsed && showAddress(parsed.base + 1);
}

/** Whether an address lies in a subnet. */
export function contains(subnet: string, address: string): boolean {
    return overlap(subnet, `${address}/32`);
}

/** Whether two subnets have an address in common. Anything that is no IPv4 subnet has none. */
export function overlap(a: string, b: string): boolean {
    const [left, right] = [parseSubnet(a), parseSubnet(b)];
    return !!left && !!right && (includes(left, right) || includes(right, left));
}

interface Subnet {
    base: number;
    bits: number;
}

const privateRanges: Subnet[] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].flatMap((text) => {
    const subnet = parseSubnet(text);
    return subnet ? [subnet] : [];
});

function parseSubnet(text: string): Subnet | undefined {
    const [, address = "", mask] = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(text) ?? [];
    const parts = address.split(".").map(Number);
    if (parts.length !== 4 || parts.some((part) => part > 255) || Number(mask) > 32) return undefined;
    return { base: parts.reduce((sum, part) => sum * 256 + part, 0), bits: Number(mask) };
}

function includes(outer: Subnet, inner: Subnet): boolean {
    const size = 2 ** (32 - outer.bits);
    return outer.bits <= inner.bits && Math.floor(inner.base / size) === Math.floor(outer.base / size);
}

const showSubnet = ({ base, bits }: Subnet): string => `${showAddress(base)}/${bits}`;

function showAddress(value: number): string {
    return [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join(".");
}
