import { sentinelOnServers } from "../../redis/acl/sentinelUsers";
import { defaultCommands } from "../../redis/model/model";
import { cluster, edit, goodPassword, named, node, replication, sha256, watched } from "./support/baseline";
import { breaks } from "./support/breaks";
import type { Declared } from "./support/judge";

/** The stack with a server whose configuration is in its arguments. */
const arguments_ =
    (...words: string[]) =>
    (resources: Declared[]) => {
        named(resources, "master").props.command = [
        "redis-server", "--port", "6379", "--maxmemory", "256mb", "--maxmemory-policy", "noeviction", "--appendonly", "yes", ...words,
    ]; // biome-ignore format: a command line
    };

const openToApplications = ["redis-dangerous-commands", "redis-administrative-commands"];
const on = (names: string[], resource: string) => names.map((name) => `${name} ${resource}`);

breaks("redis-password-required", [
    {
        it: "refuses no password and no ACL",
        baseline: replication,
        change: (all) => edit(all, "master", "redis.conf", (text) => text.replace(/aclfile.*\n/, "")),
        expect: on(["redis-password-required", ...openToApplications], "master"),
        says: /^master: requirepass: .*everyone.*aclfile/,
    },
    {
        it: "refuses an empty requirepass",
        baseline: replication,
        change: (all) => edit(all, "master", "redis.conf", (text) => text.replace(/aclfile.*\n/, 'requirepass ""\n')),
        expect: on(["redis-password-required", ...openToApplications], "master"),
    },
    {
        it: "refuses a default user with nopass in the ACL file",
        baseline: replication,
        change: (all) => edit(all, "master", "users.acl", (text) => text.replace(/on #\w+/, "on nopass")),
        expect: ["redis-password-required master"],
        says: /user default in \/etc\/redis\/users\.acl/,
    },
    {
        it: "refuses an ACL file that does not speak of the default user",
        baseline: replication,
        change: (all) => edit(all, "master", "users.acl", (text) => text.replace(/user default.*\n/, "")),
        expect: on(["redis-password-required", ...openToApplications, "redis-acl-unrestricted"], "master"),
    },
    {
        it: "refuses a server with arguments and without a password",
        baseline: replication,
        change: arguments_(),
        expect: on(["redis-password-required", ...openToApplications], "master"),
    },
    {
        it: "accepts a default user that is off",
        baseline: replication,
        change: (all) =>
            edit(all, "master", "users.acl", (text) => text.replace(/user default on.*\n/, "user default off\n")),
        expect: [],
    },
    {
        it: "accepts a default user that may only PING",
        baseline: replication,
        change: (all) =>
            edit(all, "master", "users.acl", (text) =>
                text.replace(/user default on.*\n/, "user default on nopass -@all +ping\n"),
            ),
        expect: [],
    },
    {
        it: "sees a password that stands in an included file",
        baseline: replication,
        change: (all) => {
            edit(all, "master", "redis.conf", (text) =>
                text.replace(/aclfile.*\n/, "include /etc/redis/secret.conf\n"),
            );
            (named(all, "master-files").props.uploads as object[]).push({
                file: "/etc/redis/secret.conf",
                content: `requirepass ${goodPassword}\n`,
            });
        },
        expect: on(openToApplications, "master"),
    },
    {
        it: "does not speak of what it cannot see",
        baseline: replication,
        change: (all) => edit(all, "master", "redis.conf", () => "include /run/elsewhere.conf\n"),
        expect: ["redis-configuration-visible master"],
    },
]);

breaks("redis-password-strength", [
    {
        it: "refuses a tutorial's password, without showing it",
        baseline: replication,
        change: (all) =>
            edit(all, "master", "redis.conf", (text) => text.replace(/masterauth.*\n/, "masterauth 123456\n")),
        expect: ["redis-password-strength master"],
        says: /masterauth: .*well-known/,
    },
    {
        it: "refuses a short one",
        baseline: replication,
        change: (all) =>
            edit(all, "master", "redis.conf", (text) => text.replace(/masterauth.*\n/, 'masterauth "hunter2"\n')),
        expect: ["redis-password-strength master"],
        says: /7 characters, fewer than 16/,
    },
    {
        it: "knows the hash of a well-known one",
        baseline: replication,
        change: (all) =>
            edit(all, "replica1", "users.acl", (text) =>
                text.replace(/default on #\w+/, `default on #${sha256("123456")}`),
            ),
        expect: ["redis-password-strength replica1"],
        says: /user default: /,
    },
    {
        it: "refuses the node's own name",
        baseline: replication,
        change: (all) =>
            edit(all, "replica1", "users.acl", (text) => text.replace(/default on #\w+/, "default on >replica1")),
        expect: ["redis-password-strength replica1"],
    },
    {
        it: "takes further words and another length from its parameters",
        baseline: replication,
        change: (all) =>
            edit(all, "master", "redis.conf", (text) => text.replace(/masterauth.*\n/, "masterauth OurCompany2026\n")),
        config: { "redis-password-strength": { minimumLength: 8, refused: ["ourcompany2026"] } },
        expect: ["redis-password-strength master"],
        says: /well-known/,
    },
    {
        it: "accepts a shorter one where the parameters do",
        baseline: replication,
        change: (all) =>
            edit(all, "master", "redis.conf", (text) => text.replace(/masterauth.*\n/, "masterauth kq0ZtPpW\n")),
        config: { "redis-password-strength": { minimumLength: 8 } },
        expect: [],
    },
    {
        it: "judges what a Sentinel is told",
        baseline: watched,
        change: (all) => {
            const uploads = named(all, "sentinel1-files").props.uploads as { content: string }[];
            for (const upload of uploads) {
                upload.content = upload.content.replace(/auth-pass main .*/, "auth-pass main 123456");
            }
        },
        expect: ["redis-password-strength sentinel1"],
        says: /sentinel auth-pass/,
    },
]);

breaks("redis-replica-authentication", [
    {
        it: "refuses a replica without masterauth",
        baseline: replication,
        change: (all) => edit(all, "replica1", "redis.conf", (text) => text.replace(/masterauth.*\n/, "")),
        expect: ["redis-replica-authentication replica1"],
        says: /its master master needs a password/,
    },
    {
        it: "refuses a cluster's node without it, whatever its role",
        baseline: cluster,
        change: (all) => edit(all, "node1", "redis.conf", (text) => text.replace(/masterauth.*\n/, "")),
        expect: ["redis-replica-authentication node1"],
        says: /the cluster's nodes need a password/,
    },
    {
        it: "does not ask it of the master",
        baseline: replication,
        change: (all) => edit(all, "master", "redis.conf", (text) => text.replace(/masterauth.*\n/, "")),
        expect: [],
    },
]);

breaks("redis-dangerous-commands and redis-administrative-commands", [
    {
        it: "name what is open",
        baseline: replication,
        change: (all) =>
            edit(all, "master", "users.acl", (text) => text.replace("-@dangerous", "-@dangerous +keys +flushdb")),
        expect: ["redis-dangerous-commands master"],
        says: /user default: KEYS and FLUSHDB are open to applications\. Write `-keys -flushdb`/,
    },
    {
        it: "name what else is open where only these are closed",
        baseline: replication,
        change: (all) =>
            edit(all, "master", "users.acl", (text) =>
                text.replace(/\+@all -@admin.*\n/, "+@all -keys -flushall -flushdb\n"),
            ),
        expect: ["redis-administrative-commands master"],
        says: /ACL, CONFIG, DEBUG, FAILOVER, MODULE, MONITOR, REPLICAOF, SCRIPT, SHUTDOWN and SYNC are open.* Write `-acl -config -debug -failover -module -monitor -replicaof -slaveof -script \+script\|load \+script\|exists -shutdown -sync -psync`/,
    },
    {
        it: "know the application's rules of this project",
        baseline: replication,
        change: (all) =>
            edit(all, "master", "users.acl", (text) => text.replace(/\+@all -@admin.*\n/, `${defaultCommands}\n`)),
        expect: [],
    },
    {
        it: "leave Sentinel and replicas what their users need",
        baseline: replication,
        change: (all) =>
            edit(all, "master", "users.acl", (text) => text.replace("+psync", `${sentinelOnServers.commands} +psync`)),
        expect: [],
    },
    {
        it: "let client libraries prepare scripts, and whoever may read settings read them",
        baseline: replication,
        change: (all) =>
            edit(all, "master", "users.acl", (text) =>
                text.replace("+info", "+info +script|load +script|exists +config|get +acl|whoami +module|list"),
            ),
        expect: [],
    },
    {
        it: "are content when only what does harm is closed of a command",
        baseline: replication,
        change: (all) =>
            edit(all, "master", "users.acl", (text) =>
                text.replace("-@scripting", "+@scripting -script|flush -script|debug"),
            ),
        expect: [],
    },
    ...["acl|setuser", "config|set", "module|load", "script|flush"].map((subcommand) => ({
        it: `see ${subcommand} alone`,
        baseline: replication,
        change: (all: Declared[]) =>
            edit(all, "master", "users.acl", (text) => text.replace("+info", `+info +${subcommand}`)),
        expect: ["redis-administrative-commands master"],
        says: new RegExp(`${subcommand.replace(/\|.*/, "").toUpperCase()} is open`),
    })),
    {
        it: "say how to close them where there is no ACL yet",
        baseline: replication,
        change: (all) =>
            edit(all, "master", "redis.conf", (text) => text.replace(/aclfile.*\n/, `requirepass ${goodPassword}\n`)),
        expect: on(openToApplications, "master"),
        says: /Set `aclfile`, in it `user default on #<sha256 of the password> ~\* &\* \+@all -keys -flushall -flushdb`/,
    },
    {
        it: "count a command that is renamed as closed",
        baseline: () => node("master", 6379),
        change: (all) => {
            edit(all, "master", "users.acl", (text) => text.replace("-@dangerous", "-@dangerous +keys"));
            edit(all, "master", "redis.conf", (text) => `${text}rename-command KEYS ""\n`);
        },
        expect: [],
    },
    {
        it: "leave administrators alone, by any name that they are given",
        baseline: () => node("master", 6379),
        change: (all) => edit(all, "master", "users.acl", (text) => text.replace("user administrator", "user boss")),
        config: Object.fromEntries(
            ["redis-dangerous-commands", "redis-administrative-commands", "redis-acl-unrestricted"].map((name) => [
                name,
                { administrators: ["boss"] },
            ]),
        ),
        expect: [],
    },
    {
        it: "do not count users that are off",
        baseline: () => node("master", 6379),
        change: (all) => edit(all, "master", "users.acl", (text) => `${text}user old off nopass ~* +@all\n`),
        expect: [],
    },
    {
        it: "judge other commands when told to",
        baseline: () => node("master", 6379),
        change: () => undefined,
        config: { "redis-dangerous-commands": { commands: ["GET"] } },
        expect: ["redis-dangerous-commands master"],
        says: /GET is open/,
    },
]);

breaks("redis-renamed-commands", [
    {
        it: "refuses what Sentinel needs",
        baseline: watched,
        change: (all) => {
            for (const name of ["master", "replica1", "replica2"]) {
                edit(all, name, "redis.conf", (text) => `${text}rename-command CONFIG ""\n`);
            }
        },
        expect: ["redis-renamed-commands master", "redis-renamed-commands replica1", "redis-renamed-commands replica2"],
        says: /CONFIG is renamed, on which Sentinel relies/,
    },
    {
        it: "accepts it where Sentinels are told the new name",
        baseline: watched,
        change: (all) => {
            for (const name of ["master", "replica1", "replica2"]) {
                edit(all, name, "redis.conf", (text) => `${text}rename-command CONFIG secret-config\n`);
            }
            for (const name of ["sentinel1", "sentinel2", "sentinel3"]) {
                edit(
                    all,
                    name,
                    "sentinel.conf",
                    (text) => `${text}sentinel rename-command main CONFIG secret-config\n`,
                );
            }
        },
        expect: [],
    },
    {
        it: "refuses a difference between nodes",
        baseline: replication,
        change: (all) => edit(all, "replica2", "redis.conf", (text) => `${text}rename-command FLUSHALL ""\n`),
        expect: ["redis-renamed-commands replica2"],
        says: /FLUSHALL is renamed differently from master/,
    },
    {
        it: "refuses a renamed PSYNC",
        baseline: replication,
        change: (all) => {
            for (const name of ["master", "replica1", "replica2"]) {
                edit(all, name, "redis.conf", (text) => `${text}rename-command PSYNC ""\n`);
            }
        },
        expect: ["redis-renamed-commands master", "redis-renamed-commands replica1", "redis-renamed-commands replica2"],
    },
    {
        it: "accepts KEYS taken away everywhere",
        baseline: watched,
        change: (all) => {
            for (const name of ["master", "replica1", "replica2"]) {
                edit(all, name, "redis.conf", (text) => `${text}rename-command KEYS ""\n`);
            }
        },
        expect: [],
    },
]);

breaks("redis-runtime-protection", [
    ...["enable-debug-command", "enable-module-command", "enable-protected-configs"].map((setting) => ({
        it: `refuses ${setting} yes`,
        baseline: replication,
        change: (all: Declared[]) => edit(all, "master", "redis.conf", (text) => `${text}${setting} yes\n`),
        expect: ["redis-runtime-protection master"],
        says: new RegExp(setting),
    })),
    {
        it: "accepts local",
        baseline: replication,
        change: (all) => edit(all, "master", "redis.conf", (text) => `${text}enable-debug-command local\n`),
        expect: [],
    },
    {
        it: "refuses local when told to",
        baseline: replication,
        change: (all) => edit(all, "master", "redis.conf", (text) => `${text}enable-debug-command local\n`),
        config: { "redis-runtime-protection": { allowLocal: false } },
        expect: ["redis-runtime-protection master"],
    },
]);

breaks("redis-acl-password", [
    {
        it: "refuses nopass",
        baseline: replication,
        change: (all) => edit(all, "master", "users.acl", (text) => `${text}user reader on nopass ~* +@read -keys\n`),
        expect: ["redis-acl-password master"],
        says: /user reader: /,
    },
    {
        it: "accepts nopass for a user who may only PING",
        baseline: replication,
        change: (all) => edit(all, "master", "users.acl", (text) => `${text}user probe on nopass -@all +ping\n`),
        expect: [],
    },
]);

breaks("redis-acl-unrestricted", [
    {
        it: "refuses a second administrator",
        baseline: replication,
        change: (all) =>
            edit(
                all,
                "master",
                "users.acl",
                (text) => `${text}user app on #${sha256(`${goodPassword}B`)} allkeys allcommands\n`,
            ),
        expect: ["redis-acl-unrestricted master", ...on(openToApplications, "master")],
    },
]);

breaks("redis-sentinel-password", [
    {
        it: "wants a password",
        baseline: watched,
        change: (all) => edit(all, "sentinel2", "sentinel.conf", (text) => text.replace(/requirepass.*\n/, "")),
        expect: ["redis-sentinel-password sentinel2"],
    },
]);
