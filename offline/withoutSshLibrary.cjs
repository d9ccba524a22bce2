/**
 * A plugin of esbuild's. dockerode brings an SSH library with native code; hosts with ssh:// are reached through the `ssh`
 * program instead. Its sessions for image builds are not used either. Not TypeScript, since what compiles that needs it.
 */
module.exports = {
    name: "without-ssh-library",
    setup({ onResolve, onLoad }) {
        onResolve({ filter: /^(ssh2|@grpc\/proto-loader)$/ }, ({ path }) => ({ path, namespace: "unused" }));
        onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "module.exports = {};" }));
    },
};
