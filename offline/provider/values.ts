/** A property value as it travels in a `google.protobuf.Struct`. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The inputs or the outputs of a resource. */
export type Properties = { [key: string]: Json };

// Pulumi's marks in a Struct: a string of its own stands for a value that is not known yet, and an object with
// this key is not data but something special, here a secret.
const unknowns = {
    bool: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    number: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    string: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    array: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    asset: "030794c1-ac77-496b-92df-f27374a8bd58",
    archive: "e48ece36-62e2-4504-bad9-02848725956a",
    object: "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
};
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

// Masking shorter ones would make messages unreadable and tell the secret by its gaps; the CLI draws the line there too.
const shortestMasked = 3;

const unknownMarks = new Set(Object.values(unknowns));

/** Stands for a value that only the update itself will know. */
export const unknown: Json = unknowns.string;

export function isUnknown(value: Json | undefined): boolean {
    return typeof value === "string" && unknownMarks.has(value);
}

export function containsUnknown(value: Json | undefined): boolean {
    return isUnknown(value) || children(value).some(containsUnknown);
}

/** The value without the marks of its secrets: what a provider works with. */
export function plain(value: Json): Json {
    if (isSecret(value)) {
        return plain(value.value);
    }
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    if (isObject(value)) {
        return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, plain(child)]));
    }
    return value;
}

/**
 * Marks in `value` what is secret in `original`: a property of an object by itself, an array as a whole, as the
 * engine does for providers that do not know secrets.
 */
export function keepSecrets(value: Json, original: Json | undefined): Json {
    if (isSecret(value)) {
        return value;
    }
    if (isObject(value) && isObject(original) && !isSecret(original)) {
        return Object.fromEntries(
            Object.entries(value).map(([key, child]) => [key, keepSecrets(child, original[key])]),
        );
    }
    return containsSecret(original) ? { [signature]: secretSignature, value } : value;
}

/** Replaces every secret text of `values` that occurs in `message`, so that no error shows one. */
export function withoutSecrets(message: string, ...values: Json[]): string {
    return values
        .flatMap((value) => secretTexts(value, false))
        .filter((text) => text.length >= shortestMasked && !isUnknown(text))
        .sort((a, b) => b.length - a.length)
        .reduce((masked, text) => masked.replaceAll(text, "[secret]"), message);
}

export function isObject(value: Json | undefined): value is Properties {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSecret(value: Json | undefined): value is { value: Json } {
    return isObject(value) && value[signature] === secretSignature;
}

function containsSecret(value: Json | undefined): boolean {
    return isSecret(value) || children(value).some(containsSecret);
}

function secretTexts(value: Json | undefined, secret: boolean): string[] {
    if (isSecret(value)) {
        return secretTexts(value.value, true);
    }
    if (typeof value === "string") {
        return secret ? [value] : [];
    }
    return children(value).flatMap((child) => secretTexts(child, secret));
}

function children(value: Json | undefined): Json[] {
    if (Array.isArray(value)) {
        return value;
    }
    return isObject(value) ? Object.values(value) : [];
}
