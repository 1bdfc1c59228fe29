package org.walarchive.examples;

import java.nio.file.Path;
import org.walarchive.ArchiveConfig;
import org.walarchive.ArchiveException;
import org.walarchive.Backup;
import org.walarchive.BackupPushRequest;
import org.walarchive.BackupResult;
import org.walarchive.BackupService.ListDetail;
import org.walarchive.WalArchive;

/** Takes a base backup of a running server and lists what the archive has. README.md quotes it, which SnippetsTest holds. */
public final class EmbeddedArchive {

    private EmbeddedArchive() {}

    /**
     * Runs the example. The server is reached as libpq would: by Unix socket, as the operating system's user.
     *
     * @param arguments the archive, such as {@code file://localhost/srv/archive}, and the data directory
     * @throws ArchiveException when the backup fails; there is then no such backup
     * @throws InterruptedException never, for nobody interrupts
     */
    public static void main(String[] arguments) throws ArchiveException, InterruptedException {
        String location = arguments[0];
        Path dataDirectory = Path.of(arguments[1]);
        ArchiveConfig config = ArchiveConfig.builder(location).build();
        try (WalArchive archive = WalArchive.open(config)) {
            BackupPushRequest request = BackupPushRequest.builder(dataDirectory).build();
            BackupResult result = archive.backups().push(request);
            System.out.println(result.name() + " is consistent from " + result.stopLsn());
            for (Backup backup : archive.backups().list(ListDetail.NAMES)) {
                System.out.println(backup.name() + " of " + backup.lastModified());
            }
        }
    }
}
