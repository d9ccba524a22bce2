import type { Settings } from "../../declaration/arguments";
import { dataFolder, declaredFolder } from "./folders";

/** Directives that name a server's files, with Redis's own defaults. */
const fileNames = { dbfilename: "dump.rdb", appendfilename: "appendonly.aof", appenddirname: "appendonlydir" };

/** Redis's own save points. */
export const usualPoints = "3600 1 300 100 60 10000";

/** The file `/etc/redis/file-names`: the names of a server's files, each on a line, as they are. */
export function renderFileNames(settings: Settings): string {
    return Object.entries(fileNames)
        .map(([name, usual]) => `${settings[name] ?? usual}\n`)
        .join("");
}

/**
 * The part of a start script that finds a server's data: it ends with `data` (`log`, `snapshot`, or empty when there is
 * none), and with `kept`, the lines for the main file.
 *
 * A server's way of keeping data is changed while it runs, by the convergence, which has the new way hold everything
 * before the old one ends, and then has Redis write down both in its main file (CONFIG REWRITE). So a start goes on with
 * what the main file says, whatever is declared by now: only that tells which files were kept up to date. Files of
 * another kind are leftovers, such as the `dump.rdb` of a full synchronisation.
 *
 * File names cannot be changed while a server runs. So a start renames what has an earlier name, which it noted in a
 * comment: CONFIG REWRITE leaves comments alone. Each step can be the last one: the next start goes on from there.
 */
export const findData = `# Sets something aside that is in the way. Redis would have written over such a file, too.
aside() {
    place="$1.aside"
    while [ -d "$place" ]; do place="$place+"; done
    mv -f "$1" "$place"
    echo "$1 is set aside as $place: $2."
}

# The name that an earlier start noted for a file, or else Redis's own, unless the file is there.
earlier() {
    text=$(grep "^# $1 <" "$main" 2>/dev/null | tail -n 1) || true
    text=\${text#*<}
    text=\${text%>}
    if [ -z "$text" ] && [ ! -e "$3" ]; then text=$2; fi
    printf %s "$text"
}

# Renames $1, followed by the earlier name and $4, to $3.
carry() {
    if [ -n "$2" ] && [ "$1$2$4" != "$3" ] && [ -e "$1$2$4" ]; then
        if [ -e "$3" ]; then aside "$3" "its name is declared for $1$2$4"; fi
        mv "$1$2$4" "$3"
        echo "$1$2$4 is $3 from now on, as declared."
    fi
}

{ IFS= read -r snapshot; IFS= read -r log; IFS= read -r folder; } < ${declaredFolder}/file-names
snapshot_file="${dataFolder}/$snapshot"
log_folder="${dataFolder}/$folder"
# The files of a log are found by its manifest, whatever their names.
manifest="$log_folder/$log.manifest"
carry ${dataFolder}/ "$(earlier dbfilename ${fileNames.dbfilename} "$snapshot_file")" "$snapshot_file" ""
carry ${dataFolder}/ "$(earlier appenddirname ${fileNames.appenddirname} "$log_folder")" "$log_folder" ""
carry "$log_folder/" "$(earlier appendfilename ${fileNames.appendfilename} "$manifest")" "$manifest" .manifest

# Redis always writes down its save points. Where it has not, by the declaration, and by what lies there.
known=yes
kept=$(cat "$main" 2>/dev/null) || true
if ! printf '%s\\n' "$kept" | grep -q "^save "; then
    known=
    kept=$(cat "$declared")
fi
appendonly=no
if printf '%s\\n' "$kept" | grep -q "^appendonly yes"; then appendonly=yes; fi
# Of several lines Redis takes the last one only, after those of the included file: one for all.
points=$(printf '%s\\n' "$kept" | grep "^save [0-9]" | while read -r _ pairs; do printf ' %s' "$pairs"; done) || true

has_log=
if [ -e "$manifest" ]; then has_log=yes; fi
has_snapshot=
if [ -e "$snapshot_file" ]; then has_snapshot=yes; fi
# A server that is told to save whenever it is stopped keeps a snapshot, too.
own_snapshot=$points
if [ -z "$known" ] || grep -q "^shutdown-on-sigterm.* save" "$declared"; then own_snapshot=yes; fi

data=
if [ -n "$has_log" ] && [ $appendonly = yes ]; then
    data=log
elif [ -n "$has_snapshot" ] && { [ $appendonly = yes ] || [ -n "$own_snapshot" ]; }; then
    data=snapshot
    # Redis would start empty without its log. Until the convergence has turned it on, snapshots are what is kept.
    if [ $appendonly = yes ]; then points=" ${usualPoints}"; fi
    appendonly=no
elif [ -n "$has_log" ] && [ -z "$known" ]; then
    data=log
    appendonly=yes
fi

kept=$(printf 'appendonly %s\\nsave%s\\n' $appendonly "\${points:- \\"\\"}"
    printf '# %s <%s>\\n' dbfilename "$snapshot" appendfilename "$log" appenddirname "$folder")

# Redis loads a snapshot whoever wrote it.
set_leftover_aside() {
    if [ -z "$data" ] && [ -n "$has_snapshot" ]; then
        aside "$snapshot_file" "this server keeps no snapshots, so that what it holds is out of date"
    fi
}
`;
