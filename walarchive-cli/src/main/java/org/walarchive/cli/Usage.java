package org.walarchive.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The help texts; those of the subcommands are resources. */
final class Usage {

    static final String GENERAL = """
            usage: walarchive [GLOBAL OPTION]... SUBCOMMAND [ARGUMENT]...

            Continuous archiving of PostgreSQL.

            subcommands:
              backup-push DIR                take a base backup of a data directory
              backup-fetch DIR [NAME|LATEST] restore a base backup into a directory, and recover to a point in time
              backup-list [NAME|LATEST]      list the base backups
              drill [NAME|LATEST]            prove that a base backup restores: on a server of its own
              wal-push PATH                  archive a WAL file: archive_command = 'walarchive wal-push %p'
              wal-fetch NAME DEST            fetch a WAL file: restore_command = 'walarchive wal-fetch %f %p'
              wal-prefetch BASE NAME         keep WAL files waiting for a server in recovery: wal-fetch starts it
              agent [DIR]                    archive ahead, as a service; --status tells how it is doing,
                                             --cluster-read-rate-limit how fast backups may read
              delete POLICY                  delete what is not needed any more; nothing without --confirm
              keep [NAME]                    mark a base backup, so that no policy deletes it
              verify [NAME|LATEST]           find out what can be restored, and to when; --deep reads everything
              check [DIR]                    find out whether archiving works, and what is missing for it
              optimize                       prepare the start of Java, once after an installation or update
              version                        print the version
              help [SUBCOMMAND]              print this, or the options of a subcommand; --man: all, as a page for man
              completion bash|zsh|fish       print what completes words in a shell

            global options, before the subcommand:
            """;

    static final String AFTER_OPTIONS = """

            Long options may be shortened as long as they stay unambiguous. Environment variables give what no option
            gives: WALARCHIVE_PREFIX, WALE_FILE_PREFIX, WALE_GS_PREFIX, WALE_S3_PREFIX, WALE_SWIFT_PREFIX,
            WALE_WABS_PREFIX; WALARCHIVE_COMPRESSION, WALARCHIVE_POOL_SIZE, WALARCHIVE_PARTITION_SIZE,
            WALARCHIVE_CLUSTER_READ_RATE_LIMIT, WALARCHIVE_RETRY_DEADLINE, WALARCHIVE_COMMAND_DEADLINE, WALARCHIVE_RETENTION_FLOOR,
            WALARCHIVE_WAL_POOL_SIZE, WALARCHIVE_QUEUE_MAX (how much WAL may wait before wal-push and agent DROP it), WALARCHIVE_PREFETCH, WALARCHIVE_FETCH_FAILURE_EXIT, WALARCHIVE_AGENT_TIMEOUT; WALE_GPG_KEY_ID, WALARCHIVE_PGP_PUBLIC_KEYS, WALARCHIVE_PGP_PRIVATE_KEYS,
            WALARCHIVE_PGP_PASSPHRASE_FILE, WALARCHIVE_PGP_PASSPHRASE, WALARCHIVE_GPG_PROGRAM, GNUPGHOME;
            WALARCHIVE_LOG_LEVEL, WALARCHIVE_LOG_FORMAT, WALE_LOG_DESTINATION, WALE_SYSLOG_FACILITY, WALARCHIVE_SYSLOG_SOCKET; NO_COLOR; PGHOST, PGPORT, PGUSER and so on for backup-push and check.
            """;

    private Usage() {}

    /** Returns the help by the name that the program was called by. */
    static String of(ProgramName program, Subcommand subcommand) {
        return program.inCommandsOf(of(subcommand));
    }

    /** Returns the help on a subcommand, or the general one for {@link Subcommand#NONE}. */
    static String of(Subcommand subcommand) {
        if (subcommand == Subcommand.NONE) {
            return GENERAL + text("global") + AFTER_OPTIONS;
        }
        String head =
                "usage: walarchive [GLOBAL OPTION]... " + subcommand.word() + " [OPTION]... " + subcommand.operands();
        return head.stripTrailing() + "\n\n" + text(subcommand.word());
    }

    /** Returns a text that is a resource: that on a subcommand, or {@code global} on the global options. */
    static String text(String about) {
        String name = "help/" + about + ".txt";
        try (InputStream stream = Usage.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the sentence that an error ends with. */
    static String hint(Subcommand subcommand) {
        return subcommand == Subcommand.NONE
                ? "See \"walarchive help\"."
                : "See \"walarchive help " + subcommand.word() + "\".";
    }
}
