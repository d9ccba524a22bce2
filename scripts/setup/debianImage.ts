import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { aptInstall, canUseApt } from "./apt";
import { aptSettings, debianSources, experimental } from "./debianSources";
import { Failure } from "./failure";
import { which } from "./paths";
import { capture } from "./processes";
import { unlessEnded } from "./together";

/** Redis versions of our own image, and the Debian release that has each. */
const suites: Record<string, string> = { "7.0": "bookworm", "8.0": "trixie" };

const repository = "localhost/redis-debian";

/** The images that can be built from Debian's packages. */
export const ownImages = Object.keys(suites).map((version) => `${repository}:${version}`);
/** The newest Redis that Debian has: to try what is new, and for nothing else. */
export const newestImage = `${repository}:${experimental.suite}`;

/** The Debian release that an image of our own name is built from; undefined for any other image. */
export function debianSuite(image: string): string | undefined {
    const [name, tag = ""] = image.split(/:(?=[^/]*$)/);
    if (name !== repository) return undefined;
    const suite = image === newestImage ? experimental.suite : suites[tag];
    if (suite) return suite;
    throw new Failure(`There is no image ${image}: those built from Debian's packages are ${ownImages.join(" and ")}.`);
}

/** What the image says about itself, as in a Dockerfile. */
const changes = [
    "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "WORKDIR /data",
    "EXPOSE 6379",
    "USER redis",
    'CMD ["redis-server"]',
];

/** Left out of the image's file system. */
const unneeded = ["doc", "man", "info", "locale", "lintian"].map((folder) => `/usr/share/${folder}/*`);

/**
 * What the image's file system is made of and how. `tzdata` makes `redis:timezone` known to it, as in the official image.
 *
 * @param release where Redis is taken from, when that is another release than the rest
 */
const contents = (release?: string) => [
    "--variant=essential",
    `--include=${["redis-server", "redis-tools"].map((name) => (release ? `${name}/${release}` : name)).join(",")},tzdata`,
    ...unneeded.map((path) => `--dpkgopt=path-exclude=${path}`),
    // The ids of the official image: made before the package would choose its own.
    '--essential-hook=echo "redis:x:999:" >>"$1/etc/group"',
    '--essential-hook=echo "redis:x:999:999::/data:/usr/sbin/nologin" >>"$1/etc/passwd"',
    '--customize-hook=install -d -o 999 -g 999 "$1/data"',
    // The package's own configuration and data are not ours, and lists and logs are of no use.
    '--customize-hook=cd "$1" && rm -rf etc/redis var/lib/redis var/log/* var/cache/* var/lib/apt/lists',
];

/** The same for Docker to build, where there is no mmdebstrap. */
const dockerfile = "debian.Dockerfile";

/** Label that tells how an image was built: one of an older recipe is built anew. */
const recipeLabel = "redis-on-docker.recipe";
const recipe = createHash("sha256")
    .update(JSON.stringify([contents(), changes, readFileSync(join(__dirname, dockerfile))]))
    .digest("hex")
    .slice(0, 16);

/** Whether an image of our own is built as it is now. */
export function isCurrent(labels: Record<string, string> = {}): boolean {
    return labels[recipeLabel] === recipe;
}

/** Builds an image with Redis from a Debian release's packages, in an Engine: with mmdebstrap where that can be had. */
export async function buildImage(image: string, suite: string, engine: Docker): Promise<void> {
    if (await hasTools()) await bootstrap(image, suite, engine);
    else await build(image, suite, engine);
}

/** Whether mmdebstrap is here; installed when it can be. */
async function hasTools(): Promise<boolean> {
    const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
    if (which("mmdebstrap") && existsSync(keyring)) return true;
    if (!canUseApt()) return false;
    await aptInstall(["mmdebstrap", "debian-archive-keyring"]);
    return true;
}

/** Needs a mirror of Debian's and no registry of images. */
async function bootstrap(image: string, suite: string, engine: Docker): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "redis-image-"));
    try {
        const settings = join(folder, "apt.conf");
        await writeFile(settings, await aptSettings(), { mode: 0o600 });
        const archive = join(folder, "root.tar");
        const parts = suite === experimental.suite ? [...contents(suite), experimental.base] : [...contents(), suite];
        const args = ["--quiet", `--aptopt=${settings}`, ...parts, archive, ...(await debianSources(suite))];
        await capture("mmdebstrap", args, "Check that apt's Debian mirror has this release and can be reached.");
        const [repo, tag] = image.split(/:(?=[^/]*$)/);
        const labelled = [...changes, `LABEL ${recipeLabel}=${recipe}`];
        await done(engine, await engine.importImage(createReadStream(archive), { repo, tag, changes: labelled }));
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** Needs Debian's base image, from a registry or in the Engine, and a mirror of Debian's within reach of the Engine. */
async function build(image: string, suite: string, engine: Docker): Promise<void> {
    try {
        const context = { context: __dirname, src: [dockerfile] };
        const options = { t: image, dockerfile, buildargs: { SUITE: suite }, labels: { [recipeLabel]: recipe } };
        await done(engine, await engine.buildImage(context, options));
    } catch (error) {
        throw new Failure(
            `The image ${image} could not be built (${(error as Error).message.trim()}). Mend that, or choose one that ` +
                "can be pulled: `npm run pulumi -- config set redis:image redis:8.0`.",
        );
    }
}

function done(engine: Docker, progress: NodeJS.ReadableStream): Promise<void> {
    return unlessEnded(
        new Promise((resolve, reject) => {
            engine.modem.followProgress(progress, (error: Error | null) => (error ? reject(error) : resolve()));
        }),
    );
}
