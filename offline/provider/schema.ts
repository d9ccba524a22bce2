import { containsUnknown, isObject, isUnknown, type Json, type Properties } from "./values";

/** What one property of a resource accepts, and what a change of it means. */
export interface Property {
    type: "string" | "number" | "boolean" | "strings" | "map" | "object" | "objects" | "any";
    /** A change replaces the resource unless it can be applied to the running one. */
    change?: "update";
    required?: true;
    /** What counts where the program gives nothing; in the inputs only where it is not an empty value. */
    default?: Json;
    /** The Engine fills it in: leaving it out of the program later changes nothing. */
    computed?: true;
    /** A text that means the same as none, beside the empty one. */
    zero?: string;
    /** The order of the elements says nothing. */
    set?: true;
    /** The properties of the object, or of each object of the list. */
    fields?: Schema;
    /** Why a value is refused, without the value, which may be secret. */
    refuse?: (value: Json) => string | undefined;
    /** Whether two known values mean the same; without it they are compared as data. */
    same?: (before: Json, after: Json) => boolean;
}

/** The properties that a resource type serves. */
export type Schema = { readonly [name: string]: Property };

/** Why an input is refused. */
export interface Failure {
    property: string;
    reason: string;
}

const typeNames: Record<Property["type"], string> = {
    string: "a string",
    number: "a number",
    boolean: "true or false",
    strings: "a list of strings",
    map: "an object of strings",
    object: "an object",
    objects: "a list of objects",
    any: "anything",
};

/**
 * The inputs completed by their defaults, and everything that is wrong with them. As in the official plugins, a default
 * that is an empty value stands in the outputs only: see {@link completed}.
 */
export function check(schema: Schema, news: Properties, path = ""): { inputs: Properties; failures: Failure[] } {
    const inputs: Properties = {};
    const failures: Failure[] = [];
    // The engine hands checked inputs of before over again where their changes are ignored: their defaults stay defaults.
    const before = Array.isArray(news.__defaults) ? news.__defaults : [];
    for (const [name, value] of Object.entries(news)) {
        if (value === null || name.startsWith("__") || (before.includes(name) && schema[name]?.default)) {
            continue;
        }
        const property = schema[name];
        if (property === undefined) {
            failures.push({ property: path + name, reason: `"${path}${name}" is not served by this provider` });
            continue;
        }
        const checked = checkValue(property, value, path + name);
        inputs[name] = checked.value;
        failures.push(...checked.failures);
    }
    const defaults: string[] = [];
    for (const [name, property] of Object.entries(schema)) {
        if (inputs[name] !== undefined) {
            continue;
        }
        if (property.required) {
            failures.push({ property: path + name, reason: `"${path}${name}" is required` });
        } else if (property.default) {
            inputs[name] = property.default;
            defaults.push(name);
        }
    }
    inputs.__defaults = defaults.sort();
    return { inputs, failures };
}

/** Checked inputs, or outputs of before, as outputs: with every default, without the notes of `check`. */
export function completed(schema: Schema, properties: Properties): Properties {
    const outputs = { ...properties };
    delete outputs.__defaults;
    for (const [name, { default: value, fields }] of Object.entries(schema)) {
        const given = outputs[name];
        if (given === undefined || given === null) {
            if (value !== undefined) {
                outputs[name] = value;
            }
        } else if (fields !== undefined) {
            const one = (element: Json) => (isObject(element) ? completed(fields, element) : element);
            outputs[name] = Array.isArray(given) ? given.map(one) : one(given);
        }
    }
    return outputs;
}

/** The names of the properties that differ between what is and what is wanted. */
export function changes(schema: Schema, before: Properties, after: Properties): string[] {
    return Object.entries(schema)
        .filter(([name, property]) => differs(property, before[name], after[name]))
        .map(([name]) => name);
}

/** The outputs that only the Engine can tell, as far as the inputs do not give them. */
export function computedNames(schema: Schema, inputs: Properties): string[] {
    return Object.keys(schema).filter((name) => schema[name]?.computed && inputs[name] === undefined);
}

/** What is left of the old outputs when the inputs change: the Engine's part, without inputs that are no longer given. */
export function computedPart(schema: Schema, state: Properties): Properties {
    const entries = Object.entries(state).filter(([name]) => schema[name] === undefined || schema[name].computed);
    return Object.fromEntries(entries);
}

/** The properties without the notes of `check`. */
export function withoutNotes(value: Json): Json {
    if (Array.isArray(value)) {
        return value.map(withoutNotes);
    }
    if (!isObject(value)) {
        return value;
    }
    const entries = Object.entries(value).filter(([name]) => name !== "__defaults");
    return Object.fromEntries(entries.map(([name, child]) => [name, withoutNotes(child)]));
}

function checkValue(property: Property, value: Json, path: string): { value: Json; failures: Failure[] } {
    if (isUnknown(value)) {
        return { value, failures: [] };
    }
    if (!isOfType(property.type, value)) {
        return { value, failures: [{ property: path, reason: `"${path}" must be ${typeNames[property.type]}` }] };
    }
    const refusal = containsUnknown(value) ? undefined : property.refuse?.(value);
    const failures = refusal === undefined ? [] : [{ property: path, reason: `"${path}" ${refusal}` }];
    if (property.fields === undefined) {
        return { value, failures };
    }
    const fields = property.fields;
    if (Array.isArray(value)) {
        const elements = value.map((element, index) =>
            checkValue({ type: "object", fields }, element, `${path}[${index}]`),
        );
        failures.push(...elements.flatMap((element) => element.failures));
        return { value: elements.map((element) => element.value), failures };
    }
    const object = check(fields, value as Properties, `${path}.`);
    return { value: object.inputs, failures: [...failures, ...object.failures] };
}

function isOfType(type: Property["type"], value: Json): boolean {
    switch (type) {
        case "any":
            return true;
        case "strings":
            return Array.isArray(value) && value.every((element) => typeof element === "string");
        case "map":
            return isObject(value) && Object.values(value).every((element) => typeof element === "string");
        case "object":
            return isObject(value);
        case "objects":
            return Array.isArray(value) && value.every((element) => isObject(element) || isUnknown(element));
        default:
            return typeof value === type;
    }
}

function differs(property: Property, before: Json | undefined, after: Json | undefined): boolean {
    if (containsUnknown(after)) {
        return true;
    }
    const [was, is] = [canonical(property, before), canonical(property, after)];
    if (is === undefined && (property.computed || was === undefined)) {
        return false;
    }
    if (property.same !== undefined && was !== undefined && is !== undefined) {
        return !property.same(was, is);
    }
    return JSON.stringify(was) !== JSON.stringify(is);
}

/** The value in the one form that all values of its meaning have; an empty one means the same as none. */
function canonical(property: Property, value: Json | undefined): Json | undefined {
    if (value === undefined || value === null || value === "" || value === false || value === 0) {
        return undefined;
    }
    if (value === property.zero) {
        return undefined;
    }
    if (Array.isArray(value)) {
        const { set: _, ...element } = property;
        const elements = value.map((child) => canonical(element, child) ?? null);
        if (elements.length === 0) {
            return undefined;
        }
        return property.set ? elements.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : elements;
    }
    if (!isObject(value)) {
        return value;
    }
    const object: Properties = {};
    for (const name of Object.keys(value).sort()) {
        const child = canonical(property.fields?.[name] ?? { type: "any" }, value[name]);
        if (child !== undefined && name !== "__defaults") {
            object[name] = child;
        }
    }
    return Object.keys(object).length === 0 ? undefined : object;
}
