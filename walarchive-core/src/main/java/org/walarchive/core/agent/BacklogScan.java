package org.walarchive.core.agent;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.walarchive.agent.AgentStatus.Backlog;
import org.walarchive.core.spool.ReadyFiles;
import org.walarchive.postgres.WalFileName;

/** Looks what PostgreSQL waits for. What counts as acknowledged is not verified here: this is for people. */
final class BacklogScan {

    private static final Logger LOG = LoggerFactory.getLogger(BacklogScan.class);

    private final Set<String> acknowledged = new HashSet<>();
    private long waiting;
    private long durable;
    private @Nullable WalFileName oldest;

    private BacklogScan() {}

    static Backlog of(WalPlace place) {
        BacklogScan scan = new BacklogScan();
        try {
            return scan.run(place);
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("{} cannot be listed", place.status(), e);
            return Backlog.EMPTY;
        }
    }

    private Backlog run(WalPlace place) throws IOException {
        Path archived = place.spool().resolve("archived");
        if (Files.isDirectory(archived)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(archived)) {
                entries.forEach(entry -> acknowledged.add(String.valueOf(entry.getFileName())));
            }
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(place.status(), "*" + ReadyFiles.SUFFIX)) {
            for (Path entry : entries) {
                ReadyFiles.subject(entry, ReadyFiles.SUFFIX).ifPresent(this::count);
            }
        }
        return new Backlog(
                waiting,
                durable,
                Optional.ofNullable(oldest),
                oldest == null
                        ? Optional.empty()
                        : Optional.of(Files.getLastModifiedTime(place.status().resolve(oldest + ReadyFiles.SUFFIX))
                                .toInstant()));
    }

    private void count(WalFileName name) {
        if (acknowledged.contains(name.text())) {
            durable++;
            return;
        }
        waiting++;
        if (oldest == null || ReadyFiles.ORDER.compare(name, oldest) < 0) {
            oldest = name;
        }
    }
}
