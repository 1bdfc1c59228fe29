package org.walarchive.core.tar;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes archives that no scan would make. */
public final class TarBuilder {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar;

    public TarBuilder() {
        this(TarArchiveOutputStream.LONGFILE_POSIX);
    }

    public TarBuilder(int longFileMode) {
        tar = new TarArchiveOutputStream(bytes, "UTF-8");
        tar.setLongFileMode(longFileMode);
        tar.setBigNumberMode(
                longFileMode == TarArchiveOutputStream.LONGFILE_POSIX
                        ? TarArchiveOutputStream.BIGNUMBER_POSIX
                        : TarArchiveOutputStream.BIGNUMBER_STAR);
    }

    public TarBuilder file(String name, String content) {
        return member(name, TarConstants.LF_NORMAL, "", content);
    }

    public TarBuilder directory(String name) {
        return member(name, TarConstants.LF_DIR, "", "");
    }

    public TarBuilder symlink(String name, String target) {
        return member(name, TarConstants.LF_SYMLINK, target, "");
    }

    public TarBuilder hardLink(String name, String target) {
        return member(name, TarConstants.LF_LINK, target, "");
    }

    public TarBuilder member(String name, byte type, String linkName, String content) {
        // keeps a leading slash
        TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
        byte[] data = Trees.bytes(content);
        entry.setLinkName(linkName);
        entry.setSize(data.length);
        entry.setMode(type == TarConstants.LF_DIR ? 0755 : 0644);
        entry.setUserName("");
        entry.setGroupName("");
        entry.setModTime(1_700_000_000_000L);
        try {
            tar.putArchiveEntry(entry);
            tar.write(data);
            tar.closeArchiveEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    public byte[] bytes() {
        try {
            tar.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    public InputStream open() {
        return new ByteArrayInputStream(bytes());
    }
}
