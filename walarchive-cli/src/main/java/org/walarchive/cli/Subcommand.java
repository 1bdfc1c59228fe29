package org.walarchive.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The subcommands. */
enum Subcommand {
    BACKUP_PUSH(
            "backup-push",
            "DIR",
            1,
            1,
            List.of(
                    Option.POOL_SIZE,
                    Option.CLUSTER_READ_RATE_LIMIT,
                    Option.WHILE_OFFLINE,
                    Option.NO_CONFIG_FILES,
                    Option.NO_WAL_WAIT,
                    Option.WAL_WAIT,
                    Option.CHECKPOINT,
                    Option.PROGRESS)),
    BACKUP_FETCH(
            "backup-fetch",
            "DIR [NAME|LATEST]",
            1,
            2,
            List.of(
                    Option.POOL_SIZE,
                    Option.BLIND_RESTORE,
                    Option.RESTORE_SPEC,
                    Option.TARGET_TIME,
                    Option.TARGET_LSN,
                    Option.TARGET_NAME,
                    Option.TARGET_XID,
                    Option.TARGET_IMMEDIATE,
                    Option.RECOVER,
                    Option.TARGET_EXCLUSIVE,
                    Option.TARGET_TIMELINE,
                    Option.TARGET_ACTION,
                    Option.RESTORE_COMMAND,
                    Option.CLONE,
                    Option.REPLACE,
                    Option.ALLOW_MISSING_WAL,
                    Option.PLAN,
                    Option.DRY_RUN,
                    Option.JSON,
                    Option.PROGRESS)),
    BACKUP_LIST("backup-list", "[NAME|LATEST]", 0, 1, List.of(Option.DETAIL, Option.JSON, Option.FORMAT)),
    WAL_PUSH("wal-push", "PATH", 1, 1, List.of(Option.POOL_SIZE)),
    WAL_FETCH("wal-fetch", "NAME DEST", 2, 2, List.of(Option.PREFETCH)),
    WAL_PREFETCH("wal-prefetch", "BASE NAME", 2, 2, List.of(Option.PREFETCH)),
    DELETE(
            "delete",
            "before NAME|SEGMENT | retain NUMBER | retain-for AGE | retain-by-calendar | old-versions | everything",
            1,
            2,
            List.of(
                    Option.DRY_RUN,
                    Option.CONFIRM,
                    Option.JSON,
                    Option.DAILY,
                    Option.WEEKLY,
                    Option.MONTHLY,
                    Option.YEARLY,
                    Option.ZONE,
                    Option.BELOW_FLOOR,
                    Option.INCLUDING_KEPT,
                    Option.INCLUDING_UNFINISHED)),
    KEEP("keep", "[NAME]", 0, 1, List.of(Option.RELEASE)),
    DRILL(
            "drill",
            "[NAME|LATEST]",
            0,
            1,
            List.of(
                    Option.QUERY,
                    Option.USER,
                    Option.DATABASE,
                    Option.BIN_DIR,
                    Option.SETTINGS,
                    Option.DIRECTORY,
                    Option.KEEP_DIRECTORY,
                    Option.TIMEOUT,
                    Option.TARGET_TIME,
                    Option.TARGET_LSN,
                    Option.TARGET_NAME,
                    Option.TARGET_XID,
                    Option.TARGET_IMMEDIATE,
                    Option.TARGET_EXCLUSIVE,
                    Option.TARGET_TIMELINE,
                    Option.POOL_SIZE,
                    Option.PROGRESS)),
    VERIFY(
            "verify",
            "[NAME|LATEST]",
            0,
            1,
            List.of(Option.DEEP, Option.JSON, Option.HTML, Option.TIMELINE, Option.POOL_SIZE, Option.PROGRESS)),
    CHECK(
            "check",
            "[DIR]",
            0,
            1,
            List.of(Option.NO_SWITCH, Option.TIMEOUT, Option.MAX_BACKUP_AGE, Option.JSON, Option.POOL_SIZE)),
    OPTIMIZE("optimize", "", 0, 0, List.of()),
    AGENT(
            "agent",
            "[DIR]",
            0,
            1,
            List.of(
                    Option.POOL_SIZE,
                    Option.PREFETCH,
                    Option.SOCKET,
                    Option.METRICS_PORT,
                    Option.STATUS,
                    Option.JSON,
                    Option.CLUSTER_READ_RATE_LIMIT)),
    VERSION("version", "", 0, 0, List.of()),
    HELP("help", "[SUBCOMMAND]", 0, 1, List.of(Option.MAN)),
    COMPLETION("completion", "bash|zsh|fish", 1, 1, List.of()),

    /** Stands for the one that was not given or not recognised. */
    NONE("", "", 0, 0, List.of());

    private final String word;
    private final String operands;
    private final int fewest;
    private final int most;
    private final List<Option> options;

    Subcommand(String word, String operands, int fewest, int most, List<Option> options) {
        this.word = word;
        this.operands = operands;
        this.fewest = fewest;
        this.most = most;
        this.options = options;
    }

    static @Nullable Subcommand named(String word) {
        for (Subcommand candidate : values()) {
            if (candidate != NONE && candidate.word.equals(word)) {
                return candidate;
            }
        }
        return null;
    }

    /**
     * Finds the subcommand of a command line that cannot be understood. The exit code depends on it, and
     * {@code wal-fetch} is the least forgiving.
     */
    static Subcommand mentionedIn(String... arguments) {
        Subcommand first = NONE;
        for (String argument : arguments) {
            Subcommand named = named(argument);
            if (named == WAL_FETCH) {
                return WAL_FETCH;
            }
            if (named != null && first == NONE) {
                first = named;
            }
        }
        return first;
    }

    String word() {
        return word;
    }

    /** Returns the names of the operands, for help and errors. */
    String operands() {
        return operands;
    }

    int fewestOperands() {
        return fewest;
    }

    int mostOperands() {
        return most;
    }

    List<Option> options() {
        return options;
    }

    /** Tells whether WAL-E has it too. */
    boolean isOfWalE() {
        return switch (this) {
            case WAL_PUSH, WAL_FETCH, WAL_PREFETCH, BACKUP_PUSH, BACKUP_FETCH, BACKUP_LIST, DELETE, VERSION -> true;
            case KEEP, DRILL, VERIFY, CHECK, OPTIMIZE, AGENT, COMPLETION, HELP, NONE -> false;
        };
    }

    /** Tells whether PostgreSQL calls it for each WAL file: its log has no line about the start, as in WAL-E. */
    boolean isPerSegment() {
        return this == WAL_PUSH || this == WAL_FETCH || this == WAL_PREFETCH;
    }
}
