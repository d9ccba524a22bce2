/** Bytes of a tar archive are counted in blocks. */
const block = 512;

/** A tar archive (ustar) of files that everybody may read, by path. */
export function tar(files: Readonly<Record<string, string>>): Buffer {
    const parts = Object.entries(files).flatMap(([path, text]) => {
        const content = Buffer.from(text);
        return [header(path, content.length), content, Buffer.alloc(-content.length & (block - 1))];
    });
    return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function header(path: string, size: number): Buffer {
    const bytes = Buffer.alloc(block);
    const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, "0")}\0`;
    bytes.write(path.replace(/^\//, ""), 0, 100);
    bytes.write(`${octal(0o444, 7)}${octal(0, 7)}${octal(0, 7)}${octal(size, 11)}${octal(0, 11)}`, 100);
    bytes.write("0", 156);
    bytes.write("ustar\u000000", 257);
    // The sum counts its own field as spaces.
    bytes.write(" ".repeat(8), 148);
    bytes.write(
        `${octal(
            bytes.reduce((sum, byte) => sum + byte, 0),
            6,
        )} `,
        148,
    );
    return bytes;
}
