package org.walarchive.cli;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options: WAL-E's, and ours. */
enum Option {
    HELP("--help", 'h', null),
    ENVDIR("--envdir", "DIR"),
    PREFIX("--prefix", "LOCATION"),
    FILE_PREFIX("--file-prefix", "LOCATION"),
    GS_PREFIX("--gs-prefix", "LOCATION"),
    S3_PREFIX("--s3-prefix", "LOCATION"),
    WABS_PREFIX("--wabs-prefix", "LOCATION"),
    AWS_ACCESS_KEY_ID("--aws-access-key-id", 'k', "KEY"),
    AWS_INSTANCE_PROFILE("--aws-instance-profile", null),
    GS_ACCESS_KEY_ID("--gs-access-key-id", "KEY"),
    WABS_ACCOUNT_NAME("--wabs-account-name", 'a', "NAME"),
    GPG_KEY_ID("--gpg-key-id", "KEY"),
    COMPRESSION("--compression", "METHOD[:LEVEL]"),
    LOG_FORMAT("--log-format", "text|json"),
    TERSE("--terse", null),

    PROGRESS("--progress", "auto|json|none"),
    POOL_SIZE("--pool-size", 'p', "NUMBER"),
    PREFETCH("--prefetch", 'p', "NUMBER"),
    DETAIL("--detail", null),
    WHILE_OFFLINE("--while-offline", null),
    NO_CONFIG_FILES("--no-config-files", null),
    NO_WAL_WAIT("--no-wal-wait", null),
    WAL_WAIT("--wal-wait", "SECONDS"),
    CHECKPOINT("--checkpoint", "fast|spread"),
    CLUSTER_READ_RATE_LIMIT("--cluster-read-rate-limit", "BYTES_PER_SECOND|none"),
    BLIND_RESTORE("--blind-restore", null),
    RESTORE_SPEC("--restore-spec", "FILE|SOURCE"),
    DRY_RUN("--dry-run", 'n', null),
    CONFIRM("--confirm", null),
    BELOW_FLOOR("--below-floor", null),
    INCLUDING_KEPT("--including-kept", null),
    INCLUDING_UNFINISHED("--including-unfinished", null),
    DAILY("--daily", "NUMBER"),
    WEEKLY("--weekly", "NUMBER"),
    MONTHLY("--monthly", "NUMBER"),
    YEARLY("--yearly", "NUMBER"),
    ZONE("--zone", "ZONE"),
    RELEASE("--release", null),
    TARGET_TIME("--target-time", "TIME"),
    TARGET_LSN("--target-lsn", "LSN"),
    TARGET_NAME("--target-name", "NAME"),
    TARGET_XID("--target-xid", "XID"),
    TARGET_IMMEDIATE("--target-immediate", null),
    RECOVER("--recover", null),
    TARGET_EXCLUSIVE("--target-exclusive", null),
    TARGET_TIMELINE("--target-timeline", "latest|current|NUMBER"),
    TARGET_ACTION("--target-action", "pause|promote|shutdown"),
    RESTORE_COMMAND("--restore-command", "COMMAND"),
    CLONE("--clone", null),
    REPLACE("--replace", null),
    ALLOW_MISSING_WAL("--allow-missing-wal", null),
    PLAN("--plan", null),
    JSON("--json", null),
    FORMAT("--format", "tsv|table|json"),
    BIN_DIR("--bin-dir", "DIR"),
    DIRECTORY("--directory", "DIR"),
    QUERY("--query", "SQL"),
    USER("--user", "ROLE"),
    DATABASE("--database", "NAME"),
    SETTINGS("--settings", "FILE"),
    TIMEOUT("--timeout", "SECONDS"),
    KEEP_DIRECTORY("--keep-directory", "failed|always"),
    DEEP("--deep", null),
    HTML("--html", "FILE"),
    TIMELINE("--timeline", "NUMBER"),
    NO_SWITCH("--no-switch", null),
    MAX_BACKUP_AGE("--max-backup-age", "AGE"),
    STATUS("--status", null),
    SOCKET("--socket", "PATH"),
    METRICS_PORT("--metrics-port", "NUMBER"),
    MAN("--man", null);

    /** What WAL-E has too. */
    static final Set<Option> OF_WAL_E = EnumSet.of(
            HELP,
            FILE_PREFIX,
            GS_PREFIX,
            S3_PREFIX,
            WABS_PREFIX,
            AWS_ACCESS_KEY_ID,
            AWS_INSTANCE_PROFILE,
            GS_ACCESS_KEY_ID,
            WABS_ACCOUNT_NAME,
            GPG_KEY_ID,
            TERSE,
            POOL_SIZE,
            PREFETCH,
            DETAIL,
            WHILE_OFFLINE,
            CLUSTER_READ_RATE_LIMIT,
            BLIND_RESTORE,
            RESTORE_SPEC,
            DRY_RUN,
            CONFIRM);

    private static final char NO_LETTER = 0;

    private final String word;
    private final char letter;
    private final @Nullable String value;

    Option(String word, @Nullable String value) {
        this(word, NO_LETTER, value);
    }

    Option(String word, char letter, @Nullable String value) {
        this.word = word;
        this.letter = letter;
        this.value = value;
    }

    /** Returns the long form, with its dashes. */
    String word() {
        return word;
    }

    boolean hasLetter(char candidate) {
        return letter == candidate;
    }

    /** Returns the short form with its dash, or empty where there is none. */
    String shortWord() {
        return letter == NO_LETTER ? "" : "-" + letter;
    }

    /** Returns what the value is called, or null where the option takes none. */
    @Nullable
    String valueName() {
        return value;
    }

    /** Returns both forms and the value's name, for help and errors. */
    String usage() {
        String form = letter == NO_LETTER ? word : "-" + letter + ", " + word;
        return value == null ? form : form + " " + value;
    }
}
