package org.walarchive.cli.embedding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveException;
import org.walarchive.BackupService.ListDetail;
import org.walarchive.WalArchive;
import org.walarchive.postgres.WalFileName;

/**
 * A program that embeds the library: pushes the WAL segment {@code SEGMENT}, fetches it to {@code TARGET}, and lists the base backups. It
 * uses the API alone, and speaks to who runs it in classes of the JDK, whichever class loader or module it is in.
 */
public final class Program implements UnaryOperator<Map<String, String>> {

    /** For whoever loads it by name. */
    public Program() {}

    /** Does it with the environment's variables, and prints what came of it. */
    public static void main(String[] arguments) {
        System.out.println(new Program().apply(System.getenv()));
    }

    @Override
    public Map<String, String> apply(Map<String, String> environment) {
        Path segment = Path.of(environment.get("SEGMENT"));
        Path target = Path.of(environment.get("TARGET"));
        Map<String, String> result = new HashMap<>();
        try {
            // a deadline has a thread of its own
            ArchiveConfig config = ArchiveConfig.fromEnvironment(environment).toBuilder()
                    .commandDeadline(Duration.ofMinutes(1))
                    .build();
            try (WalArchive archive = WalArchive.open(config)) {
                result.put("push", archive.wal().push(segment).name());
                WalFileName name = WalFileName.parse(segment.getFileName().toString());
                result.put("fetch", archive.wal().fetch(name, target).name());
                result.put("same", String.valueOf(Files.mismatch(segment, target) == -1));
                result.put(
                        "backups",
                        String.valueOf(
                                archive.backups().list(ListDetail.SENTINELS).size()));
                result.put(
                        "module", String.valueOf(archive.getClass().getModule().getName()));
            }
        } catch (ArchiveException e) {
            result.put("failure", e + " " + e.detail() + " " + e.hint());
        } catch (InterruptedException | IOException e) {
            result.put("failure", e.toString());
        }
        return result;
    }
}
