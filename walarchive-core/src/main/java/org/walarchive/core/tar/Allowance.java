package org.walarchive.core.tar;

import org.walarchive.LocalFileException;

/**
 * What a restore may take: memory for the names of what it makes, and space for content. An archive can hold millions of names in a
 * few kilobytes, and terabytes of zeros. Thread-safe.
 */
final class Allowance {

    /** Entries of maps and objects, beside the characters. */
    private static final int NAME_OVERHEAD_BYTES = 80;

    private long nameBytes;
    private long contentBytes;

    Allowance(long nameBytes, long contentBytes) {
        this.nameBytes = nameBytes;
        this.contentBytes = contentBytes;
    }

    /** What this process has memory for, with room for buffers. */
    static Allowance ofThisProcess(long contentBytes) {
        return new Allowance(Runtime.getRuntime().maxMemory() / 4 * 3, contentBytes);
    }

    private static long cost(String name) {
        return NAME_OVERHEAD_BYTES + 2L * name.length();
    }

    synchronized void takeName(String name) throws LocalFileException {
        if (cost(name) > nameBytes) {
            throw new LocalFileException(
                    "the names of the backup's files take more memory than there is",
                    "Java has " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB.",
                    "If the cluster has millions of files, give Java more, such as WALARCHIVE_JAVA_OPTS=-Xmx2g. If it has not,"
                            + " the archive was not made by a backup.");
        }
        nameBytes -= cost(name);
    }

    synchronized void giveBackName(String name) {
        nameBytes += cost(name);
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
