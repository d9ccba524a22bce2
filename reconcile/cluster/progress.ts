/** Slots on their way, and how much of it is done. */
export interface Move {
    from: string;
    to: string;
    slots: number[];
}

/** Takes how many slots and keys went since the last time; now and then there is a line about it. */
export type Progress = (slots: number, keys: number) => void;
