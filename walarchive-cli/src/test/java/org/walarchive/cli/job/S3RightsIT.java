package org.walarchive.cli.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.walarchive.core.testing.PostgresServer;
import org.walarchive.core.testing.PostgresVersion;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;

/** The policies of {@code docs/stores/s3.md} and buckets that forget nothing, on MinIO. */
@EnabledIfEnvironmentVariable(named = MinioJobIT.ADDRESS, matches = ".+", disabledReason = S3Server.HOW_TO_START)
@DisabledIfSystemProperty(named = "walarchive.test.jdk", matches = "another", disabledReason = "one JDK is enough")
final class S3RightsIT {

    private static final PostgresVersion VERSION = PostgresVersion.V17;
    private static final int STORE_FAILED = 4;

    private final S3Server server = S3Server.ofVariable(MinioJobIT.ADDRESS);

    /** The policies, in the order of the document. */
    private enum Policy {
        PUSH,
        FETCH,
        DELETE
    }

    private static String documented(Policy policy, String bucket) throws IOException {
        String text = Files.readString(Path.of("..", "docs", "stores", "s3.md"));
        Matcher blocks = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(text);
        for (int i = 0; i <= policy.ordinal(); i++) {
            assertTrue(blocks.find(), "no policy " + policy);
        }
        return blocks.group(1).replace(":::bucket", ":::" + bucket);
    }

    private Map<String, String> may(Policy policy, String bucket) throws IOException {
        return server.environment(bucket, documented(policy, bucket));
    }

    @Test
    @DisplayName(
            "who may push does the whole job and can delete nothing, who may fetch restores, who may delete deletes")
    void policies() throws IOException {
        String bucket = server.newBucket();
        Map<String, String> fetch = may(Policy.FETCH, bucket);
        try (CliProcess cli = new CliProcess(may(Policy.PUSH, bucket))) {
            new MainJob(cli, VERSION).run();
            requireNoDeletion(cli, bucket);
            // Elsewhere in the bucket there is nothing for it.
            CliProcess.Outcome elsewhere =
                    cli.run(Map.of("WALE_S3_PREFIX", "s3://" + bucket + "/other"), "backup-list");
            assertEquals(STORE_FAILED, elsewhere.status(), elsewhere.log());

            Path data = cli.path("fetched");
            cli.run(fetch, "backup-fetch", data.toString(), "LATEST").requireSuccess();
            cli.run(fetch, "verify", "--deep").requireSuccess();
            List<String> before = server.objects(bucket);
            CliProcess.Outcome keep = cli.run(fetch, "keep", backup(before));
            assertEquals(STORE_FAILED, keep.status(), keep.log());
            assertEquals(before, server.objects(bucket));

            cli.run(may(Policy.DELETE, bucket), "delete", "--confirm", "everything")
                    .requireSuccess();
            assertEquals(List.of(), server.objects(bucket));
        }
    }

    private static String backup(List<String> objects) {
        String end = "_backup_stop_sentinel.json";
        return objects.stream()
                .filter(key -> key.endsWith(end))
                .map(key -> key.substring(key.lastIndexOf('/') + 1, key.length() - end.length()))
                .findFirst()
                .orElseThrow();
    }

    /** What a deletion means to do is noted before; the backup stays what it was. */
    private void requireNoDeletion(CliProcess cli, String bucket) {
        List<String> before = server.objects(bucket);
        CliProcess.Outcome delete = cli.run("delete", "--confirm", "everything");
        assertEquals(STORE_FAILED, delete.status(), delete.log());
        assertTrue(delete.log().contains("AccessDenied"), delete.log());
        assertTrue(delete.log().contains("HINT: Are the credentials allowed to delete"), delete.log());
        assertTrue(server.objects(bucket).containsAll(before));
    }

    private enum Keeping {
        VERSIONS,
        GOVERNANCE,
        COMPLIANCE
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("in a bucket that keeps what is deleted everything works, and nothing that was pushed is ever gone")
    void immutable(Keeping keeping) throws IOException {
        String bucket = switch (keeping) {
            case VERSIONS -> server.newVersionedBucket();
            case GOVERNANCE -> server.newLockedBucket(ObjectLockRetentionMode.GOVERNANCE);
            case COMPLIANCE -> server.newLockedBucket(ObjectLockRetentionMode.COMPLIANCE);
        };
        try (CliProcess cli = new CliProcess(may(Policy.PUSH, bucket));
                PostgresServer postgres = PostgresServer.builder(VERSION)
                        .archiveCommand(cli.shellCommand("wal-push %p"))
                        .create()) {
            postgres.start();
            cli.run(postgres, "backup-push", postgres.dataDirectory().toString())
                    .requireSuccess();
            String segment = postgres.switchWal();
            postgres.awaitArchived(segment);
            cli.run("wal-fetch", segment, cli.path("segment").toString()).requireSuccess();
            cli.run("backup-fetch", cli.path("fetched").toString(), "LATEST").requireSuccess();
            List<String> before = server.objects(bucket);
            // What deletes adds marks, behind which the content stays.
            cli.run(may(Policy.DELETE, bucket), "delete", "--confirm", "everything")
                    .requireSuccess();
            assertEquals(List.of(), server.objects(bucket));
            assertTrue(server.versions(bucket).containsAll(before));
            assertEquals(keeping != Keeping.VERSIONS, server.refusesToDeleteVersions(bucket));
        }
    }
}
