package org.walarchive.core.verify;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.walarchive.ArchiveException;
import org.walarchive.CorruptArchiveException;
import org.walarchive.core.layout.ArchiveLayout;
import org.walarchive.core.store.ArchiveStore;
import org.walarchive.store.StoreException;

/** The text that names the server's version. Nothing reads it but people. */
final class VersionText {

    private static final int MAX_BYTES = 1 << 16;
    private static final Pattern SYNTAX =
            Pattern.compile("\\P{Cntrl}*PostgreSQL \\P{Cntrl}+(\nwalarchive claim [0-9a-f-]{36}\n)?");

    private VersionText() {}

    static void check(ArchiveStore archive, BackupFacts backup, FindingLog findings)
            throws ArchiveException, StoreException {
        String key = ArchiveLayout.version(backup.objects().name());
        String fault = null;
        try {
            String text = new String(archive.read(key, MAX_BYTES), StandardCharsets.UTF_8);
            fault = SYNTAX.matcher(text).matches() ? null : "it does not name a version of PostgreSQL";
        } catch (CorruptArchiveException e) {
            fault = e.getMessage();
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.NOT_FOUND) {
                throw e;
            }
            fault = "it was listed, and is gone";
        }
        if (fault != null) {
            findings.warning(key, fault, "A restore does not need it.");
        }
    }
}
