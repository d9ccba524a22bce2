import assert from "node:assert/strict";
import fc from "fast-check";
import { begun, combined, ended, parseGenerated, renderGenerated } from "../../../redis/acl/generatedPasswords";
import { administratorPasswords, type Passwords, withFormer, withPrevious } from "../../../redis/acl/passwords";
import { type AclUser, aclRules, changeMark, hashPassword, parseGetUser, sameUser } from "../../../redis/acl/rules";
import { aclUsers } from "../../../redis/acl/users";
import { validatePrevious } from "../../../redis/declaration/validation";
import { buildModel } from "../../../redis/model/model";
import type { Desired } from "../../../redis/plan/desired";
import { endingProblems, graceSentences, lasting, userSentences } from "../../../redis/plan/passwordChanges";
import { planDeployment } from "../../../redis/plan/plan";
import type { Observation } from "../../../redis/state/observation";
import { observed, told } from "./observed";

const model = buildModel(
    {
        image: "redis:8.0.2",
        nodes: [
            { name: "a", port: 6379 },
            { name: "b", port: 6380, replicaOf: "a" },
            { name: "c", port: 6381, replicaOf: "a" },
        ],
    },
    { id: "id", prefix: "test" },
);

const names = ["default", "administrator", "replication", "health"];
const passwordsOf = (round: number): Passwords => Object.fromEntries(names.map((name) => [name, `${name}-${round}`]));
const desiredOf = (passwords: Passwords): Desired => ({
    model,
    users: aclUsers(model, passwords),
    replicationPassword: passwords.replication ?? "",
    passwords,
});

/** Servers that have what a round declares. */
interface Live {
    users: AclUser[];
    masterauth: string;
}
const live = (passwords: Passwords): Live => ({
    users: aclUsers(model, passwords),
    masterauth: passwords.replication ?? "",
});

function seen(servers: Map<string, Live>, silent: string[] = []): Observation {
    return observed(model, Object.fromEntries(silent.map((name) => [name, "silent" as const]))).map((server) => {
        const state = servers.get(server.node);
        if (!server.redis || !state) return server;
        const settings = { ...server.redis.settings, masterauth: state.masterauth };
        return { ...server, redis: { ...server.redis, settings, users: state.users } };
    });
}

describe("A change of passwords", () => {
    it("refuses no link at any step, whoever is silent meanwhile, and ends with the declared ones alone", () => {
        const silence = fc.array(fc.subarray(["a", "b", "c"], { maxLength: 2 }), { maxLength: 8 });
        const property = fc.property(silence, fc.boolean(), fc.boolean(), (rounds, graced, oldFiles) => {
            const before = passwordsOf(0);
            const passwords = graced ? withPrevious(passwordsOf(1), before) : passwordsOf(1);
            const desired = desiredOf(passwords);
            const servers = new Map(model.nodes.map(({ name }) => [name, live(before)]));
            const check = () => {
                for (const [one, { masterauth }] of servers)
                    for (const [other, { users }] of servers) {
                        const user = users.find(({ name }) => name === "replication");
                        assert.ok(
                            user?.passwordHashes.includes(hashPassword(masterauth)),
                            `${one} is refused by ${other}`,
                        );
                    }
            };
            const round = (silent: string[]): boolean => {
                const plan = planDeployment(desired, seen(servers, silent));
                for (const step of plan.steps) {
                    const server = servers.get("node" in step ? step.node : "");
                    if (!server) continue;
                    if (step.kind === "setUsers") {
                        const changed = new Map(step.users.map((user) => [user.name, user]));
                        server.users = server.users.map((user) => changed.get(user.name) ?? user);
                    }
                    if (step.kind === "configure") server.masterauth = desired.replicationPassword;
                    check();
                }
                return plan.steps.length + plan.waiting.length > 0;
            };
            for (const silent of rounds) round(silent);
            // One that was silent may have come up again, with the files that it had.
            if (
                oldFiles &&
                [...servers.values()].some(({ users }) => users.some((user) => user.passwordHashes.length > 1))
            )
                servers.set("c", live(before));
            let left = 20;
            while (round([]) && left > 0) left--;
            assert.ok(left > 0, "it does not end");
            for (const { users, masterauth } of servers.values()) {
                assert.equal(masterauth, "replication-1");
                for (const user of desired.users)
                    assert.ok(sameUser(user, users.find(({ name }) => name === user.name) ?? user));
            }
        });
        fc.assert(property, { numRuns: 300 });
    });

    it("ends no old password while a server is silent", () => {
        const servers = new Map(model.nodes.map(({ name }) => [name, live(passwordsOf(0))]));
        const steps = told(planDeployment(desiredOf(passwordsOf(1)), seen(servers, ["c"])));
        assert.deepEqual(
            steps.filter((line) => /ends/.test(line)),
            [],
        );
        assert.ok(steps.some((line) => line.startsWith("b: change users: default (takes the new password as well)")));
    });
});

describe("A user with two passwords", () => {
    it("remembers since when, beside its hashes", () => {
        const reply = [
            "flags",
            ["on"],
            "passwords",
            [hashPassword("x"), changeMark(5).slice(1), changeMark(1_764_000_000).slice(1)],
        ];
        const user = parseGetUser([...reply, "commands", "+@all", "keys", "", "channels", ""]);
        assert.deepEqual([user?.changedAt, user?.passwordHashes], [1_764_000_000, [hashPassword("x")]]);
        assert.ok(user && aclRules(user).includes(changeMark(1_764_000_000)));
    });

    const both = withPrevious(passwordsOf(1), { default: "default-0" });
    const observation = seen(new Map(model.nodes.map(({ name }) => [name, live(both)]))).map((server) => ({
        ...server,
        redis: server.redis && {
            ...server.redis,
            users: server.redis.users.map((user) => (user.name === "default" ? { ...user, changedAt: 1_000 } : user)),
            clock: 1_000 + 6 * 86_400,
            earlier:
                server.node === "a"
                    ? [
                          { user: "default", address: "192.0.2.9:5", name: "cron", age: 6 * 86_400 + 7_200 },
                          { user: "replication", address: "192.0.2.2:6", name: "", age: 6 * 86_400 + 9_000 },
                      ]
                    : [],
        },
    }));

    it("is told in status, with the connections that are older", () => {
        assert.deepEqual(graceSentences(desiredOf(both), observation), [
            "the old password of default has been valid for 6 days; 1 connection is older than the change: 192.0.2.9:5 (cron) to a for 6 days",
        ]);
        assert.deepEqual(endingProblems(desiredOf(both), observation), []);
    });

    it("loses the old one only when no connection is older, or that was asked for", () => {
        const [problem, ...others] = endingProblems(desiredOf(passwordsOf(1)), observation);
        assert.deepEqual(others, []);
        assert.equal(problem?.path, "previous.default");
        assert.match(
            problem?.message ?? "",
            /1 connection was made .*192\.0\.2\.9:5 \(cron\) to a for 6 days.*--end-passwords/,
        );
    });

    it("is told in the plan: who changes, what, and who notices", () => {
        const sentences = (passwords: Passwords, now: Passwords) =>
            userSentences(desiredOf(passwords), seen(new Map(model.nodes.map(({ name }) => [name, live(now)]))));
        assert.deepEqual(sentences(both, { ...passwordsOf(1), default: "default-0" }), [
            "user default: one more password; the old one is taken as well, so that nobody has to change yet",
        ]);
        assert.deepEqual(sentences(passwordsOf(1), both), [
            "user default: the old password ends: who connects from then on needs the new one, and connections that there are go on",
        ]);
        assert.deepEqual(sentences({ ...passwordsOf(0), replication: "other" }, passwordsOf(0)), [
            "user replication: another password, and the old one ends: the deployment's own links, which are told before",
        ]);
    });

    it("is declared with an old one that differs, of a user that there is", () => {
        const long = "sixteen-characters";
        assert.deepEqual(validatePrevious({ default: long }, { default: `${long}!` }, undefined), []);
        const problems = validatePrevious(
            { default: long, nobody: long, administrator: "x" },
            { default: long },
            undefined,
        );
        assert.deepEqual(
            problems.map(({ path }) => path),
            ["previous.default", "previous.nobody", "previous.administrator"],
        );
        assert.equal(JSON.stringify(problems).includes(long), false);
    });
});

describe("Generated passwords", () => {
    it("change in the state: beside the old one, then alone, remembering the last one", () => {
        const first = { password: "first" };
        assert.equal(renderGenerated(first), "first");
        const second = begun(first, () => "second");
        assert.deepEqual(parseGenerated(renderGenerated(second)), { password: "second", previous: "first" });
        assert.equal(
            begun(second, () => "third"),
            second,
        );
        const alone = ended(second);
        assert.deepEqual(parseGenerated(renderGenerated(alone)), { password: "second", former: "first" });
        assert.deepEqual(ended(alone), alone);
    });

    it("open servers that were not told: the present one, the one beside it, the one before", () => {
        const passwords = combined(
            { administrator: { password: "now", former: "before" } },
            { administrator: "beside" },
        );
        assert.deepEqual(administratorPasswords(passwords), ["now", "beside", "before"]);
        const user = aclUsers(model, withFormer(passwordsOf(1), { administrator: "before" })).find(
            ({ name }) => name === "administrator",
        );
        assert.deepEqual(user?.passwordHashes, [hashPassword("administrator-1")]);
    });

    it("have been valid for some time, in the largest unit", () => {
        assert.deepEqual([0, 1, 59, 60, 7_300, 86_400].map(lasting), [
            "0 seconds",
            "1 second",
            "59 seconds",
            "1 minute",
            "2 hours",
            "1 day",
        ]);
    });
});
