/** One Docker container as declared, read from the properties of a `docker.Container`. */

import { type Command, readCommand } from "./commandLine";
import { type ImageReference, isSentinelImage, type Product, parseImage, productOf } from "./image";
import {
    asFlag,
    asKnownRecord,
    asList,
    asNumber,
    asText,
    asTexts,
    known,
    type Maybe,
    type Plain,
    type PlainRecord,
    plain,
    UNKNOWN,
    type Unknown,
} from "./plain";

export const containerType = "docker:index/container:Container";
export const remoteImageType = "docker:index/remoteImage:RemoteImage";
export const volumeType = "docker:index/volume:Volume";
export const commandType = /^command:(?:local|remote):Command$/;

/** A published port. */
export interface Port {
    readonly internal: Maybe<number>;
    readonly external: Maybe<number>;
    readonly ip: Maybe<string>;
}

/** Something mounted, from `mounts` and `volumes` alike. */
export interface Mount {
    readonly kind: "volume" | "bind" | "tmpfs" | Unknown;
    /** A volume's name or a path on the host; absent for an anonymous volume. */
    readonly source: Maybe<string>;
    readonly target: Maybe<string>;
    readonly readOnly: boolean;
}

/** A file that the provider puts into the container before it starts. */
export interface Upload {
    readonly path: Maybe<string>;
    /** UNKNOWN also when it comes from a file that cannot be read here. */
    readonly content: string | Unknown;
    /** Where the content comes from, when it is a file on the deployer's machine. */
    readonly sourcePath?: string;
}

/** A network that the container is connected to by `networksAdvanced`. */
export interface Attachment {
    readonly network: Maybe<string>;
    readonly aliases: readonly string[];
    readonly address: Maybe<string>;
}

/** A container as declared. */
export interface Container {
    readonly urn: string;
    /** Its name on the Docker Engine, else its name in the program. */
    readonly name: string;
    readonly hostname: Maybe<string>;
    readonly image: Maybe<string>;
    readonly reference: ImageReference | undefined;
    readonly entrypoint: readonly (string | Unknown)[] | Unknown;
    readonly command: readonly (string | Unknown)[] | Unknown;
    readonly start: Command;
    readonly envs: readonly (string | Unknown)[] | Unknown;
    readonly labels: readonly { readonly label: string; readonly value: Maybe<string> }[];
    readonly uploads: readonly Upload[] | Unknown;
    readonly mounts: readonly Mount[] | Unknown;
    readonly ports: readonly Port[] | Unknown;
    readonly networkMode: Maybe<string>;
    readonly attachments: readonly Attachment[];
    /** False for a container that is created and never started, or of which that is not known. */
    readonly started: boolean;
    /** Everything as declared, for what is asked for in one place only. */
    readonly props: PlainRecord;
}

/** Containers by their properties: many policies ask for each. */
const read = new WeakMap<PlainRecord, Container>();

/** Reads a container; whatever is missing or misshapen is absent in the result. */
export function readContainer(urn: string, logicalName: string, properties: unknown): Container {
    const props = asKnownRecord(plain(properties));
    const before = read.get(props);
    if (before?.urn === urn) {
        return before;
    }
    const container = readProperties(urn, logicalName, props);
    read.set(props, container);
    return container;
}

function readProperties(urn: string, logicalName: string, props: PlainRecord): Container {
    const name = asText(props.name);
    const image = asText(props.image);
    const entrypoint = asTexts(props.entrypoints);
    const command = asTexts(props.command);
    return {
        urn,
        name: known(name) && name !== "" ? name : logicalName,
        hostname: asText(props.hostname),
        image,
        reference: known(image) && image !== "" ? parseImage(image) : undefined,
        entrypoint,
        command,
        start: readCommand(entrypoint, command),
        envs: asTexts(props.envs),
        labels: records(props.labels).flatMap((label) => {
            const key = asText(label.label);
            return known(key) ? [{ label: key, value: asText(label.value) }] : [];
        }),
        uploads: props.uploads === UNKNOWN ? UNKNOWN : recordsOrUnknown(props.uploads).map(readUpload),
        mounts: readMounts(props),
        ports: props.ports === UNKNOWN ? UNKNOWN : recordsOrUnknown(props.ports).map(readPort),
        networkMode: asText(props.networkMode),
        attachments: records(props.networksAdvanced).map((attachment) => ({
            network: asText(attachment.name),
            aliases: knownTexts(asTexts(attachment.aliases)),
            address: asText(attachment.ipv4Address),
        })),
        started: asFlag(props.start) !== false && asFlag(props.start) !== UNKNOWN,
        props,
    };
}

/** The records of a list, unknown ones left out. */
export function records(value: Plain): PlainRecord[] {
    const list = asList(value);
    return list === UNKNOWN ? [] : list.filter(isRecord);
}

/** The records of a list; an unknown element counts as a record of which nothing is known. */
function recordsOrUnknown(value: Plain): PlainRecord[] {
    const list = asList(value);
    return list === UNKNOWN ? [] : list.map((element) => (element === UNKNOWN ? allUnknown : element)).filter(isRecord);
}

const allUnknown: PlainRecord = {
    file: UNKNOWN,
    content: UNKNOWN,
    internal: UNKNOWN,
    external: UNKNOWN,
    ip: UNKNOWN,
    type: UNKNOWN,
    source: UNKNOWN,
    target: UNKNOWN,
    containerPath: UNKNOWN,
    hostPath: UNKNOWN,
    volumeName: UNKNOWN,
};

function isRecord(value: Plain): value is PlainRecord {
    return typeof value === "object" && !Array.isArray(value);
}

/** The known texts of a list. */
export function knownTexts(texts: readonly (string | Unknown)[] | Unknown): string[] {
    return texts === UNKNOWN ? [] : texts.filter((text): text is string => text !== UNKNOWN);
}

function readPort(port: PlainRecord): Port {
    return { internal: asNumber(port.internal), external: asNumber(port.external), ip: asText(port.ip) };
}

function readUpload(upload: PlainRecord): Upload {
    const path = asText(upload.file);
    const encoded = asText(upload.contentBase64);
    const content = asText(upload.content);
    if (known(content) && content !== "") {
        return { path, content };
    }
    if (known(encoded) && encoded !== "") {
        return { path, content: Buffer.from(encoded, "base64").toString("utf8") };
    }
    const sourcePath = asText(upload.source);
    return { path, content: UNKNOWN, sourcePath: known(sourcePath) ? sourcePath : undefined };
}

function readMounts(props: PlainRecord): Mount[] | Unknown {
    if (props.mounts === UNKNOWN || props.volumes === UNKNOWN) {
        return UNKNOWN;
    }
    const mounts = recordsOrUnknown(props.mounts).map((mount): Mount => {
        const kind = asText(mount.type);
        return {
            kind: kind === "volume" || kind === "bind" || kind === "tmpfs" ? kind : UNKNOWN,
            source: emptyAsAbsent(asText(mount.source)),
            target: asText(mount.target),
            readOnly: asFlag(mount.readOnly) === true,
        };
    });
    const volumes = recordsOrUnknown(props.volumes).map((volume): Mount => {
        const hostPath = emptyAsAbsent(asText(volume.hostPath));
        const volumeName = emptyAsAbsent(asText(volume.volumeName));
        return {
            kind: hostPath !== undefined ? "bind" : asText(volume.fromContainer) !== undefined ? UNKNOWN : "volume",
            source: hostPath ?? volumeName,
            target: asText(volume.containerPath),
            readOnly: asFlag(volume.readOnly) === true,
        };
    });
    return [...mounts, ...volumes];
}

function emptyAsAbsent(value: Maybe<string>): Maybe<string> {
    return value === "" ? undefined : value;
}

/** What a container is to this pack. */
export interface Recognition {
    readonly kind: "server" | "sentinel";
    readonly product: Product;
}

/**
 * Says whether a container runs a Redis or Valkey server or Sentinel. `imageName` is given where the image's name is known
 * from elsewhere than the container itself (an image resource).
 */
export function recognise(container: Container, imageName?: string): Recognition | undefined {
    if (!container.started) {
        return undefined;
    }
    const reference = imageName === undefined ? container.reference : parseImage(imageName);
    const product = reference === undefined ? undefined : productOf(reference);
    const { start } = container;
    if (start.is === "server") {
        const { program, kind } = start.invocation;
        // `-p 80` or `x.conf` alone are arguments of whatever the image starts.
        if (program !== undefined || product !== undefined || (isNameless(reference) && mentionsRedis(container))) {
            return {
                kind: reference !== undefined && isSentinelImage(reference) ? "sentinel" : kind,
                product: product ?? (program?.startsWith("valkey") === true ? "valkey" : "redis"),
            };
        }
        return undefined;
    }
    if (start.is === "other") {
        return undefined;
    }
    if (product !== undefined && reference !== undefined) {
        return { kind: isSentinelImage(reference) ? "sentinel" : "server", product };
    }
    if (isNameless(reference) && mentionsRedis(container)) {
        return { kind: hasInternalPort(container, 26379) ? "sentinel" : "server", product: "redis" };
    }
    return undefined;
}

/** Whether a container runs a Sentinel, as far as its command and image tell. */
export function isSentinel(container: Container): boolean {
    return recognise(container)?.kind === "sentinel";
}

/** An image of which the name is not known: an id, or known only later. */
function isNameless(reference: ImageReference | undefined): boolean {
    return reference === undefined || reference.isId;
}

function hasInternalPort(container: Container, port: number): boolean {
    return container.ports !== UNKNOWN && container.ports.some((candidate) => candidate.internal === port);
}

/** What gives Redis away when its image has no name: its ports or its configuration file. */
function mentionsRedis(container: Container): boolean {
    return (
        hasInternalPort(container, 6379) ||
        hasInternalPort(container, 26379) ||
        (container.uploads !== UNKNOWN &&
            container.uploads.some(
                ({ path }) => known(path) && /(?:^|\/)(?:redis|valkey|sentinel)[^/]*\.conf$/.test(path),
            ))
    );
}

/** An environment variable, split at its first `=`. */
export interface Variable {
    readonly name: string;
    readonly value: string;
}

/** The known variables of a container's environment. */
export function variablesOf(container: Container): Variable[] {
    return knownTexts(container.envs).map((variable) => {
        const at = variable.indexOf("=");
        return at < 0 ? { name: variable, value: "" } : { name: variable.slice(0, at), value: variable.slice(at + 1) };
    });
}

/** Whether every variable of the environment is known. */
export function environmentIsKnown(container: Container): boolean {
    return container.envs !== UNKNOWN && !container.envs.includes(UNKNOWN);
}
