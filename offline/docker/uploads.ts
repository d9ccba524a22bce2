import { type TarFile, tar } from "../../reconcile/docker/tar";

/** A file to be brought into a container before it starts. */
export interface Upload {
    file: string;
    content?: string;
    contentBase64?: string;
    permissions?: string;
    executable?: boolean;
    owner?: string;
    group?: string;
}

/** The files as one archive to be unpacked at `/`. */
export function archive(uploads: Upload[]): Buffer {
    return tar(uploads.map(tarFile));
}

/** Why an upload cannot be served, without its content. */
export function uploadProblem({ file, content, contentBase64 }: Upload): string | undefined {
    const given = [content, contentBase64].filter((text) => text !== undefined && text !== "");
    return given.length === 1 ? undefined : `the upload of "${file}" needs one of content and contentBase64`;
}

function tarFile({ file, content, contentBase64, permissions, executable, owner, group }: Upload): TarFile {
    return {
        path: file,
        content: content ? Buffer.from(content, "utf8") : Buffer.from(contentBase64 ?? "", "base64"),
        mode: permissions ? Number.parseInt(permissions, 8) : executable ? 0o744 : 0o644,
        uid: Number(owner ?? 0),
        gid: Number(group ?? 0),
    };
}
