package org.walarchive.core.tar;

import org.walarchive.LocalFileException;

/**
 * What a restore may take: memory for the names of what it makes, and space for content. An archive can hold millions of names in a
 * few kilobytes, and terabytes of zeros. Thread-safe.
 */
final class Allowance {

    /** An entry of a map and a string, beside the characters. */
    private static final int NAME_BYTES = 100;

    /** What is kept of a directory's attributes, or of a link until it is made. */
    private static final int ATTRIBUTES_BYTES = 200;

    private long nameBytes;
    private long contentBytes;

    Allowance(long nameBytes, long contentBytes) {
        this.nameBytes = nameBytes;
        this.contentBytes = contentBytes;
    }

    /** What this process has memory for, with room for buffers. */
    static Allowance ofThisProcess(long contentBytes) {
        return new Allowance(Runtime.getRuntime().maxMemory() / 8 * 5, contentBytes);
    }

    private static long ofName(String name) {
        boolean twoBytes = name.chars().anyMatch(c -> c > 0xff);
        return NAME_BYTES + (twoBytes ? 2L : 1) * name.length();
    }

    private static long ofLink(TarEntry link) {
        return ofName(link.linkName()) + ATTRIBUTES_BYTES;
    }

    void takeName(String name) throws LocalFileException {
        takeMemory(ofName(name));
    }

    void giveBackName(String name) {
        giveBackMemory(ofName(name));
    }

    void takeAttributes(MemberAttributes attributes) throws LocalFileException {
        takeMemory(ATTRIBUTES_BYTES
                + 2L * (attributes.user().length() + attributes.group().length()));
    }

    void takeLink(TarEntry link) throws LocalFileException {
        takeMemory(ofLink(link));
    }

    void giveBackLink(TarEntry link) {
        giveBackMemory(ofLink(link));
    }

    private synchronized void takeMemory(long bytes) throws LocalFileException {
        if (bytes > nameBytes) {
            throw new LocalFileException(
                    "the names of the backup's files take more memory than there is",
                    "Java has " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB.",
                    "If the cluster has millions of files, give Java more, such as WALARCHIVE_JAVA_OPTS=-Xmx2g. If it has not,"
                            + " the archive was not made by a backup.");
        }
        nameBytes -= bytes;
    }

    private synchronized void giveBackMemory(long bytes) {
        nameBytes += bytes;
    }

    synchronized void takeContent(long bytes) throws TarFormatException {
        if (bytes > contentBytes) {
            throw new TarFormatException("its files have more bytes than the backup is said to have");
        }
        contentBytes -= bytes;
    }

    synchronized void giveBackContent(long bytes) {
        contentBytes += bytes;
    }
}
