package org.walarchive.core.agent;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.walarchive.core.spool.ReadyFiles;
import org.walarchive.postgres.WalFileName;

/**
 * Which files have to be durable before a client may be told so.
 *
 * <p>{@code walg_archive} cuts names to the 24 bytes of a segment's. What it means by one is the first in PostgreSQL's order that is
 * ready: the segment, or once that is archived, its {@code .partial} or {@code .backup} files.
 */
final class WantedFiles {

    private WantedFiles() {}

    static List<WalFileName> of(WalFileName name, Path walDirectory) throws IOException {
        Path status = walDirectory.resolve("archive_status");
        if (name.kind() != WalFileName.Kind.SEGMENT || Files.exists(status.resolve(name.text() + ReadyFiles.SUFFIX))) {
            return List.of(name);
        }
        List<WalFileName> longer = new ArrayList<>();
        if (Files.isDirectory(status)) {
            try (DirectoryStream<Path> entries =
                    Files.newDirectoryStream(status, name.text() + ".*" + ReadyFiles.SUFFIX)) {
                for (Path entry : entries) {
                    ReadyFiles.subject(entry, ReadyFiles.SUFFIX).ifPresent(longer::add);
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
        }
        return longer.isEmpty() ? List.of(name) : longer;
    }
}
