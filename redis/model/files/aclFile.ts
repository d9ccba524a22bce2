import type { AclUser } from "../../acl/rules";
import { aclRules } from "../../acl/rules";

/** The text of an ACL file (`aclfile`): one line per user. It knows no quotes, so rules are checked before (acl.ts). */
export function renderAclFile(users: readonly AclUser[]): string {
    return users.map((user) => `user ${user.name} ${aclRules(user).join(" ")}\n`).join("");
}
