import { redisDocumentation } from "../frameworks";
import { nodePolicy } from "../pulumi/stackPolicy";
import { parseSize } from "../redis/config";
import { lacks } from "../redis/judge";
import { asNumber, known } from "../redis/plain";

interface Parameters {
    maximumShare: number;
}

const mebibyte = 1024 * 1024;

/** The container's limit kills; maxmemory answers. */
export const maxmemory = nodePolicy<Parameters>({
    name: "redis-maxmemory",
    description: "`maxmemory` should be set, with room below the container's limit.",
    level: "advisory",
    severity: "medium",
    ...redisDocumentation("Redis administration", "Memory"),
    area: "container",
    needs: ["server"],
    reason:
        "Redis does not know of the container's limit: without `maxmemory` it grows until the kernel kills it. Saving and " +
        "replicating copy pages that change meanwhile, up to the whole data set again, so the limit needs room above.",
    remediation: "Set `maxmemory` to 60 to 75 % of the container's memory, less where much is written while it saves.",
    parameters: {
        maximumShare: {
            type: "number",
            exclusiveMinimum: 0,
            maximum: 1,
            default: 0.8,
            description: "The greatest share of the container's memory.",
        },
    },
    *check(node, { maximumShare }) {
        if (node.kind !== "server") {
            return;
        }
        const value = node.settings.value("maxmemory");
        const bytes = value === undefined ? undefined : parseSize(value);
        const limit = asNumber(node.container.props.memory);
        if (lacks(node, "maxmemory") || bytes === 0) {
            yield {
                setting: "maxmemory",
                problem: "there is no limit, so the server grows until the kernel kills it",
                fix: "Set it to 60 to 75 % of the container's memory",
            };
        } else if (bytes !== undefined && known(limit) && limit > 0 && bytes > limit * mebibyte * maximumShare) {
            yield {
                setting: "maxmemory",
                problem: `${value} is more than ${Math.round(maximumShare * 100)} % of the container's ${limit} MiB, which leaves no room for saving and replicating`,
                fix: `Set it to ${Math.floor(limit * Math.min(maximumShare, 0.75))}mb or less, or raise \`memory\``,
            };
        }
    },
});
