package org.walarchive.cli;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.walarchive.cli.log.RecordLog;
import org.walarchive.cli.log.Severity;
import org.walarchive.internal.Similar;

/**
 * Variables with a name like ours that nobody reads: whoever wrote one is told which was meant. A name that resembles none is passed over, for a
 * store of somebody else's has names of its own.
 */
final class UnknownVariables {

    private static final int MOST_CHANGES = 2;

    /** Of a store's word in a name, as {@code S3}: with other letters it is another store's. */
    private static final int SHORT_WORD = 3;

    /** All that the command, the launcher, the library and the stores read; in order. */
    static final String[] KNOWN = {
        "WALARCHIVE_AGENT_TIMEOUT",
        "WALARCHIVE_AZURE_CA_FILE",
        "WALARCHIVE_AZURE_CONNECT_TIMEOUT",
        "WALARCHIVE_AZURE_ENDPOINT",
        "WALARCHIVE_AZURE_READ_TIMEOUT",
        "WALARCHIVE_CLUSTER_READ_RATE_LIMIT",
        "WALARCHIVE_COMMAND_DEADLINE",
        "WALARCHIVE_COMPRESSION",
        "WALARCHIVE_ENVDIR",
        "WALARCHIVE_FETCH_FAILURE_EXIT",
        "WALARCHIVE_GCS_CONNECT_TIMEOUT",
        "WALARCHIVE_GCS_ENDPOINT",
        "WALARCHIVE_GCS_KMS_KEY",
        "WALARCHIVE_GCS_READ_TIMEOUT",
        "WALARCHIVE_GCS_STORAGE_CLASS",
        "WALARCHIVE_GCS_USER_PROJECT",
        "WALARCHIVE_GPG_PROGRAM",
        "WALARCHIVE_JAVA_OPTS",
        "WALARCHIVE_LOG_FORMAT",
        "WALARCHIVE_LOG_LEVEL",
        "WALARCHIVE_PARTITION_SIZE",
        "WALARCHIVE_PGP_PASSPHRASE",
        "WALARCHIVE_PGP_PASSPHRASE_FILE",
        "WALARCHIVE_PGP_PRIVATE_KEYS",
        "WALARCHIVE_PGP_PUBLIC_KEYS",
        "WALARCHIVE_POOL_SIZE",
        "WALARCHIVE_PREFETCH",
        "WALARCHIVE_PREFIX",
        "WALARCHIVE_QUEUE_MAX",
        "WALARCHIVE_RETENTION_FLOOR",
        "WALARCHIVE_RETRY_DEADLINE",
        "WALARCHIVE_S3_ACL",
        "WALARCHIVE_S3_CA_FILE",
        "WALARCHIVE_S3_CONNECT_TIMEOUT",
        "WALARCHIVE_S3_IF_ABSENT",
        "WALARCHIVE_S3_READ_TIMEOUT",
        "WALARCHIVE_S3_REQUESTER_PAYS",
        "WALARCHIVE_S3_SSE",
        "WALARCHIVE_S3_SSE_C_KEY",
        "WALARCHIVE_S3_SSE_C_KEY_FILE",
        "WALARCHIVE_S3_SSE_KMS_KEY_ID",
        "WALARCHIVE_S3_TAGS",
        "WALARCHIVE_SWIFT_CA_FILE",
        "WALARCHIVE_SWIFT_CONNECT_TIMEOUT",
        "WALARCHIVE_SWIFT_READ_TIMEOUT",
        "WALARCHIVE_SWIFT_SEGMENT_SIZE",
        "WALARCHIVE_SYSLOG_SOCKET",
        "WALARCHIVE_WAL_POOL_SIZE",
        "WALE_FILE_PREFIX",
        "WALE_GPG_KEY_ID",
        "WALE_GS_PREFIX",
        "WALE_LOG_DESTINATION",
        "WALE_RETRIES",
        "WALE_S3_ENDPOINT",
        "WALE_S3_PREFIX",
        "WALE_S3_STORAGE_CLASS",
        "WALE_SWIFT_PREFIX",
        "WALE_SYSLOG_FACILITY",
        "WALE_WABS_PREFIX"
    };

    private UnknownVariables() {}

    /** Writes a warning for each that is set. */
    static void warn(Map<String, String> environment, RecordLog log) {
        Map<String, String> meant = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (isLikeOurs(name) && !value.isEmpty()) {
                meant(name).ifPresent(known -> meant.put(name, known));
            }
        });
        meant.forEach((name, known) -> log.write(Main.record(
                Severity.WARNING, name + " is set, and nobody reads it", null, "Did you mean " + known + "?")));
    }

    private static boolean isLikeOurs(String name) {
        return name.startsWith("WALE_") || name.startsWith("WALARCHIVE_") && !name.startsWith("WALARCHIVE_TEST_");
    }

    private static Optional<String> meant(String name) {
        if (Stream.of(KNOWN).anyMatch(name::equals)) {
            return Optional.empty();
        }
        return Similar.to(name, Stream.of(KNOWN).filter(known -> !isOfAnotherStore(name, known)), MOST_CHANGES);
    }

    private static boolean isOfAnotherStore(String name, String known) {
        String[] words = name.split("_", 3);
        String[] knownWords = known.split("_", 3);
        return name.startsWith("WALARCHIVE_")
                && words.length == 3
                && knownWords.length == 3
                && words[2].equals(knownWords[2])
                && Math.min(words[1].length(), knownWords[1].length()) <= SHORT_WORD;
    }
}
