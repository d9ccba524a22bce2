import type { Python, Running } from "../e2e/python";

/** Writes with four threads until its standard input ends, each key once; prints what was acknowledged and what failed. */
const script = `
import json, os, sys, threading, time
module = {}
exec(os.environ["MODULE"], module)
client = module["connect"](*json.loads(os.environ["PASSWORDS"]))
running, acknowledged, errors = True, [], []
def write(thread):
    number = 0
    while running:
        key = f"python:{thread}:{number}"
        number += 1
        try:
            client.set(key, key)
            acknowledged.append(key)
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
        time.sleep(0.004)
client.ping()
print("connected", flush=True)
threads = [threading.Thread(target=write, args=(thread,)) for thread in range(4)]
for thread in threads: thread.start()
sys.stdin.read()
running = False
for thread in threads: thread.join()
print(json.dumps({"acknowledged": acknowledged, "errors": errors}))
`;

/** An application in Python that was given what the output `connect` says and nothing else. */
export class PythonWriter {
    private constructor(private readonly running: Running) {}

    /** Begins to write; returns when it is connected. */
    static async start(python: Python, module: string, ...passwords: string[]): Promise<PythonWriter> {
        const running = python.start(script, { MODULE: module, PASSWORDS: JSON.stringify(passwords) });
        await running.said("connected");
        return new PythonWriter(running);
    }

    /** Ends writing. */
    async stop(): Promise<{ acknowledged: string[]; errors: string[] }> {
        const output = await this.running.end();
        return JSON.parse(output.slice(output.indexOf("{")));
    }
}
