/** Which files a container sees: what is uploaded into it or into a volume it mounts, and what the local host has. */

import { readFileSync, statSync } from "node:fs";
import { isAbsolute, posix } from "node:path";
import type { Container, Mount, Upload } from "./container";
import { known, UNKNOWN, type Unknown } from "./plain";

/** A file's text; UNKNOWN when it is there but its text is not known; absent when nothing is known of such a file. */
export type FileText = string | Unknown | undefined;

/** Reads a file of the machine on which the policies run; absent when there is none. */
export type ReadLocal = (path: string) => string | undefined;

/** Larger files are no configuration. */
const maximumSize = 1024 * 1024;

/** Reads a local file, if it is one of a reasonable size. */
export const readLocalFile: ReadLocal = (path) => {
    try {
        return isAbsolute(path) && statSync(path).isFile() && statSync(path).size <= maximumSize
            ? readFileSync(path, "utf8")
            : undefined;
    } catch {
        return undefined;
    }
};

/** The local host's files are asked for once. */
export function remembering(read: ReadLocal): ReadLocal {
    const answers = new Map<string, string | undefined>();
    return (path) => {
        if (!answers.has(path)) {
            answers.set(path, read(path));
        }
        return answers.get(path);
    };
}

/** Files by volume, for all containers that fill volumes by uploads. */
export class VolumeFiles {
    readonly #files = new Map<string, Map<string, string | Unknown>>();
    /** Volumes that may hold more than is known; a host's without a name stands for all of its volumes. */
    readonly #open = new Set<string>();

    /** Takes over what a container's uploads put into the volumes that it mounts. */
    add(host: string, container: Container, readLocal: ReadLocal): void {
        const uploads = container.uploads === UNKNOWN ? [anyUpload] : container.uploads;
        if (container.mounts === UNKNOWN) {
            if (uploads.length > 0) {
                this.#open.add(host);
            }
            return;
        }
        for (const upload of uploads) {
            if (!known(upload.path)) {
                for (const mount of container.mounts) {
                    this.#open.add(known(mount.source) ? volumeKey(host, mount.source) : host);
                }
                continue;
            }
            const mount = mountOf(container, upload.path);
            if (mount?.source === UNKNOWN) {
                this.#open.add(host);
            } else if (mount?.kind === "volume" && mount.source !== undefined) {
                const key = volumeKey(host, mount.source);
                const files = this.#files.get(key) ?? new Map<string, string | Unknown>();
                files.set(relative(mount, upload.path), uploadText(upload, readLocal));
                this.#files.set(key, files);
            }
        }
    }

    /** What is known of a file in a volume. */
    read(host: string, volume: string, path: string): FileText {
        const key = volumeKey(host, volume);
        return this.#files.get(key)?.get(path) ?? (this.#open.has(key) || this.#open.has(host) ? UNKNOWN : undefined);
    }
}

/** Stands for uploads of which nothing is known. */
const anyUpload: Upload = { path: UNKNOWN, content: UNKNOWN };

function volumeKey(host: string, volume: string): string {
    return `${host}\u0000${volume}`;
}

function uploadText(
    upload: { content: string | Unknown; sourcePath?: string },
    readLocal: ReadLocal,
): string | Unknown {
    return upload.content === UNKNOWN && upload.sourcePath !== undefined
        ? (readLocal(upload.sourcePath) ?? UNKNOWN)
        : upload.content;
}

/** The mount that a path of a container lies on: the one with the longest target. */
export function mountOf(container: Container, path: string): Mount | undefined {
    if (container.mounts === UNKNOWN) {
        return undefined;
    }
    const normal = posix.normalize(path);
    let best: Mount | undefined;
    for (const mount of container.mounts) {
        if (known(mount.target) && covers(mount.target, normal) && mount.target.length > targetLength(best)) {
            best = mount;
        }
    }
    return best;
}

function targetLength(mount: Mount | undefined): number {
    return mount !== undefined && known(mount.target) ? mount.target.length : -1;
}

function covers(target: string, path: string): boolean {
    const folder = posix.normalize(target).replace(/\/+$/, "");
    return path === folder || path.startsWith(`${folder}/`);
}

function relative(mount: Mount, path: string): string {
    return posix.relative(known(mount.target) ? posix.normalize(mount.target) : "/", posix.normalize(path));
}

/** Reads files as one container sees them. */
export class ContainerFiles {
    constructor(
        readonly container: Container,
        readonly host: string,
        readonly volumes: VolumeFiles,
        readonly readLocal: ReadLocal,
    ) {}

    /** What is known of the file at a path inside the container. */
    read(path: string): FileText {
        const { uploads } = this.container;
        const mayBeUploaded = uploads === UNKNOWN || uploads.some((upload) => !known(upload.path));
        return this.#read(path) ?? (mayBeUploaded ? UNKNOWN : undefined);
    }

    #read(path: string): FileText {
        const { container } = this;
        const absolute = posix.isAbsolute(path) ? posix.normalize(path) : posix.join("/data", path);
        if (container.uploads !== UNKNOWN) {
            const upload = container.uploads.findLast(
                (candidate) => known(candidate.path) && posix.normalize(candidate.path) === absolute,
            );
            if (upload !== undefined) {
                return uploadText(upload, this.readLocal);
            }
        }
        const mount = mountOf(container, absolute);
        if (mount === undefined || !known(mount.source)) {
            return undefined;
        }
        if (mount.kind === "volume") {
            return this.volumes.read(this.host, mount.source, relative(mount, absolute));
        }
        // A host path means a file on this machine only when the Engine is this machine's.
        return mount.kind === "bind" && this.host === localHost
            ? this.readLocal(posix.join(mount.source, relative(mount, absolute)))
            : undefined;
    }
}

/** The Docker Engine of the machine on which the program runs. */
export const localHost = "local";
