package org.walarchive.core.tar;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes the header blocks of members: ustar, with PAX records where it is too narrow. */
final class TarHeaders {

    static final int BLOCK_BYTES = 512;
    /** Archives are padded to a multiple of this, as by GNU tar and WAL-E. */
    static final int RECORD_BYTES = 20 * BLOCK_BYTES;

    private TarHeaders() {}

    static byte[] of(Member member) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(3 * BLOCK_BYTES);
        // of the archive's stream only the header is wanted: it never sees the content, nor the end
        TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        try {
            tar.putArchiveEntry(entry(member));
        } catch (IOException e) {
            throw new UncheckedIOException("no header for " + member.name(), e);
        }
        return bytes.toByteArray();
    }

    private static TarArchiveEntry entry(Member member) {
        TarArchiveEntry entry;
        if (member instanceof Member.Directory) {
            // the data directory as GNU tar names the directory it was told to go to; WAL-E has a lone slash
            entry = new TarArchiveEntry((member.name().isEmpty() ? "." : member.name()) + "/", TarConstants.LF_DIR);
        } else if (member instanceof Member.SymbolicLink link) {
            entry = new TarArchiveEntry(link.name(), TarConstants.LF_SYMLINK);
            entry.setLinkName(link.target());
        } else {
            entry = new TarArchiveEntry(member.name(), TarConstants.LF_NORMAL);
            entry.setSize(member.sizeBytes());
        }
        MemberAttributes attributes = member.attributes();
        entry.setMode(attributes.mode());
        entry.setLastModifiedTime(attributes.modified());
        // the kernel's numbers are unsigned
        entry.setUserId(Integer.toUnsignedLong(attributes.uid()));
        entry.setGroupId(Integer.toUnsignedLong(attributes.gid()));
        entry.setUserName(attributes.user());
        entry.setGroupName(attributes.group());
        return entry;
    }
}
