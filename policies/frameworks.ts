/** What policies rest on: recommendations and chapters that others have written, each with the page that explains it. */

import type { PolicyComplianceFramework } from "@pulumi/policy";

/** Where a policy's subject is explained, and by whom. */
export interface Reference {
    readonly framework: PolicyComplianceFramework;
    readonly url: string;
}

/** Pages of the Redis documentation, by title. */
const redisPages = {
    "Redis security": "operate/oss_and_stack/management/security",
    ACL: "operate/oss_and_stack/management/security/acl",
    TLS: "operate/oss_and_stack/management/security/encryption",
    "Redis administration": "operate/oss_and_stack/management/admin",
    "Redis configuration": "operate/oss_and_stack/management/config",
    "Redis persistence": "operate/oss_and_stack/management/persistence",
    "Redis replication": "operate/oss_and_stack/management/replication",
    "High availability with Redis Sentinel": "operate/oss_and_stack/management/sentinel",
    "Scale with Redis Cluster": "operate/oss_and_stack/management/scaling",
    "Key eviction": "develop/reference/eviction",
    "Redis CLI": "develop/tools/cli",
};

/** Pages of the Docker documentation, by title. */
const dockerPages = {
    "Docker Engine security": "engine/security",
    "Port publishing and mapping": "engine/network/port-publishing",
    Volumes: "engine/storage/volumes",
    "Resource constraints": "engine/containers/resource_constraints",
    "Start containers automatically": "engine/containers/start-containers-automatically",
    "JSON File logging driver": "engine/logging/drivers/json-file",
    "Docker object labels": "engine/manage-resources/labels",
    "Building best practices": "build/building/best-practices",
    "Protect the Docker daemon socket": "engine/security/protect-access",
    "How to use secrets in Docker Compose": "compose/how-tos/use-secrets",
    "docker container run": "reference/cli/docker/container/run",
    "docker container stop": "reference/cli/docker/container/stop",
    "Dockerfile reference": "reference/dockerfile",
};

/** A chapter of the Redis documentation. */
export function redisDocumentation(page: keyof typeof redisPages, chapter?: string): Reference {
    const url = `https://redis.io/docs/latest/${redisPages[page]}/${anchor(chapter)}`;
    return { framework: documentation("Redis documentation", page, chapter), url };
}

/** A page of the Docker documentation; its chapter by the name that stands in the address. */
export function dockerDocumentation(page: keyof typeof dockerPages, chapter?: string): Reference {
    return { framework: documentation("Docker documentation", page, chapter), url: dockerUrl(page, chapter) };
}

/**
 * A recommendation of the Center for Internet Security: its number, its words, and the page of the Docker documentation that
 * explains it.
 */
export function cisDocker(
    number: string,
    specification: string,
    page: keyof typeof dockerPages,
    chapter?: string,
): Reference {
    const framework = { name: "CIS Docker Benchmark", version: "1.6.0", reference: number, specification };
    return { framework, url: dockerUrl(page, chapter) };
}

/** A chapter of Pulumi's documentation on secrets. */
export function pulumiSecrets(): Reference {
    return {
        framework: documentation("Pulumi documentation", "Secrets handling"),
        url: "https://www.pulumi.com/docs/iac/concepts/secrets/",
    };
}

function dockerUrl(page: keyof typeof dockerPages, chapter?: string): string {
    return `https://docs.docker.com/${dockerPages[page]}/${anchor(chapter)}`;
}

/** Documentation is not versioned: the newest is meant. */
export const latest = "latest";

function documentation(name: string, page: string, chapter?: string): PolicyComplianceFramework {
    return { name, version: latest, reference: page, specification: chapter ?? page };
}

/** The address of a chapter in its page, as both documentations make it of its title. */
function anchor(chapter: string | undefined): string {
    const words = chapter
        ?.toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, "")
        .replaceAll(" ", "-");
    return words === undefined ? "" : `#${words}`;
}
