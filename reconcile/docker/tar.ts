/** A file of an archive. */
export interface TarFile {
    path: string;
    content: Buffer;
    mode: number;
    /** Owner. @default 0 */
    uid?: number;
    /** @default 0 */
    gid?: number;
}

const block = 512;

/** An archive in the ustar format, as the Engine takes files into a container. */
export function tar(files: TarFile[]): Buffer {
    const entries = files.flatMap(({ content, ...file }) => [
        header({ ...file, content }),
        content,
        Buffer.alloc((block - (content.length % block)) % block),
    ]);
    return Buffer.concat([...entries, Buffer.alloc(2 * block)]);
}

function header({ path, content, mode, uid = 0, gid = 0 }: TarFile): Buffer {
    const bytes = Buffer.alloc(block);
    const octal = (value: number, at: number, length: number) =>
        bytes.write(value.toString(8).padStart(length - 1, "0"), at);
    const [prefix, name] = split(path.replace(/^\/+/, ""));
    bytes.write(name, 0);
    octal(mode, 100, 8);
    octal(uid, 108, 8);
    octal(gid, 116, 8);
    octal(content.length, 124, 12);
    octal(0, 136, 12);
    bytes.write("        ", 148);
    bytes.write("0", 156);
    bytes.write("ustar\x0000", 257);
    bytes.write(prefix, 345);
    const checksum = bytes.reduce((sum, byte) => sum + byte, 0);
    bytes.write(`${checksum.toString(8).padStart(6, "0")}\0 `, 148);
    return bytes;
}

/** The content of the first file of an archive. */
export function contentOf(archive: Buffer): Buffer {
    const size = Number.parseInt(archive.toString("latin1", 124, 136), 8);
    if (Number.isNaN(size)) throw new Error("no archive in the ustar format");
    return archive.subarray(block, block + size);
}

/** A path longer than 100 bytes is kept in two parts. */
function split(path: string): [string, string] {
    const fits = (text: string, length: number) => Buffer.byteLength(text) <= length;
    if (fits(path, 100)) {
        return ["", path];
    }
    for (let slash = path.indexOf("/"); slash > 0; slash = path.indexOf("/", slash + 1)) {
        const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)];
        if (fits(prefix, 155) && fits(name, 100)) {
            return [prefix, name];
        }
    }
    throw new Error(`the path "${path}" is too long to be uploaded`);
}
