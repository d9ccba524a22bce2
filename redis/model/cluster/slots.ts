/** Hash slots of a cluster (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/). */
export const slotCount = 16_384;

/** Slots `from` to `to`, both included. */
export interface SlotRange {
    from: number;
    to: number;
}

/** CRC-16/XMODEM, as Redis takes it of keys. */
function crc16(bytes: Uint8Array): number {
    let crc = 0;
    for (const byte of bytes) {
        crc ^= byte << 8;
        for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
    }
    return crc;
}

/** The slot of a key: of what stands between its first `{` and the next `}`, unless nothing does. */
export function slotOf(key: string): number {
    const tag = /^[^{]*\{([^}]+)\}/.exec(key)?.[1];
    return crc16(Buffer.from(tag ?? key)) % slotCount;
}

/** A short text whose slot is among the given ones. */
export function tagIn(slots: ReadonlySet<number>): string {
    if (slots.size === 0) throw new RangeError("no slot to find a tag for");
    for (let number = 0; ; number++) {
        const tag = number.toString(36);
        if (slots.has(slotOf(tag))) return tag;
    }
}

/** The slots that each of `shards` shards of a new cluster gets: contiguous ranges that differ by one slot at most. */
export function slotRanges(shards: number): SlotRange[] {
    const first = (shard: number) => Math.floor((shard * slotCount) / shards);
    return Array.from({ length: shards }, (_, shard) => ({ from: first(shard), to: first(shard + 1) - 1 }));
}

/** Every slot of some ranges. */
export function slotsOf(ranges: readonly SlotRange[]): number[] {
    const slots: number[] = [];
    for (const { from, to } of ranges) for (let slot = from; slot <= to; slot++) slots.push(slot);
    return slots;
}

/** Slots as the fewest ranges, in order. */
export function rangesOf(slots: Iterable<number>): SlotRange[] {
    const ranges: SlotRange[] = [];
    for (const slot of [...slots].sort((a, b) => a - b)) {
        const last = ranges.at(-1);
        if (last && slot === last.to + 1) last.to = slot;
        else ranges.push({ from: slot, to: slot });
    }
    return ranges;
}

/** Ranges as Redis writes them: `0-99 200`. */
export function showRanges(ranges: readonly SlotRange[]): string {
    return ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(" ");
}
